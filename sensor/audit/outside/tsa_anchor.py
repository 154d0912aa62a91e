"""A timestamp authority as an anchor: the newest note is stamped, and note and token are kept together.

`<name>.note` and `<name>.tsr` are what `openssl ts -verify -data NAME.note -in NAME.tsr -CAfile CA` reads. They lie outside the
log's folder, but on this machine: who owns it can delete them, so copies elsewhere are what convinces others.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from sensor.audit.form.notes import parse_checkpoint
from sensor.audit.outside.deadline import within
from sensor.audit.outside.timestamps import MAX_REPLY, Authorities, check_reply, make_request
from sensor.model.calls import Value
from sensor.model.errors import UsageError

SECONDS = 15.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")



class StampFile(Value, frozen=True):
    """A note and the reply of an authority to it, as they are kept."""

    name: str
    note: bytes
    reply: bytes


class TsaAnchor:
    """One authority. `folder` keeps the tokens of this log; a reply is kept only when it holds in every respect."""

    def __init__(self, folder: Path, url: str, authorities: Authorities) -> None:
        self._folder, self._url, self._authorities = folder, check_url(url), authorities
        self._tag = hashlib.sha256(url.encode("utf-8")).hexdigest()[:8]

    def __call__(self, note: bytes) -> bool:
        """Have a note stamped; False when this authority stamped it already. Raises OSError, BadTimestamp."""
        name = f"{parse_checkpoint(note).size:012d}-{hashlib.sha256(note).hexdigest()[:12]}-{self._tag}"
        if (self._folder / f"{name}.tsr").exists():
            return False
        request = make_request(note)
        reply = post_request(self._url, request.der)
        check_reply(reply, note, self._authorities, request.nonce)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self._folder / f"{name}.note", note)
        _write(self._folder / f"{name}.tsr", reply)  # last: a note without a token is nothing
        return True

    def age(self, now: float) -> float:
        """Seconds since this authority stamped something of this log, infinite when it never did."""
        newest = max((path.stat().st_mtime for path in self._folder.glob(f"*-{self._tag}.tsr")), default=float("-inf"))
        return max(0.0, now - newest)


def stamp_files(folder: Path) -> tuple[StampFile, ...]:
    """Kept tokens with their notes, by size. A token without its note has an empty one; what is no file is none. Raises OSError."""
    found = []
    for path in sorted(one for one in folder.glob("*.tsr") if one.is_file()):
        note = path.with_suffix(".note")
        found.append(StampFile(name=path.name, note=_read(note) if note.is_file() else b"", reply=_read(path)))
    return tuple(found)


def check_url(url: str) -> str:
    """The address itself when it is https, or http to this machine. Raises UsageError."""
    parts = urllib.parse.urlsplit(url)
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise UsageError(f"{url} is no address of a timestamp authority", next_step="Give an https address; http only to this machine.")
    return url


def post_request(url: str, body: bytes) -> bytes:
    """POST a TimeStampReq: no proxies, no redirects, bounded in size and time. Raises OSError."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(check_url(url), data=body, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)

    def answer() -> bytes:
        with opener.open(request, timeout=SECONDS) as reply:
            if reply.headers.get_content_type() != "application/timestamp-reply":
                raise OSError(f"it answered {reply.headers.get_content_type()}, not a timestamp")
            data: bytes = reply.read(MAX_REPLY + 1)
            return data

    try:
        data = within(SECONDS, answer)
    except urllib.error.HTTPError as error:
        raise OSError(f"it answered {error.code}{' (redirects are not followed)' if 300 <= error.code < 400 else ''}") from error
    except (ValueError, http.client.HTTPException) as error:
        raise OSError(str(error)) from error
    if len(data) > MAX_REPLY:
        raise OSError(f"the answer is longer than {MAX_REPLY} bytes")
    return data


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *unused: object, **unused_too: object) -> None:
        """An authority answers itself."""


def _read(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(MAX_REPLY + 1)


def _write(path: Path, data: bytes) -> None:
    """Durably and whole, or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
