"""Entries: a page of them under a filter, one of them, and the newest."""

from __future__ import annotations

import functools
import operator
import re
from typing import Any

import peewee

from sensor.model.calls import Phase, ToolKind, Value
from sensor.model.held import SESSION_OVER
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Verdict
from sensor.store import tables
from sensor.store.reading import Index
from sensor.store.tables import Entry, Search

MAX_LIMIT = 200
NEVER_US = 1 << 62
NOTABLE = "notable"
FILES = "files"  # stands for both kinds of entries about watched files
_KINDS = {FILES: ("file_change", "hook_change")}

_COLUMNS = tuple(field.column_name for field in Entry._meta.sorted_fields)
_WORD = re.compile(r"\w+")
_SEARCH_WORDS = 12


_DECIDED = {"approve": "approved", "reject": "rejected"}  # what a person did with a held call
_MARKS = {"log_open": "the sensor started", "shutdown": "the sensor ended"}  # what entries without words of their own say


class EventRow(Value):
    """One entry as lists show it. Times in microseconds; `verdict` is a word, "" for entries that are no call."""

    id: int
    log: int
    seq: int
    ts: int
    kind: str
    agent: str
    session: str
    subagent: str
    tool: str
    tool_kind: str
    phase: str
    tool_use: str
    verdict: str
    answer: str
    rule: str
    summary: str
    reason: str
    hold: str
    took_us: int
    segment: int
    start: int
    size: int

    @property
    def is_rehearsal(self) -> bool:
        """Whether Handrail itself played this call: its self-test or its demo."""
        return self.session.startswith(REHEARSALS)

    @property
    def told(self) -> str:
        """What happened, as a person says it. A question that ran out is nobody's decision."""
        action, held, by = f"{self.summary}  ".split(" ", 2)
        if self.kind == "approval" and action in _DECIDED:
            return f"{held} {_DECIDED[action]} {by}".rstrip()
        if self.kind != "approval" or action != "expire":
            return self.summary if self.summary not in ("", self.kind) else _MARKS.get(self.kind, self.summary)
        by = by.strip().removeprefix("by ")
        return f"{held} lapsed: " + ("nobody answered" if not by else by if by == SESSION_OVER else f"the approval by {by} was not used")

    @property
    def is_offer(self) -> bool:
        """Whether an MCP server offered this tool (`tools/list`) rather than an agent using it."""
        return (self.tool_kind, self.phase) == (ToolKind.MCP.value, Phase.LIFECYCLE.value)


class EventFilter(Value):
    """What to show; "" = everything. `verdict` may be "notable": everything but clean; `kind` may be "files". `text` are words, all needed."""

    agent: str = ""
    verdict: str = ""
    tool: str = ""
    session: str = ""
    rule: str = ""
    kind: str = ""
    text: str = ""


class Cursor(Value):
    """Where a page begins: entries `before` this id (newest first), or those just `after` it. 0 = from the newest.

    It keeps to entries from `since` on and before `until`, in microseconds since 1970; 0 = open.
    """

    before: int = 0
    after: int = 0
    limit: int = 50
    since: int = 0
    until: int = 0


class EventsPage(Value):
    """Entries newest first; `older` and `newer` are the ids for the neighbouring pages, 0 = there is none."""

    events: tuple[EventRow, ...]
    older: int = 0
    newer: int = 0


def to_event(row: tuple[object, ...]) -> EventRow:
    """The Struct of a row of `entries`."""
    facts = dict(zip(_COLUMNS, row, strict=True))
    number = facts["verdict"]
    facts["verdict"] = "" if number == tables.NOT_JUDGED else Verdict(number).word
    entry_id = facts["id"]
    assert isinstance(entry_id, int)
    return EventRow(log=tables.log_of(entry_id), seq=tables.seq_of(entry_id), **facts)  # type: ignore[arg-type]


def page(index: Index, wanted: EventFilter, cursor: Cursor = Cursor()) -> EventsPage:
    """A page of entries under a filter; the empty filter leaves out heartbeats. Cost does not depend on how far back it lies."""
    limit = max(1, min(cursor.limit, MAX_LIMIT))
    query, key = _filtered(index, wanted)
    if cursor.since or cursor.until:
        first, last = _ids_within(index, cursor)
        query = query.where(key.between(first, last), _within(cursor))  # the clock may have been set: not all between these are
    if cursor.after:
        query = query.where(key > cursor.after).order_by(key.asc())
    else:
        query = query.where(key < cursor.before) if cursor.before else query
        query = query.order_by(key.desc())
    rows = index.rows(query.limit(limit + 1))
    more = len(rows) > limit
    events = [to_event(row) for row in rows[:limit]]
    if cursor.after:
        events.reverse()
        return EventsPage(
            events=tuple(events), newer=events[0].id if events and more else 0, older=events[-1].id if events else 0
        )
    return EventsPage(
        events=tuple(events), older=events[-1].id if more else 0, newer=events[0].id if events and cursor.before else 0
    )


