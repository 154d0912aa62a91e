"""The quick look: only that every entry is linked to the one before it, at the speed of hashing. Never a success by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sensor.audit.chain import seed
from sensor.audit.checks import Findings
from sensor.audit.pin import Pin, PinError, read_pruned
from sensor.audit.report import Anchor, Problem, VerifyReport, window_behind
from sensor.audit.segments import MAX_LINE, PREFIX, SUFFIX_LENGTH, Segment, list_segments
from sensor.audit.verify import VerifyOptions

CHUNK = 4 * 1024 * 1024
_PREV = b'"prev":"'
_LOG = b'"log":"'


def verify_chain(folder: Path, options: VerifyOptions, now_us: int) -> VerifyReport:
    """Check links, positions of segments, and the pin's leaf. The exit code is 1 or 3. Raises OSError."""
    findings, link = Findings(), _Links(options)
    segments = list_segments(folder)
    if segments and segments[0].first:
        try:
            pruned = read_pruned(folder, options.identity)
        except PinError as error:
            return VerifyReport(problems=(Problem(row="N7", seq=-1, what=error.message),))
        if pruned is not None:
            link.resume(pruned)
            segments = tuple(segment for segment in segments if segment.first >= pruned.size)
    for index, segment in enumerate(segments):
        if segment.first != link.size:
            findings.tampered("N1", link.size, f"segment {segment.path.name} does not follow")
            break
        bound = segments[index + 1].first if index + 1 < len(segments) else None
        problem = link.read(segment, bound)
        if problem:
            findings.tampered("N1", link.size, problem)
            break
    pin = options.pin
    anchors: tuple[Anchor, ...] = ()
    if pin is not None and not findings.problems:
        if link.pinned == pin.leaf:
            anchors = (Anchor(name="local pin", size=pin.size, ts=pin.ts, is_outside=False),)
        else:
            findings.tampered("N5", pin.size - 1, f"the pin covers {pin.size} entries that are not these", pin.leaf, link.pinned)
    findings.unproven("only the hash chain was checked, as requested")
    return VerifyReport(log=link.log, entries=link.size, anchors=anchors, window=window_behind(anchors, link.size, now_us),
                        outside_window=window_behind((), link.size, now_us), problems=tuple(findings.problems), not_proven=tuple(findings.reasons))


class _Links:
    """The chain while lines are read in order."""

    def __init__(self, options: VerifyOptions) -> None:
        self._pin_seq = options.pin.size - 1 if options.pin is not None else -1
        self._link = b""
        self.size, self.log, self.pinned = 0, "", ""

    def resume(self, pruned: Pin) -> None:
        """Begin behind the pruned part of a log."""
        self.size, self.log, self._link = pruned.size, pruned.log, pruned.leaf.encode("ascii")

    def read(self, segment: Segment, bound: int | None) -> str:
        """Read a segment up to `bound`; what is wrong with it, "" when nothing is."""
        for line in _lines(segment.path):
            if bound is not None and self.size >= bound:
                return ""
            problem = self._take(line)
            if problem:
                return problem
        return "the segment ends too early" if bound is not None and self.size < bound else ""

    def _take(self, line: bytes) -> str:
        entry = line[len(PREFIX):-SUFFIX_LENGTH]
        at = entry.find(_PREV) + len(_PREV)
        if entry[at:at + 64] != self._link and (self.size or not self._begin(entry, entry[at:at + 64])):
            return "hash differs from the link in the next entry"
        leaf = hashlib.sha256(b"\0" + entry).hexdigest()
        self._link = leaf.encode("ascii")
        if self.size == self._pin_seq:
            self.pinned = leaf
        self.size += 1
        return ""

    def _begin(self, entry: bytes, prev: bytes) -> bool:
        """The first entry's link is the seed of the log it names."""
        at = entry.find(_LOG) + len(_LOG)
        self.log = entry[at:entry.find(b'"', at)].decode("utf-8", "replace")
        return seed(self.log).hex().encode("ascii") == prev


def _lines(path: Path) -> Iterator[bytes]:
    """Whole lines of a file, with their newline; an unfinished last one is left out."""
    rest = b""
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line + b"\n"
            if len(rest) > MAX_LINE:
                yield rest
                return
