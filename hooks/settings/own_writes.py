"""`<state>/own-writes.jsonl`: which bytes Handrail is about to write where, so that the watcher can tell them from foreign changes.

Noted before the write. Whoever can write this file can write the settings as well: it is there to tell, not to prove.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import msgspec

from sensor.model.calls import Value

FILE = "own-writes.jsonl"
KEEP_BYTES = 64 * 1024
KEEP_SECONDS = 600.0


class OwnWrite(Value):
    """Bytes with this SHA-256 ("" = the file goes) are written to `path` at `at` (Unix seconds) by `what` of Handrail."""

    path: str
    sha256: str
    at: float
    what: str


def note_own_write(state: Path, path: Path, data: bytes | None, what: str) -> None:
    """Note that `data` is about to be written to `path` (None: that it will be deleted). Never raises: a note is no condition of a write."""
    file = state / FILE
    note = OwnWrite(path=str(path), sha256=hashlib.sha256(data).hexdigest() if data is not None else "", at=time.time(), what=what)
    try:
        if file.exists() and file.stat().st_size > KEEP_BYTES:
            file.unlink()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, msgspec.json.encode(note) + b"\n")
        finally:
            os.close(descriptor)
    except OSError:
        pass


def own_writes(state: Path, now: float) -> tuple[OwnWrite, ...]:
    """The notes of the last ten minutes, oldest first; none where the file cannot be read."""
    try:
        lines = (state / FILE).read_bytes().splitlines()
        found = tuple(msgspec.json.decode(line, type=OwnWrite) for line in lines)
    except (OSError, msgspec.MsgspecError):
        return ()
    return tuple(one for one in found if now - one.at < KEEP_SECONDS)
