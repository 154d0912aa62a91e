"""Signed notes and checkpoints, byte for byte as C2SP signed-note and tlog-checkpoint have them.

    <origin>\\n<size>\\n<root, base64>\\n
    \\n
    — <key name> <base64(4-byte key id || signature)>\\n

`checkpoints.txt` holds one note after the other, each followed by one empty line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from sensor.audit.form.keys import Signer, from_text, is_signed, text
from sensor.model.calls import Value

ED25519 = b"\x01"
MAX_NOTE = 64 * 1024
MAX_SIGNATURES = 100
_DASH = "\u2014 "


class BadNote(ValueError):
    """Text that is not a signed note or not a checkpoint."""


class NoteSignature(Value, frozen=True):
    """One signature line: key name, key id (4 bytes), and what follows it."""

    name: str
    key_id: bytes
    sig: bytes


class Checkpoint(Value, frozen=True):
    """A parsed note: `body` is the signed text, final newline included. Parsing verifies nothing."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, public: bytes) -> bytes:
    """Key id of an Ed25519 note key."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + ED25519 + public).digest()[:4]


def render_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> bytes:
    """A checkpoint signed by `signer` under the name `origin`."""
    body = f"{origin}\n{size}\n{text(root)}\n".encode("ascii")
    stamp = base64.b64encode(key_id(origin, signer.public) + signer.sign(body))
    return body + b"\n" + f"{_DASH}{origin} ".encode() + stamp + b"\n"


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Parse one note strictly. Raises BadNote."""
    if len(note) > MAX_NOTE:
        raise BadNote("longer than 64 KiB")
    body, gap, lines = note.rpartition(b"\n\n")
    if not gap or not lines.endswith(b"\n"):
        raise BadNote("no signature lines")
    try:
        head, tail = (body + b"\n").decode("utf-8"), lines[:-1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("not UTF-8") from error
    if any(char < " " and char != "\n" for char in head + tail):
        raise BadNote("control character")
    signatures = tuple(_parse_signature(line) for line in tail.split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise BadNote("too many signatures")
    words = head.split("\n")
    if len(words) < 4 or words[-1] or not words[0] or any(not word for word in words[:-1]):
        raise BadNote("not a checkpoint")
    if not words[1].isascii() or not words[1].isdigit() or (words[1] != "0" and words[1].startswith("0")) or len(words[1]) > 16:
        raise BadNote("bad tree size")
    try:
        root = from_text(words[2], 32)
    except ValueError as error:
        raise BadNote("bad root hash") from error
    return Checkpoint(origin=words[0], size=int(words[1]), root=root, body=head.encode("utf-8"), signatures=signatures)


def number_of(log: str) -> int:
    """The number of a log `<org>/<device>/<number>`, -1 for a name of another form."""
    number = log.rpartition("/")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 16 else -1


def device_of(log: str) -> str:
    """The device of a log `<org>/<device>/<number>`, "" for a name of another form."""
    words = log.split("/")
    return words[1] if len(words) == 3 else ""


def is_signed_by(checkpoint: Checkpoint, name: str, public: bytes) -> bool:
    """Whether the key `public` signed it under `name`. Unknown signatures are ignored, a wrong one of this key is not."""
    wanted = key_id(name, public)
    own = [line for line in checkpoint.signatures if line.name == name and line.key_id == wanted]
    return bool(own) and all(is_signed(checkpoint.body, line.sig, public) for line in own)


def split_notes(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """(offset, note) of each note of a checkpoint file, and an unfinished rest. Notes are not parsed yet."""
    notes: list[tuple[int, bytes]] = []
    start = 0
    while True:
        gap = data.find(b"\n\n", start)
        end = data.find(b"\n\n", gap + 2) if gap >= 0 else -1
        if end < 0:
            return notes, data[start:]
        notes.append((start, data[start:end + 1]))
        start = end + 2


def whole_notes(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Like `split_notes`, but a last note with holes of zeros, as a power loss leaves them, belongs to the unfinished rest."""
    notes, rest = split_notes(data)
    if notes and b"\0" in notes[-1][1]:
        start = notes.pop()[0]
        rest = data[start:]
    return notes, rest


def _parse_signature(line: str) -> NoteSignature:
    words = line.split(" ")
    if len(words) != 3 or words[0] + " " != _DASH or not words[1] or "+" in words[1]:
        raise BadNote("bad signature line")
    try:
        data = binascii.a2b_base64(words[2].encode("ascii"))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadNote("signature is not base64") from error
    if len(data) < 5 or text(data) != words[2]:
        raise BadNote("signature too short or in another form")
    return NoteSignature(name=words[1], key_id=data[:4], sig=data[4:])
