"""Anchors: checkpoints that leave the state folder, so that nobody who owns that folder can take back what they say.

An anchor is anything that keeps a note. Publishing never delays an entry: a thread of its own writes the newest note, and
an anchor that fails or hangs costs only its own freshness, which `handrail verify` shows as the window.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.notes import BadNote, Checkpoint, parse_checkpoint, whole_notes

Anchor = Callable[[bytes], None]

_LOG = logging.getLogger(__name__)


class FileAnchor:
    """Appends notes to a file on another volume or a mounted share; the file is a list of signed notes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, note: bytes) -> None:
        """Append and sync. Raises OSError."""
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            data = note + b"\n"
            while data:
                data = data[os.write(handle, data):]
            os.fsync(handle)
        finally:
            os.close(handle)


class Publisher:
    """Hands the newest note to every anchor, in a thread of its own. A note that a newer one overtakes is left out."""

    def __init__(self, anchors: tuple[Anchor, ...]) -> None:
        self._anchors = anchors
        self._note: bytes | None = None
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="handrail-anchors", daemon=True)
        self._thread.start()

    def __call__(self, note: bytes) -> None:
        """Take a note; returns at once."""
        with self._wake:
            self._note = note
            self._wake.notify()

    def close(self, seconds: float = 5.0) -> None:
        """Publish what is left, at most for `seconds`."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        while (note := self._next()) is not None:
            for anchor in self._anchors:
                try:
                    anchor(note)
                except OSError as error:
                    _LOG.warning("a checkpoint could not be anchored: %s", error)

    def _next(self) -> bytes | None:
        with self._wake:
            while self._note is None and not self._stopping:
                self._wake.wait()
            note, self._note = self._note, None
            return note


def kept_notes(path: Path, log: str) -> tuple[tuple[str, bytes], ...]:
    """(name, note) of the different notes of `log` that a file anchor kept, by size.

    Raises OSError.
    """
    return tuple((path.name, data) for note, data in read_notes(path) if note.origin == log)


def read_notes(path: Path) -> tuple[tuple[Checkpoint, bytes], ...]:
    """The different notes that a file anchor kept, by log and size, each with its bytes. Raises OSError.

    Notes that cannot be read are left out: the file may be torn, or hold those of other versions.
    """
    notes: dict[tuple[str, int, bytes], tuple[Checkpoint, bytes]] = {}
    for _, data in whole_notes(path.read_bytes())[0]:
        try:
            note = parse_checkpoint(data)
        except BadNote:
            continue
        notes[note.origin, note.size, note.root] = (note, data)
    return tuple(found for _, found in sorted(notes.items()))
