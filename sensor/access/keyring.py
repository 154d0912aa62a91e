"""Ed25519 keys on disk: one folder of agents' keys, one of pinned roots. Private halves are 0600 and never leave.

A revoked key is moved to `revoked/`, so that its name can get a new one and old signatures can still be explained.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from nacl import bindings

from sensor.model.calls import Value
from sensor.model.errors import UsageError
from sensor.model.names import AGENT_NAME
from sensor.paths import make_private

HUMAN = "human"


class PublicKey(Value):
    """What may be shown of a key. `created` in Unix seconds; `fingerprint` is SHA-256 over the public key."""

    name: str
    public: str
    fingerprint: str
    created: float


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    public: str
    seed: str
    created: float = 0


class Keyring:
    """The keys in one folder, one file per name."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def create(self, name: str) -> PublicKey:
        """A new key pair. Raises UsageError for a name that is taken or no name."""
        public, secret = bindings.crypto_sign_keypair()
        return self._write(name, _Stored(public=public.hex(), seed=secret[:32].hex(), created=self._now()))

    def rotate(self, name: str) -> PublicKey:
        """Revoke the key of `name` and make a new one."""
        self.revoke(name)
        return self.create(name)

    def revoke(self, name: str) -> PublicKey:
        """From now on the key of `name` counts no more. Raises UsageError when there is none."""
        old = self.public(name)
        folder = self._folder / "revoked"
        make_private(folder)
        self._file(name).replace(folder / f"{name}-{old.fingerprint[:16]}.json")
        return old

    def public(self, name: str) -> PublicKey:
        """The key of `name` as it may be shown. Raises UsageError when there is none."""
        return _shown(name, self._read(name))

    def secret(self, name: str) -> bytes:
        """The private key (64 bytes). Raises UsageError when there is none."""
        _, secret = bindings.crypto_sign_seed_keypair(bytes.fromhex(self._read(name).seed))
        return bytes(secret)

    def all(self) -> tuple[PublicKey, ...]:
        """Every key that counts, by name."""
        names = sorted(file.stem for file in self._folder.glob("*.json")) if self._folder.is_dir() else []
        return tuple(self.public(name) for name in names)

    def _file(self, name: str) -> Path:
        if not AGENT_NAME.match(name):
            raise UsageError(f"{name[:40]!r} is no name for a key: lower-case letters, digits, dots and dashes")
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> _Stored:
        try:
            return msgspec.json.decode(self._file(name).read_bytes(), type=_Stored)
        except FileNotFoundError:
            raise UsageError(f"there is no key for {name!r}", next_step="See: handrail agent list") from None
        except msgspec.DecodeError as error:
            raise UsageError(f"the key file of {name!r} cannot be read: {error}", next_step=f"Move {self._file(name)} away and make a new key.") from error

    def _write(self, name: str, stored: _Stored) -> PublicKey:
        file = self._file(name)
        make_private(self._folder)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            raise UsageError(f"{name!r} has a key already", next_step=f"Make a new one with: handrail agent rotate {name}") from None
        with os.fdopen(descriptor, "wb") as out:
            out.write(msgspec.json.encode(stored))
            out.flush()
            os.fsync(out.fileno())
        return _shown(name, stored)


def _shown(name: str, stored: _Stored) -> PublicKey:
    return PublicKey(name=name, public=stored.public, fingerprint=hashlib.sha256(bytes.fromhex(stored.public)).hexdigest(), created=stored.created)
