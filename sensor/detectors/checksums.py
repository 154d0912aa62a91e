"""Checks that tell an issued token from a look-alike: vendors' checksums, token structure, key blocks, seed phrases."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from sensor.detectors.randomness import entropy

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def has_github_checksum(token: str) -> bool:
    """Whether the last six characters of a classic GitHub or npm token are the CRC32 of the rest, in base 62."""
    _, _, body = token.partition("_")
    if len(body) != 36:
        return True  # Longer forms carry no documented checksum.
    value = zlib.crc32(body[:-6].encode())
    digits = ""
    while value:
        value, rest = divmod(value, 62)
        digits = BASE62[rest] + digits
    return digits.rjust(6, "0") == body[-6:]


def decode_json_part(part: str) -> dict[str, object] | None:
    """The JSON object in one base64url part of a token, or None."""
    padded = part.rstrip("=") + "=" * (-len(part.rstrip("=")) % 4)
    try:
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return None
    return found if isinstance(found, dict) else None


def is_jwt(token: str) -> bool:
    """Whether the first part of a token is a JOSE header, or (cut short or altered) at least the start of an object."""
    first = token.split(".", 1)[0]
    header = decode_json_part(first)
    if header is not None:
        return bool({"alg", "typ", "enc", "kid"} & header.keys())
    return len(token) >= 80 and first.startswith("eyJ") and entropy(token) >= 4.0


def is_coded_key_block(value: str) -> bool:
    """Whether base64 text holds a private key block (and not a certificate)."""
    try:
        return b"PRIVATE KEY" in base64.b64decode(value[:80] + "=" * (-len(value[:80]) % 4))
    except binascii.Error:
        return False


def coded_token(value: str) -> str:
    """The printable text that base64 hides, or ""."""
    try:
        text = base64.b64decode(value.replace("-", "+").replace("_", "/").rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return text.strip() if text.strip().isprintable() else ""


def is_key_block(block: str) -> bool:
    """Whether a PEM or PGP block carries key material (not just the marker in source code or documentation)."""
    body = re.sub(r"-----[^-]*-----", "", block)
    runs = re.findall(r"[A-Za-z0-9+/=]{20,}", body)
    longest = max(runs, key=len, default="")
    return sum(map(len, runs)) >= 40 and len(set(longest)) >= 9


def basic_password(value: str) -> str:
    """The password in a basic authorization value, or ""."""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return text.partition(":")[2] if text.isprintable() else ""