def latest_findings(index: Index, limit: int, *, played: bool = False) -> tuple[EventRow, ...]:
    """The newest entries that are not clean, newest first: of work, or of what Handrail itself `played`."""
    own = functools.reduce(operator.or_, (Entry.session.startswith(lead) for lead in REHEARSALS))
    rows = index.rows(Entry.select().where(peewee.SQL("verdict > 0"), own if played else ~own).order_by(Entry.id.desc()).limit(limit))
    return tuple(to_event(row) for row in rows)


def _within(cursor: Cursor) -> Any:
    return Entry.ts.between(cursor.since, (cursor.until or NEVER_US) - 1)


def _ids_within(index: Index, cursor: Cursor) -> tuple[int, int]:
    """The first and the last entry of that time; none lies between 0 and -1."""
    row = index.row(Entry.select(peewee.fn.MIN(Entry.id), peewee.fn.MAX(Entry.id)).where(_within(cursor)))
    return (row[0], row[1]) if row and row[0] is not None else (0, -1)


def find(index: Index, log: int, seq: int) -> EventRow | None:
    """The entry with this place in the log."""
    row = index.row(Entry.select().where(Entry.id == tables.entry_id(log, seq)))
    return to_event(row) if row else None


def newest_id(index: Index) -> int:
    """Id of the newest entry, -1 when there is none."""
    row = index.row(Entry.select(peewee.fn.MAX(Entry.id)))
    return row[0] if row and row[0] is not None else -1


def neighbours(index: Index, event: EventRow) -> tuple[EventRow, ...]:
    """The other entries of the same call (before, after, approval), in order."""
    same = (Entry.session == event.session) & (Entry.agent == event.agent) & (Entry.tool_use == event.tool_use)
    if not event.tool_use or not event.session:
        return ()
    rows = index.rows(Entry.select().where(same & (Entry.id != event.id)).order_by(Entry.id).limit(10))
    return tuple(to_event(row) for row in rows)


def _filtered(index: Index, wanted: EventFilter) -> tuple[Any, Any]:
    """The query for a filter and the column that orders it.

    The commonest views go over an ordinary index; every other combination is one full-text query over the marks, whose
    cost does not depend on how rare the combination is. Words are beginnings of words only where no entry has them whole:
    a common beginning makes SQLite read all its entries before it gives the first.
    """
    if wanted == EventFilter():  # signs of life every five minutes would be all that a quiet day shows; their kind can be asked for
        return Entry.select().where(Entry.kind != "heartbeat"), Entry.id
    if wanted == EventFilter(verdict=NOTABLE):
        return Entry.select().where(peewee.SQL("verdict > 0")), Entry.id
    if wanted == EventFilter(session=wanted.session):
        return Entry.select().where(Entry.session == wanted.session), Entry.id
    match = _match(wanted)
    if wanted.text and index.row(Search.select(Search.rowid).where(_matches(match)).limit(1)) is None:
        match = _match(wanted, "*")
    query = Entry.select(Entry).from_(Search).join(Entry, peewee.JOIN.CROSS)
    query = query.where(Entry.id == Search.rowid).where(_matches(match))
    for column, value in (
        (Entry.agent, wanted.agent), (Entry.tool_kind, wanted.tool), (Entry.session, wanted.session),
    ):
        query = query.where(column == value) if value else query  # marks are hashes: two values may share one
    query = query.where(Entry.kind.in_(_KINDS.get(wanted.kind, (wanted.kind,)))) if wanted.kind else query
    return query, Search.rowid


def _matches(match: str) -> peewee.NodeList:
    return peewee.NodeList((peewee.SQL("search MATCH"), peewee.Value(match)))


def _match(wanted: EventFilter, star: str = "") -> str:
    mark = tables.mark
    parts = [
        f'"{mark(name, value)}"'
        for name, value in (
            ("agent", wanted.agent), ("tool", wanted.tool), ("session", wanted.session), ("rule", wanted.rule),
        ) if value
    ]
    if wanted.kind:
        parts.append("(" + " OR ".join(f'"{mark("kind", kind)}"' for kind in _KINDS.get(wanted.kind, (wanted.kind,))) + ")")
    if wanted.verdict == NOTABLE:
        parts.append("(" + " OR ".join(f'"{mark("verdict", word)}"' for word in ("flag", "quarantine", "block")) + ")")
    elif wanted.verdict:
        parts.append(f'"{mark("verdict", wanted.verdict)}"')
    words = _WORD.findall(wanted.text.lower().replace("_", " "))[:_SEARCH_WORDS]
    parts += [f'"{word}"{star}' for word in words]
    if wanted.text and not words:
        parts.append('"xnothing"')
    return " AND ".join(parts)
