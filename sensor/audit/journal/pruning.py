"""Pruning: whole old segments go into an archive and are removed; what proves the rest stays.

In order: archive, signed entry in the log, signed state of the log at the cut (`pruned.json`), then the files. A crash in
between leaves more than is needed, never less.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from sensor.audit.drafts.drafts import draft
from sensor.audit.form.entry import EntryDraft, parse
from sensor.audit.form.keys import MemorySigner, load_identity
from sensor.audit.form.parts import Pruned
from sensor.audit.journal.bundle import end_members, write_member
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import LogSettings, World, open_log
from sensor.audit.journal.pin import PRUNED_FILE, PRUNED_TAG, Pin, read_pin, write_signed
from sensor.audit.journal.reader import JournalReader, Position, newest_log
from sensor.audit.journal.recovery import state_at
from sensor.audit.journal.segments import Segment, list_segments
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

_CHUNK = 1024 * 1024


class NothingToPrune(HandrailError):
    """No whole segment is older than the date and covered by a checkpoint."""

    exit_code = 1


class PruneResult(Value):
    """Entries [first, last) that went into `archive` (its SHA-256 is in the log)."""

    first: int
    last: int
    archive: str
    archive_sha256: str


class Prepared(Value):
    """What is about to be pruned: entries [first, last) are in `archive`, and `state` is the log at the cut."""

    first: int
    last: int
    archive: str
    archive_sha256: str
    state: Pin

    @property
    def result(self) -> PruneResult:
        """What the caller is told."""
        return PruneResult(first=self.first, last=self.last, archive=self.archive, archive_sha256=self.archive_sha256)


def prune(settings: LogSettings, world: World, before: str, archive: Path) -> PruneResult:
    """Archive and remove the segments that end before the stamp `before`. The sensor must not run.

    Raises LogLocked while it does, NothingToPrune, LogDamaged when the old part does not hold, OSError.
    """
    folder = newest_log(settings.root)
    if folder is None:
        raise NothingToPrune("There is no audit log yet.")
    journal = open_log(settings, world).journal
    try:
        identity = load_identity(settings.keys)
        prepared = prepare(LogPlace(origin=journal.origin, folder=folder, keys=settings.keys), identity.public, before, archive)
        journal.append(draft_prune(prepared))
        journal.drain()
        finish(folder, prepared, identity, world.medium)
    finally:
        journal.close()
    return prepared.result


def prepare(place: LogPlace, identity: bytes, before: str, archive: Path) -> Prepared:
    """Write the archive and find the state at the cut; the log is only read, so the sensor may run.

    Raises NothingToPrune, LogDamaged, OSError. An archive of the same bytes from an attempt that did not end is taken over.
    """
    pin = read_pin(place.keys, identity)
    segments = list_segments(place.folder)
    cut = _cut(place.folder, segments, before, pin.size if pin is not None else 0)
    old = [segment for segment in segments if segment.first < cut]
    state = state_at(place, identity, cut)
    path = archive / f"{place.origin.replace('/', '-')}-{old[0].first:012d}-{cut:012d}.tar"
    return Prepared(first=old[0].first, last=cut, archive=str(path), archive_sha256=_write_archive(path, old), state=state)


def draft_prune(prepared: Prepared) -> EntryDraft:
    """The entry that must be durable before anything is removed."""
    cut = Pruned(from_seq=prepared.first, to_seq=prepared.last, root=prepared.state.root, archive_sha256=prepared.archive_sha256)
    return draft("prune", prune=cut)


def finish(folder: Path, prepared: Prepared, identity: MemorySigner, medium: Medium) -> None:
    """Sign the state at the cut and remove the files before it. Its entry is durable. Raises OSError."""
    write_signed(folder / PRUNED_FILE, PRUNED_TAG, prepared.state, identity, medium)
    medium.sync_folder(folder)
    for segment in list_segments(folder):
        if segment.first < prepared.last:
            segment.path.unlink()
    medium.sync_folder(folder)


def _cut(folder: Path, segments: tuple[Segment, ...], before: str, published: int) -> int:
    """First seq that stays: the beginning of a segment, with everything before it old enough and published."""
    cut = 0
    for segment in segments[1:]:
        with JournalReader(folder, Position(segment=segment.path.name, seq=segment.first)) as reader:
            lines = reader.read(1)
        if not lines or segment.first > published or parse(lines[0].entry).ts >= before:
            break
        cut = segment.first
    if not cut:
        raise NothingToPrune("No whole segment of the log is older than that.", next_step="Segments end after 64 MiB or 24 hours.")
    return cut


def _write_archive(path: Path, segments: list[Segment]) -> str:
    """Write the archive durably, whole or not at all; its SHA-256. Raises FileExistsError: another archive is never written over."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as out:
            for segment in segments:
                write_member(out, segment.path.name, _chunks(segment.path), segment.path.stat().st_size)
            end_members(out)
            out.flush()
            os.fsync(out.fileno())
        digest = _digest(part)
        if not path.exists():
            part.rename(path)
        elif _digest(path) != digest:
            raise FileExistsError(f"{path} is another archive")
    finally:
        part.unlink(missing_ok=True)  # on a full disk it would take the room that the log needs
    _sync_names(path.parent)
    return digest


def _sync_names(folder: Path) -> None:
    """Make the archive's name durable before anything is removed. Some shares cannot sync a folder; they answer for their names themselves."""
    try:
        Medium().sync_folder(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
