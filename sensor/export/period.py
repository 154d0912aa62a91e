"""The report of a period: figures from the journal alone, each with the entries behind it. It proves nothing by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import structs

from sensor.audit.form.entry import AuditEntry
from sensor.audit.verifying.report import VerifyReport
from sensor.export.records import Record
from sensor.model.calls import Value
from sensor.model.kinds import file_event_in_words
from sensor.model.names import REHEARSALS

MAX_LISTED = 500
# Entries that say something was lost, interrupted or late.
INTERRUPTIONS = ("gap", "drop", "crash_recovered", "clock_jump", "task_keys_lost", "witness_rollback", "malformed", "prune", "prune_unshipped", "log_accept")


COUNTED = ("verdicts", "answers", "agents", "tools", "rules", "modes", "paths", "kinds", "test_calls")


class Figure(Value):
    """How often something occurred, and the places of the first and last entry with it (`<log>/<seq>`)."""

    name: str
    count: int
    first: str
    last: str


class Happened(Value):
    """One entry that is listed by itself."""

    entry: str
    ts: str
    kind: str
    what: str
    by: str = ""


class PeriodReport(Value):
    """`since`/`until` as asked, "" = open. `first`/`last` are the entries it was made from, `checkpoint` covers the last.

    `verification` is None when it was left out; `unverified` counts entries of other logs than the one it was of.
    `left_out` counts entries that the lists do not show. `test_calls` are what Handrail itself played, by session: of the figures
    only `entries`, `kinds` and `redacted` count them too.
    """

    since: str
    until: str
    made: str
    entries: int = 0
    first: str = ""
    last: str = ""
    last_ts: str = ""
    last_hash: str = ""
    checkpoint: int = 0
    sessions: int = 0
    verdicts: tuple[Figure, ...] = ()
    answers: tuple[Figure, ...] = ()
    agents: tuple[Figure, ...] = ()
    tools: tuple[Figure, ...] = ()
    rules: tuple[Figure, ...] = ()
    modes: tuple[Figure, ...] = ()
    paths: tuple[Figure, ...] = ()
    kinds: tuple[Figure, ...] = ()
    test_calls: tuple[Figure, ...] = ()
    redacted: int = 0
    decisions: tuple[Happened, ...] = ()
    changes: tuple[Happened, ...] = ()
    interruptions: tuple[Happened, ...] = ()
    left_out: int = 0
    verification: VerifyReport | None = None
    unverified: int = 0


class _Counts:
    """Figures of one kind, in the order of their frequency."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self._last: dict[str, str] = {}

    def add(self, name: str, place: str) -> None:
        if name:
            self._counts[name] += 1
            self._first.setdefault(name, place)
            self._last[name] = place

    def figures(self) -> tuple[Figure, ...]:
        return tuple(Figure(name=name, count=count, first=self._first[name], last=self._last[name]) for name, count in self._counts.most_common())


def make_report(records: Iterable[Record], bounds: tuple[str, str], made: str, verification: VerifyReport | None) -> PeriodReport:
    """Read the records once. `bounds` are since and until, `made` the time of the report, all as `ts` stamps."""
    counts = {name: _Counts() for name in COUNTED}
    lists: dict[str, list[Happened]] = {"decisions": [], "changes": [], "interruptions": []}
    sessions: set[tuple[str, str]] = set()
    entries = redacted = left_out = unverified = 0
    first = last = None
    for record in records:
        entry, place = record.entry, f"{record.entry.log}/{record.entry.seq}"
        entries, first, last = entries + 1, first or record, record
        unverified += verification is not None and entry.log != verification.log
        redacted += entry.redacted.count if entry.redacted is not None else 0
        if entry.session and not entry.session.startswith(REHEARSALS):
            sessions.add((entry.agent.name if entry.agent else "", entry.session))
        for name, value in _counted(entry):
            counts[name].add(value, place)
        which = _listed(entry)
        if which and len(lists[which]) < MAX_LISTED:
            lists[which].append(happened(entry, place))
        elif which:
            left_out += 1
    report = PeriodReport(
        since=bounds[0], until=bounds[1], made=made, entries=entries, sessions=len(sessions), redacted=redacted, left_out=left_out,
        verification=verification, unverified=unverified,
        first=f"{first.entry.log}/{first.entry.seq}" if first else "", last=f"{last.entry.log}/{last.entry.seq}" if last else "",
        last_ts=last.entry.ts if last else "", last_hash=last.line.leaf.hex() if last else "", checkpoint=last.checkpoint if last else 0,
    )
    return structs.replace(report, **{name: one.figures() for name, one in counts.items()}, **{name: tuple(found) for name, found in lists.items()})


def _counted(entry: AuditEntry) -> list[tuple[str, str]]:
    """(figure, value) pairs of an entry. Only calls before they run are counted as calls."""
    is_call = entry.verdict and entry.phase == "before"
    if entry.session.startswith(REHEARSALS):
        return [("kinds", entry.kind), *([("test_calls", entry.session)] if is_call else [])]
    found = [("kinds", entry.kind), *(("rules", rule.id) for rule in entry.rules)]
    if is_call:
        agent = f"{entry.agent.name} {entry.agent.ver}".strip() if entry.agent is not None else ""
        found += [
            ("verdicts", entry.verdict), ("answers", entry.answer), ("agents", agent), ("tools", entry.tool_kind),
            ("modes", entry.mode), ("paths", entry.path),
        ]
    return found


def _listed(entry: AuditEntry) -> str:
    if entry.approval is not None:
        return "" if entry.approval.action == "expire" else "decisions"  # a question that ran out was nobody's decision
    if entry.change is not None:
        return "changes"
    return "interruptions" if entry.kind in INTERRUPTIONS else ""


def happened(entry: AuditEntry, place: str) -> Happened:
    """What an entry that is no call says, in words."""
    what, by = entry.note, ""
    if entry.approval is not None:
        what, by = f"{entry.approval.action} {entry.approval.id}", entry.approval.by
    elif entry.file is not None and entry.change is not None:
        digests = f"{entry.change.before[:12] or 'none'} to {entry.change.after[:12] or 'none'}"
        what, by = f"{file_event_in_words(entry.file.event, entry.change.what)}: {digests} {entry.note}".rstrip(), entry.change.by
    elif entry.change is not None:
        before, after = entry.change.before[:80], entry.change.after[:80] or "nothing"
        what, by = f"{entry.change.what}: {f'{before} to ' if before else ''}{after}", entry.change.by
    elif entry.gap is not None:
        what = f"{entry.gap.count} {'entry' if entry.gap.count == 1 else 'entries'} could not be stored ({entry.gap.cause})"
    elif entry.drops is not None:
        lost = entry.drops.queue + entry.drops.spool
        what = entry.note if entry.drops.files else f"{lost} {'event was' if lost == 1 else 'events were'} lost"
    elif entry.clock is not None:
        what = f"wall clock moved {entry.clock.wall_us // 1000} ms, monotonic {entry.clock.mono_us // 1000} ms"
    return Happened(entry=place, ts=entry.ts, kind=entry.kind, what=what, by=by)
