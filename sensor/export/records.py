"""What is exported: entries read from the journal, never from the index, each with the place that proves it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.entry import AuditEntry, parse
from sensor.audit.form.notes import BadNote, parse_checkpoint, whole_notes
from sensor.audit.journal.checkpoints import checkpoint_files
from sensor.audit.journal.reader import DamagedLine, JournalReader
from sensor.audit.journal.segments import Line, list_logs
from sensor.model.calls import Value

NOTABLE = "notable"


class Selection(Value):
    """Which entries: "" = all. `verdict` may be "notable" (all but clean). Times are `ts` stamps, `until` not included.

    A session brings its sub-agents' entries and the decisions about its held calls.
    """

    session: str = ""
    agent: str = ""
    verdict: str = ""
    since: str = ""
    until: str = ""


class Record(Value):
    """An entry and its evidence: the journal line, and the size of the first checkpoint that covers it (0 = none yet)."""

    line: Line
    entry: AuditEntry
    checkpoint: int


def read_records(root: Path, wanted: Selection) -> Iterator[Record]:
    """Selected entries of all logs below `root`, in the order of the log. Raises OSError, DamagedLine."""
    for folder in list_logs(root):
        yield from read_log(folder, wanted)


def read_log(folder: Path, wanted: Selection) -> Iterator[Record]:
    """Selected entries of the log in `folder`. Raises OSError, DamagedLine."""
    sizes = checkpoint_sizes(folder)
    needles = _needles(wanted)
    chosen = Choice(wanted)
    with JournalReader(folder) as reader:
        for line in reader.lines():
            if needles and not any(needle in line.entry for needle in needles):
                continue
            try:
                entry = parse(line.entry)
            except NotCanonical as error:
                raise DamagedLine(line.segment, line.offset, line.seq, str(error)) from error
            if entry.log.rpartition("/")[2] != folder.name:
                raise DamagedLine(line.segment, line.offset, line.seq, f"an entry of the log {entry.log} lies in {folder.name}")
            if chosen.takes(entry):
                at = bisect.bisect_right(sizes, line.seq)
                yield Record(line=line, entry=entry, checkpoint=sizes[at] if at < len(sizes) else 0)


def checkpoint_sizes(folder: Path) -> list[int]:
    """Sizes of the stored checkpoints, ascending. Unreadable notes are the verifier's to report."""
    sizes = set()
    for path in checkpoint_files(folder):
        for _, note in whole_notes(path.read_bytes())[0]:
            try:
                sizes.add(parse_checkpoint(note).size)
            except BadNote:
                continue
    return sorted(sizes)


class Choice:
    """Whether an entry belongs to the selection. Remembers the holds of a session for the decisions behind them."""

    def __init__(self, wanted: Selection) -> None:
        self._wanted = wanted
        self._holds: set[str] = set()

    def takes(self, entry: AuditEntry) -> bool:
        """Ask once per entry, in order."""
        wanted = self._wanted
        if wanted.session and not self._of_session(entry):
            return False
        if wanted.agent and (entry.agent is None or entry.agent.name != wanted.agent):
            return False
        if wanted.verdict == NOTABLE:
            if entry.verdict in ("", "clean"):
                return False
        elif wanted.verdict and entry.verdict != wanted.verdict:
            return False
        return wanted.since <= entry.ts and (not wanted.until or entry.ts < wanted.until)

    def _of_session(self, entry: AuditEntry) -> bool:
        if self._wanted.session in (entry.session, entry.parent_session):
            if entry.hold:
                self._holds.add(entry.hold)
            return True
        return entry.approval is not None and entry.approval.id in self._holds


def _needles(wanted: Selection) -> tuple[bytes, ...]:
    """Bytes of which every entry of a session holds at least one: cheaper than decoding all the others."""
    if not wanted.session:
        return ()
    return (b'session":' + msgspec.json.encode(wanted.session), b'"kind":"approval"')
