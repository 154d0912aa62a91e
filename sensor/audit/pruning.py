"""Pruning: whole old segments go into an archive and are removed; what proves the rest stays.

In order: archive, signed entry in the log, signed state of the log at the cut (`pruned.json`), then the files. A crash in
between leaves more than is needed, never less.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from sensor.audit.bundle import end_members, write_member
from sensor.audit.checkpoints import LogPlace
from sensor.audit.drafts import draft
from sensor.audit.entry import Pruned, parse
from sensor.audit.keys import load_identity
from sensor.audit.opening import LogSettings, World, open_log
from sensor.audit.pin import PRUNED_FILE, PRUNED_TAG, read_pin, write_signed
from sensor.audit.reader import JournalReader, Position, newest_log
from sensor.audit.recovery import state_at
from sensor.audit.segments import Segment, list_segments
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
        pin = read_pin(settings.keys, identity.public)
        segments = list_segments(folder)
        cut = _cut(folder, segments, before, pin.size if pin is not None else 0)
        old = [segment for segment in segments if segment.first < cut]
        state = state_at(LogPlace(origin=journal.origin, folder=folder, keys=settings.keys), identity.public, cut)
        path = archive / f"{journal.origin.replace('/', '-')}-{old[0].first:012d}-{cut:012d}.tar"
        digest = _write_archive(path, old)
        journal.append(draft("prune", prune=Pruned(from_seq=old[0].first, to_seq=cut, root=state.root, archive_sha256=digest)))
        journal.drain()
        write_signed(folder / PRUNED_FILE, PRUNED_TAG, state, identity, world.medium)
        world.medium.sync_folder(folder)
        for segment in old:
            segment.path.unlink()
        world.medium.sync_folder(folder)
    finally:
        journal.close()
    return PruneResult(first=old[0].first, last=cut, archive=str(path), archive_sha256=digest)


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
    """Write the archive durably; its SHA-256. Raises FileExistsError: an archive is never written over."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w+b") as out:
        for segment in segments:
            write_member(out, segment.path.name, _chunks(segment.path), segment.path.stat().st_size)
        end_members(out)
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
        digest = hashlib.sha256()
        while chunk := out.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
