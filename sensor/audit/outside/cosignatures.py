"""Cosignatures of witnesses, byte for byte as C2SP tlog-cosignature and signed-note verifier keys have them (Ed25519).

A cosignature is a signature line of a note whose key id has the type 0x04 and whose data are a time (8 bytes, big
endian, seconds since 1970) and the signature of "cosignature/v1", that time and the note's body. It says: at this time
this was the largest consistent tree of this log that I have seen.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from sensor.audit.form.keys import Signer, is_signed
from sensor.audit.form.notes import ED25519, BadNote, Checkpoint, NoteSignature, key_id, parse_checkpoint
from sensor.model.calls import Value

COSIGNATURE = b"\x04"
_DASH = "\u2014 "
_STAMP = 8


class NoteKey(Value, frozen=True):
    """A public key as notes name it: name, type byte (1 = log, 4 = witness) and 32 bytes."""

    name: str
    type: bytes
    public: bytes

    @property
    def id(self) -> bytes:
        """Key id: the first 4 bytes of a hash over name, type and key."""
        return hashlib.sha256(self.name.encode("utf-8") + b"\n" + self.type + self.public).digest()[:4]

    def text(self) -> str:
        """The verifier key: <name>+<key id, hex>+<base64 of type and key>."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.type + self.public).decode()}"


def parse_key(line: str) -> NoteKey:
    """A verifier key from its text. Raises BadNote when it is not one, or its id does not fit."""
    name, _, rest = line.strip().partition("+")
    hex_id, _, body = rest.partition("+")
    try:
        data = binascii.a2b_base64(body.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadNote("the verifier key is not base64") from error
    key = NoteKey(name=name, type=data[:1], public=data[1:])
    if not name or any(char.isspace() for char in name) or key.type not in (ED25519, COSIGNATURE) or len(key.public) != 32:
        raise BadNote("not a verifier key of an Ed25519 log (type 1) or witness (type 4)")
    if key.id.hex() != hex_id:
        raise BadNote("the id of the verifier key does not fit its name and key")
    return key


def cosign(body: bytes, name: str, signer: Signer, seconds: int) -> bytes:
    """The signature line with which the witness `name` cosigns a checkpoint body at `seconds` since 1970."""
    key = NoteKey(name=name, type=COSIGNATURE, public=signer.public)
    stamp = seconds.to_bytes(_STAMP, "big")
    return _line(name, key.id + stamp + signer.sign(_message(body, seconds)))


def sign_line(body: bytes, name: str, signer: Signer) -> bytes:
    """A plain signature line of a note, as a log's own key makes it."""
    return _line(name, key_id(name, signer.public) + signer.sign(body))


def cosigned_at(checkpoint: Checkpoint, key: NoteKey) -> int:
    """When the witness `key` cosigned, in seconds since 1970; -1 when it did not, or not with this key."""
    times = [_verified(checkpoint.body, line, key) for line in checkpoint.signatures if line.name == key.name and line.key_id == key.id]
    return max(times) if times and min(times) >= 0 else -1


def add_lines(note: bytes, lines: bytes) -> bytes:
    """`note` with more signature lines; lines that it has already are left out. Raises BadNote when the result is no note."""
    known = set(note.splitlines(keepends=True))
    joined = note + b"".join(line for line in lines.splitlines(keepends=True) if line not in known)
    parse_checkpoint(joined)
    return joined


def _line(name: str, data: bytes) -> bytes:
    return f"{_DASH}{name} {base64.b64encode(data).decode()}\n".encode()


def _message(body: bytes, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n".encode() + body


def _verified(body: bytes, line: NoteSignature, key: NoteKey) -> int:
    stamp, sig = int.from_bytes(line.sig[:_STAMP], "big"), line.sig[_STAMP:]
    return stamp if key.type == COSIGNATURE and is_signed(_message(body, stamp), sig, key.public) else -1
