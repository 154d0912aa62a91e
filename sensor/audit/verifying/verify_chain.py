"""The quick look: only that every entry is linked to the one before it, at the speed of hashing. Never a success by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sensor.audit.form.chain import seed
from sensor.audit.journal.pin import Pin, PinError, read_pruned
from sensor.audit.journal.segments import MAX_LINE, PREFIX, SUFFIX_LENGTH, Segment, list_segments
from sensor.audit.verifying.checks import Findings
from sensor.audit.verifying.report import Anchor, Problem, VerifyReport, window_behind
from sensor.audit.verifying.verify import VerifyOptions

CHUNK = 64 * 1024  # larger ones cost page faults
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
        for chunk in _lines(segment.path):
            problem = self._take(chunk, bound)
            if problem:
                return problem
            if self.size == bound:
                return ""
        return "the segment ends too early" if bound is not None and self.size < bound else ""

    def _take(self, chunk: bytearray, bound: int | None) -> str:
        """Lines of `chunk`, up to `bound`. One loop over local names: this runs once per entry there ever was."""
        find, sha256, view, link, size, start = chunk.find, hashlib.sha256, memoryview(chunk), self._link, self.size, 0
        while size != bound and (end := find(b"\n", start)) >= 0:
            begin, stop = start + len(PREFIX), end + 1 - SUFFIX_LENGTH
            at = find(_PREV, begin, stop) + len(_PREV)
            if stop <= begin or (chunk[at:at + 64] != link and (size or not self._begin(bytes(chunk[begin:stop]), bytes(chunk[at:at + 64])))):
                self.size = size
                return "hash differs from the link in the next entry"
            chunk[begin - 1] = 0  # the byte before the entry makes it a leaf, without a copy of the entry
            digest = sha256(view[begin - 1:stop]).hexdigest()
            if size == self._pin_seq:
                self.pinned = digest
            link, size, start = digest.encode("ascii"), size + 1, end + 1
        self._link, self.size = link, size
        return ""

    def _begin(self, entry: bytes, prev: bytes) -> bool:
        """The first entry's link is the seed of the log it names."""
        at = entry.find(_LOG) + len(_LOG)
        self.log = entry[at:entry.find(b'"', at)].decode("utf-8", "replace")
        return seed(self.log).hex().encode("ascii") == prev


def _lines(path: Path) -> Iterator[bytearray]:
    """Whole lines of a file, many at once; an unfinished last one is left out. A line without an end is handed out as one."""
    rest = b""
    with open(path, "rb") as file:
        while data := file.read(CHUNK):
            end = data.rfind(b"\n") + 1
            if end:
                yield bytearray(b"".join((rest, data[:end])))
                rest = data[end:]
            else:
                rest += data
            if len(rest) > MAX_LINE:
                yield bytearray(rest + b"\n")
                return
