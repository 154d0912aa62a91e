"""Reading the journal while it is written: for the indexer, the command line and details pages.

A reader never waits by itself and never writes. It gives complete lines; a partial last line stays where it is until
the writer finishes it or begins a new segment. A segment counts up to the first seq of the next one: bytes behind that
are a declared tail (`Tail`), not entries. The reader cuts lines and counts seq; chain and signatures are for those who
need them (`Line.leaf`, `sensor.audit.verifying.verify`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sensor.audit.journal.pin import pruned_size
from sensor.audit.journal.segments import (
    MAX_LINE,
    BadLine,
    Line,
    Segment,
    cut_line,
    list_logs,
    list_segments,
    segment_name,
)
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

CHUNK = 256 * 1024


class DamagedLine(HandrailError):
    """A complete line that is not an entry, or a missing segment. The reader stops in front of it."""

    def __init__(self, segment: str, offset: int, seq: int, why: str) -> None:
        super().__init__(f"journal damaged at {segment} byte {offset} (seq {seq}): {why}", next_step="Run 'handrail verify'.")
        self.segment, self.offset, self.seq = segment, offset, seq


class Position(Value, frozen=True):
    """Where the next line begins: store it beside the rows made from the lines before it. `seq` is the next line's."""

    segment: str = segment_name(0)
    offset: int = 0
    seq: int = 0


def newest_log(root: Path) -> Path | None:
    """Folder of the log with the highest number below `<state>/log`, None when there is none yet."""
    logs = list_logs(root)
    return logs[-1] if logs else None


def first_position(folder: Path) -> Position:
    """Beginning of the oldest segment that is left (after pruning not seq 0). What lies before a cut is no part of the log: nobody verifies it."""
    segments, cut = list_segments(folder), pruned_size(folder)
    first = next((segment.first for segment in segments if segment.first >= cut), segments[0].first if segments else 0)
    return Position(segment=segment_name(first), offset=0, seq=first)


def read_entry(folder: Path, segment: str, offset: int, length: int) -> Line:
    """The one line at a place that the index remembers (`seq` is not known here: -1). Raises OSError, DamagedLine."""
    with open(folder / Path(segment).name, "rb") as file:
        file.seek(offset)
        raw = file.read(length)
    try:
        entry, sig = cut_line(raw)
    except BadLine as error:
        raise DamagedLine(segment, offset, -1, str(error)) from error
    return Line(segment=segment, offset=offset, length=length, seq=-1, entry=entry, sig=sig)


class JournalReader:
    """Lines of one log from a position on. Not for use by several threads at once."""

    def __init__(self, folder: Path, start: Position | None = None) -> None:
        """Read the log in `folder` (`<state>/log/<log_no>`) from `start`, default its oldest line."""
        self.folder = folder
        start = start or first_position(folder)
        self._segment, self._offset, self._seq = start.segment, start.offset, start.seq
        self._floor = start.seq
        self._file = -1
        self._open_name = ""
        self._buffer = b""
        self._buffer_at = 0

    @property
    def position(self) -> Position:
        """Where the next line begins."""
        return Position(segment=self._segment, offset=self._offset, seq=self._seq)

    def __enter__(self) -> JournalReader:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the segment."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self._open_name, self._buffer = -1, "", b""

    def read(self, limit: int = 1000) -> list[Line]:
        """At most `limit` complete lines that exist now; empty when there is nothing new. Raises DamagedLine."""
        lines: list[Line] = []
        bound = self._enter_segment()
        while len(lines) < limit:
            if bound is not None and self._seq >= bound:
                bound = self._enter_segment()
                if bound is not None and self._seq >= bound:
                    break
                continue
            raw = self._next_raw()
            if raw is None:
                if bound is None:
                    break
                raise DamagedLine(self.position.segment, self.position.offset, self.position.seq, "segment ends too early")
            line = self._take(raw)
            if line.seq >= self._floor:
                lines.append(line)
                self._floor = line.seq + 1
        return lines

    def lines(self) -> Iterator[Line]:
        """Every complete line that exists now, streaming."""
        while batch := self.read():
            yield from batch

    def follow(self, wait: Callable[[], bool], limit: int = 1000) -> Iterator[list[Line]]:
        """Batches without end. When nothing is new, `wait()` blocks until woken; False ends the iteration."""
        while True:
            batch = self.read(limit)
            if batch:
                yield batch
            elif not wait():
                return

    def _enter_segment(self) -> int | None:
        """Open the segment that holds the next seq; return where it ends (first seq of the one behind it)."""
        segments = list_segments(self.folder)
        holding = [index for index, segment in enumerate(segments) if segment.first <= self.position.seq]
        if not holding:
            if segments:
                raise DamagedLine(self.position.segment, self.position.offset, self.position.seq, "segment is missing: pruned while it was read, or lost")
            return None
        index = holding[-1]
        if segments[index].path.name != self._open_name:
            self._open(segments[index])
        return segments[index + 1].first if index + 1 < len(segments) else None

    def _open(self, segment: Segment) -> None:
        self.close()
        self._file = os.open(segment.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._open_name = segment.path.name
        if self.position.segment != segment.path.name:
            # May lie before the next seq: after a failed sync the writer repeats lines that were already read.
            self._segment, self._offset, self._seq = segment.path.name, 0, segment.first
        self._buffer_at = self._offset

    def _next_raw(self) -> bytes | None:
        """Next complete line with its newline, None when there is none yet."""
        if self._file < 0:
            return None  # not even a segment yet
        start = self._offset - self._buffer_at
        end = self._buffer.find(b"\n", start)
        while end < 0:
            searched = len(self._buffer) - start
            if searched > MAX_LINE:
                raise DamagedLine(self.position.segment, self.position.offset, self.position.seq, "line without an end")
            more = os.pread(self._file, CHUNK, self._buffer_at + len(self._buffer))
            if not more:
                return None
            self._buffer = self._buffer[start:] + more
            self._buffer_at, start = self._offset, 0
            end = self._buffer.find(b"\n", searched)
        return self._buffer[start:end + 1]

    def _take(self, raw: bytes) -> Line:
        offset, seq, length = self._offset, self._seq, len(raw)
        try:
            entry, sig = cut_line(raw)
        except BadLine as error:
            raise DamagedLine(self._segment, offset, seq, str(error)) from error
        self._offset, self._seq = offset + length, seq + 1
        return Line(segment=self._segment, offset=offset, length=length, seq=seq, entry=entry, sig=sig)
