"""The one-time token behind a login URL: a file that holds its hash, made by the command line, used up by the dashboard.

    <run>/web.token, 0600:  <sha256 of the token, hex> <expiry, Unix seconds>

The token itself is only ever in the URL. Whoever can read the file cannot log in with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import urllib.parse
from pathlib import Path

VALID_SECONDS = 60


def create_token(path: Path, now: float) -> str:
    """Make a token valid for VALID_SECONDS and store its hash at `path`; an older token is void."""
    token = secrets.token_urlsafe(32)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{_hash(token)} {int(now) + VALID_SECONDS}\n")
    fresh.replace(path)
    return token


def login_url(port: int, token: str, page: str = "") -> str:
    """The address that a person opens; `page` is where it leads ("/quarantine/Q1"), "" the overview."""
    return f"http://127.0.0.1:{port}/login?token={token}" + (f"&next={urllib.parse.quote(page)}" if page else "")


def consume_token(path: Path, token: str, now: float) -> bool:
    """Whether `token` is the valid one; if so it is used up. A wrong guess leaves it valid: 256 bits are not guessed."""
    taken = path.with_name(f"{path.name}.{secrets.token_hex(8)}.taken")
    try:
        if not _fits(path, token, now):
            return False
        path.rename(taken)  # of two requests with the right token only one gets past this line
    except OSError:
        return False
    try:
        return _fits(taken, token, now)  # what was taken may be a newer token
    finally:
        taken.unlink(missing_ok=True)


def _fits(path: Path, token: str, now: float) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        digest, _, expiry = file.read(200).strip().partition(" ")
    return hmac.compare_digest(digest.encode(), _hash(token).encode()) and expiry.isdigit() and now <= int(expiry)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
