"""Keys of the log: the identity key, and epoch keys that live only in memory.

The identity key certifies the first key of a log and the key of every continuation after a restart; within one run an
epoch's last entry names the next key. An epoch key is never written to disk and is dropped at rotation, so that a thief
of the machine's files cannot sign a different past with it. Python cannot promise that freed memory is overwritten.

Files below `<state>/keys`, mode 0600, in the text form of minisign (comment line, then base64 of "Ed", key id, key):
`identity.key` (seed), `identity.pub` (what a verifier needs), `redaction.key` (tags of equal secrets).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Protocol

import msgspec
from nacl import bindings
from nacl.exceptions import BadSignatureError

from sensor.audit.form.canonical import encode
from sensor.model.errors import HandrailError

ENTRY_TAG = b"handrail-entry-v1\n"
EPOCH_TAG = b"handrail-epoch-v1\n"
SECRET_FILE = "identity.key"
PUBLIC_FILE = "identity.pub"


class KeyFileError(HandrailError):
    """A key file is unreadable, readable by others, or not a key file."""


class Signer(Protocol):
    """Something that signs with one Ed25519 key: a file, memory, later a keychain or a hardware module."""

    public: bytes

    def sign(self, message: bytes) -> bytes:
        """64-byte signature."""


class MemorySigner:
    """An Ed25519 key held in memory."""

    def __init__(self, seed: bytes) -> None:
        """Make the key of a 32-byte seed."""
        self.public, self._secret = bindings.crypto_sign_seed_keypair(seed)

    def sign(self, message: bytes) -> bytes:
        """64-byte signature."""
        signed: bytes = bindings.crypto_sign(message, self._secret)
        return signed[:64]


class EpochKey(msgspec.Struct, frozen=True):
    """Number, first seq and key of an epoch; `started_ns` on the monotonic clock."""

    epoch: int
    first: int
    signer: MemorySigner
    started_ns: int


def is_signed(message: bytes, sig: bytes, public: bytes) -> bool:
    """Whether `sig` is `public`'s signature of `message`. Wrong lengths are a plain no."""
    if len(sig) != 64 or len(public) != 32:
        return False
    try:
        bindings.crypto_sign_open(sig + message, public)
    except (BadSignatureError, ValueError):
        return False
    return True


def device_id(identity: bytes) -> str:
    """Name of this device in log origins: the first 16 hex characters of the hash of its identity key."""
    return hashlib.sha256(identity).hexdigest()[:16]


def epoch_message(log: str, epoch: int, first: int, public: bytes) -> bytes:
    """What the identity key signs to certify an epoch key."""
    return EPOCH_TAG + encode({"log": log, "epoch": epoch, "first": first, "pk": text(public)})


def text(data: bytes) -> str:
    """Base64 as entries hold keys and certificates."""
    return base64.b64encode(data).decode("ascii")


def from_text(value: str, length: int) -> bytes:
    """Bytes of base64. Raises ValueError unless it is exactly `length` bytes in the one form."""
    try:
        data = binascii.a2b_base64(value.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error
    if len(data) != length or text(data) != value:
        raise ValueError(f"not {length} bytes in base64")
    return data


def load_identity(folder: Path) -> MemorySigner:
    """The identity key of `<state>/keys`. Raises KeyFileError, FileNotFoundError."""
    path = folder / SECRET_FILE
    facts = os.lstat(path)
    if facts.st_mode & 0o077 or facts.st_uid != os.getuid():
        raise KeyFileError(f"{path} is readable by others", next_step="Make it private (chmod 600), or create a new key.")
    return MemorySigner(_parse_key(path))


def load_public(folder: Path) -> bytes:
    """The identity's public key. Raises KeyFileError, FileNotFoundError."""
    return _parse_key(folder / PUBLIC_FILE)


def parse_public(path: Path) -> bytes:
    """A public key file given by name (a policy, an auditor's copy). Raises KeyFileError, FileNotFoundError."""
    return _parse_key(path)


def create_identity(folder: Path, seed: bytes) -> MemorySigner:
    """Create the identity key from a random seed of 32 bytes. Raises FileExistsError when there is one."""
    signer = MemorySigner(seed)
    _write_key(folder / SECRET_FILE, "Handrail identity key, secret", signer.public, seed)
    _write_key(folder / PUBLIC_FILE, "Handrail identity key, public", signer.public, signer.public)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)  # a log whose key was lost with the power could not be continued
    finally:
        os.close(handle)
    return signer


def load_or_create_identity(folder: Path, seed: bytes) -> MemorySigner:
    """The identity key, created from `seed` when there is none yet."""
    try:
        return load_identity(folder)
    except FileNotFoundError:
        return create_identity(folder, seed)


def _write_key(path: Path, comment: str, public: bytes, key: bytes) -> None:
    body = base64.b64encode(b"Ed" + hashlib.sha256(public).digest()[:8] + key)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(f"untrusted comment: {comment}\n".encode("ascii") + body + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _parse_key(path: Path) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        lines = file.read(4096).splitlines()
    try:
        data = from_text(lines[1].decode("ascii"), 42)
    except (IndexError, ValueError) as error:
        raise KeyFileError(f"{path} is not a key file") from error
    if not data.startswith(b"Ed"):
        raise KeyFileError(f"{path} is not an Ed25519 key file")
    return data[10:]
