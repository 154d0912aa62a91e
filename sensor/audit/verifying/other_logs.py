"""Evidence of other logs of the same device than the newest: what was kept of them must be here, wherever the newest one began."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sensor.audit.form.chain import CompactRange
from sensor.audit.form.notes import BadNote, Checkpoint, number_of, parse_checkpoint
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import Accepted
from sensor.audit.journal.pin import PinError, read_pruned
from sensor.audit.journal.reader import DamagedLine, JournalReader
from sensor.audit.verifying.report import Problem
from sensor.model.calls import Value


class Stamp(Value, frozen=True):
    """A checkpoint note that a timestamp authority saw at `at_us` (microseconds; 0 = no authority did); its token was checked."""

    name: str
    note: bytes
    at_us: int
    is_outside: bool = False


class _Kept(Value, frozen=True):
    name: str
    checkpoint: Checkpoint


class Missing(Value, frozen=True):
    """What is wrong with a log, and how much of it something remembers."""

    problem: Problem
    lost: Lost


def missing_logs(root: Path, identity: bytes, kept: tuple[Stamp, ...], accepted: Accepted | None) -> Iterator[Missing]:
    """One for each log below `root` (`<state>/log`) that does not reach what is `kept` of it, but for what is `accepted` as lost. Raises OSError.

    The tree is made anew from the bytes that are here: a root that fits proves them, signatures need not be looked at again.
    """
    by_log: dict[str, list[_Kept]] = {}
    for one in kept:
        try:
            checkpoint = parse_checkpoint(one.note)
        except BadNote:
            continue  # nothing that was kept of a log
        if accepted is None or not accepted.covers(Lost(log=checkpoint.origin, size=checkpoint.size)):
            by_log.setdefault(checkpoint.origin, []).append(_Kept(name=one.name, checkpoint=checkpoint))
    for log, notes in sorted(by_log.items()):
        folder = root / str(number_of(log))
        notes.sort(key=lambda one: one.checkpoint.size)
        reached, differs = _follow(folder, identity, notes)
        lost = Lost(log=log, size=notes[-1].checkpoint.size)
        if differs is not None:
            what = f"{differs.name}: the first {differs.checkpoint.size} entries of log {log} here give another root"
            yield Missing(problem=Problem(row="N6", seq=-1, what=what, expected=differs.checkpoint.root.hex()), lost=lost)
        elif notes[-1].checkpoint.size > reached:
            what = f"{notes[-1].name} covers {notes[-1].checkpoint.size} entries of log {log}, of which {reached} are here"
            yield Missing(problem=Problem(row="N5", seq=-1, what=what), lost=lost)


def _follow(folder: Path, identity: bytes, notes: list[_Kept]) -> tuple[int, _Kept | None]:
    """How many entries of the log in `folder` are here, at most up to the last of `notes` (by size), and the first note that they do not give."""
    tree = CompactRange()
    try:
        pruned = read_pruned(folder, identity)
        if pruned is not None:
            tree = pruned.compact_range()
        waiting = [one for one in notes if one.checkpoint.size > tree.size]
        with JournalReader(folder) as reader:
            for line in reader.lines():
                if not waiting:
                    break
                if line.seq < tree.size:
                    continue
                tree.append(line.leaf)
                while waiting and waiting[0].checkpoint.size == tree.size:
                    one = waiting.pop(0)
                    if one.checkpoint.root != tree.root():
                        return tree.size, one
    except (FileNotFoundError, NotADirectoryError, PinError, DamagedLine):
        pass  # what cannot be read is not here
    return tree.size, None
