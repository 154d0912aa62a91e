"""Making checkpoints: re-read what was written, hash it again, sign, store, pin. Runs in the sync thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.chain import CompactRange
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.form.keys import MemorySigner, text
from sensor.audit.form.notes import render_checkpoint, whole_notes
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import Pin, write_pin
from sensor.audit.journal.reader import DamagedLine, JournalReader, Position
from sensor.audit.journal.sync import Mark
from sensor.audit.journal.writer import unavailable
from sensor.model.calls import Value

CHECKPOINTS_FILE = "checkpoints.txt"
_PREV = b'"prev":"'


class LogPlace(Value, frozen=True):
    """Which log this is and where its files lie: its origin, its folder, and the folder of the keys and the pin."""

    origin: str
    folder: Path
    keys: Path


class CheckpointMaker:
    """Publishes durable states of one log. Implements `sync.Publisher`."""

    def __init__(self, place: LogPlace, identity: MemorySigner, medium: Medium, about: PinFacts) -> None:
        """Continue at `about`: the tree published so far and where the next line begins."""
        self._place, self._identity, self._medium = place, identity, medium
        self._tree, self._leaf = about.tree, about.leaf
        self._reader = JournalReader(place.folder, about.position)
        self._facts = about
        self._handle = -1
        self._torn = False

    def publish(self, mark: Mark) -> None:
        """Steps 2 to 4 of a checkpoint (step 1, the sync, is done). Raises AuditUnavailable.

        The lines are read from the file through this object's own descriptor: a bit that flipped between memory and
        medium must not be signed.
        """
        if mark.size == self._tree.size:
            return
        self._reread(mark)
        note = render_checkpoint(self._place.origin, mark.size, self._tree.root(), mark.key.signer)
        try:
            self._store(note)
            write_pin(self._place.keys, self._pin(mark), self._identity, self._medium)
        except OSError as error:
            raise unavailable(error) from error
        for anchor in self._facts.anchors:
            anchor(note)

    def close(self) -> None:
        """Close both files."""
        self._reader.close()
        self._close_file()

    def _close_file(self) -> None:
        if self._handle >= 0:
            self._medium.close(self._handle)
            self._handle = -1

    def _reread(self, mark: Mark) -> None:
        """Extend the tree by the lines up to `mark`."""
        try:
            while self._tree.size < mark.size:
                lines = self._reader.read(min(1000, mark.size - self._tree.size))
                if not lines:
                    raise AuditUnavailable(Cause.CORRUPT, f"the journal ends before entry {mark.size}")
                for line in lines:
                    at = line.entry.find(_PREV) + len(_PREV)
                    if line.entry[at:at + 64] != self._leaf.hex().encode("ascii"):
                        raise AuditUnavailable(Cause.CORRUPT, f"entry {line.seq - 1} changed after it was written")
                    self._leaf = line.leaf
                    self._tree.append(self._leaf)
        except DamagedLine as error:
            raise AuditUnavailable(Cause.CORRUPT, error.message) from error
        except OSError as error:
            raise unavailable(error) from error
        if self._leaf != mark.leaf:
            raise AuditUnavailable(Cause.CORRUPT, f"entry {mark.size - 1} changed after it was written")

    def _store(self, note: bytes) -> None:
        if self._torn:
            self._close_file()
            set_torn_aside(self._place.folder, self._medium, self._facts.now())
            self._torn = False
        if self._handle < 0:
            path = self._place.folder / CHECKPOINTS_FILE
            try:
                self._handle = self._medium.reopen(path)
            except FileNotFoundError:
                self._handle = self._medium.create(path)
                self._medium.sync_folder(self._place.folder)
        data = note + b"\n"
        done = 0
        try:
            while done < len(data):
                done += self._medium.write(self._handle, data[done:])
            self._medium.sync(self._handle)
        except OSError:
            # Nothing goes behind a note that may be unfinished or lost: the next one begins another file.
            self._torn = True
            raise

    def _pin(self, mark: Mark) -> Pin:
        at = self._reader.position
        return Pin(
            log=self._place.origin, size=mark.size, root=self._tree.root().hex(),
            peaks=tuple(peak.hex() for peak in self._tree.peaks), segment=at.segment, offset=at.offset,
            leaf=self._leaf.hex(), epoch=mark.key.epoch, epoch_first=mark.key.first, pk=text(mark.key.signer.public),
            boot_id=self._facts.boot_id, restarts=self._facts.restarts, ts=self._facts.now(),
        )


class PinFacts(Value, frozen=True):
    """What a checkpoint maker starts from. `leaf` is that of the last published entry (or the log's seed)."""

    tree: CompactRange
    leaf: bytes
    position: Position
    boot_id: str
    restarts: int
    now: Callable[[], str]
    anchors: tuple[Callable[[bytes], None], ...] = ()


def checkpoint_files(folder: Path) -> tuple[Path, ...]:
    """Checkpoint files in order: those that a crash ended in the middle of a note, then the open one."""
    ended = sorted(folder.glob("checkpoints-*.txt"))
    current = folder / CHECKPOINTS_FILE
    return (*ended, current) if current.exists() else tuple(ended)


def set_torn_aside(folder: Path, medium: Medium, stamp: str) -> None:
    """Rename the open checkpoint file when it ends in the middle of a note: nothing is written behind a torn note.

    `stamp` sorts by time (an entry's `ts`).
    """
    path = folder / CHECKPOINTS_FILE
    if path.exists() and whole_notes(path.read_bytes())[1]:
        medium.replace(path, folder / f"checkpoints-{stamp}.txt")
        medium.sync_folder(folder)


def last_note(folder: Path) -> bytes:
    """The newest whole note, b"" when there is none. Raises OSError."""
    for path in reversed(checkpoint_files(folder)):
        notes, _ = whole_notes(path.read_bytes())
        if notes:
            return notes[-1][1]
    return b""
