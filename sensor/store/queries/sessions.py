"""Sessions: the list, one of them, and its timeline with gaps and sub-agents."""

from __future__ import annotations

import functools
import operator

import peewee

from sensor.model.calls import Value
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import VERDICT_WORDS, Verdict
from sensor.store.queries.events import NOTABLE, EventFilter, EventRow, to_event
from sensor.store.reading import Index
from sensor.store.tables import Entry, Session

STEP_LIMIT = 200

_COLUMNS = tuple(field.column_name for field in Session._meta.sorted_fields)
_FOUND = Session.blocks + Session.quarantines + Session.flags
_OCCURS = {NOTABLE: _FOUND > 0, "block": Session.blocks > 0, "quarantine": Session.quarantines > 0, "flag": Session.flags > 0, "clean": _FOUND == 0}
PLAYED = functools.reduce(operator.or_, (Session.session.startswith(lead) for lead in REHEARSALS))
_ORIGINS = {"work": ~PLAYED, "test": PLAYED}


class SessionRow(Value):
    """One session. `first` is the id of its first entry and names it in addresses; times in microseconds."""

    agent: str
    session: str
    first: int
    last: int
    started: int
    ended: int
    entries: int
    calls: int
    flags: int
    quarantines: int
    blocks: int
    parent: str
    cwd: str

    @property
    def is_rehearsal(self) -> bool:
        """Whether Handrail itself played this session: its self-test or its demo."""
        return self.session.startswith(REHEARSALS)

    @property
    def worst(self) -> str:
        """The worst verdict that occurred."""
        counts = ((Verdict.BLOCK, self.blocks), (Verdict.QUARANTINE, self.quarantines), (Verdict.FLAG, self.flags))
        return next((verdict.word for verdict, count in counts if count), Verdict.CLEAN.word)


class SessionFilter(Value):
    """What to show; "" = everything. `verdict` occurs in the session, "clean": none but this; `text` are words, all needed, of agent, name and folder.

    `origin`: "work" leaves out what Handrail itself played, "test" shows nothing else.
    """

    agent: str = ""
    verdict: str = ""
    text: str = ""
    origin: str = ""


class SessionsPage(Value):
    """Sessions, last active first. `older` is the key of the next page, 0 = there is none."""

    sessions: tuple[SessionRow, ...]
    older: int = 0


class Step(Value):
    """One step of a timeline: an entry, the time since the step before it, and the result of the call if it came back.

    `gap_us` is -1 for the first step of the session. `depth` is 1 inside a sub-agent. `ran_us` is the time between the
    verdict and the result, -1 when there is no result.
    """

    event: EventRow
    gap_us: int = -1
    depth: int = 0
    result: EventRow | None = None
    ran_us: int = -1


class Timeline(Value):
    """Steps in the order of the log. `after` continues behind the last one, 0 = this was all."""

    steps: tuple[Step, ...]
    after: int = 0


def page(index: Index, wanted: SessionFilter = SessionFilter(), *, before: int = 0, limit: int = 50) -> SessionsPage:
    """A page of sessions, last active first. Unknown words of `wanted` find nothing rather than everything."""
    query = Session.select().order_by(Session.last.desc()).limit(limit + 1)
    if wanted.agent:
        query = query.where(Session.agent == wanted.agent)
    if wanted.verdict:
        query = query.where(_OCCURS.get(wanted.verdict, peewee.SQL("0")))
    for word in wanted.text.split():
        query = query.where(Session.session.contains(word) | Session.agent.contains(word) | Session.cwd.contains(word))
    if wanted.origin:
        query = query.where(_ORIGINS.get(wanted.origin, peewee.SQL("0")))
    if before:
        query = query.where(Session.last < before)
    sessions = tuple(_to_session(row) for row in index.rows(query))
    return SessionsPage(sessions=sessions[:limit], older=sessions[limit - 1].last if len(sessions) > limit else 0)


def find(index: Index, first: int) -> SessionRow | None:
    """The session whose first entry has this id."""
    row = index.row(Session.select().where(Session.first == first))
    return _to_session(row) if row else None


def named(index: Index, session: str, agent: str = "") -> tuple[SessionRow, ...]:
    """Sessions with this name as the agents gave it (two agents may use the same)."""
    query = Session.select().where(Session.session == session)
    if agent:
        query = query.where(Session.agent == agent)
    return tuple(_to_session(row) for row in index.rows(query))


def children(index: Index, session: SessionRow) -> tuple[SessionRow, ...]:
    """Sub-agents that the agent reports as sessions of their own."""
    query = Session.select().where(Session.parent == session.session, peewee.SQL("parent <> ''"))
    return tuple(_to_session(row) for row in index.rows(query.order_by(Session.first).limit(50)))


def timeline(index: Index, session: SessionRow, wanted: EventFilter = EventFilter(), after: int = -1) -> Timeline:
    """Up to STEP_LIMIT entries of the session behind id `after`, as steps."""
    mine = (Entry.session == session.session) & (Entry.agent == session.agent)
    query = Entry.select().where(mine & (Entry.id > after))
    if wanted.verdict == NOTABLE:
        query = query.where(Entry.verdict > 0)
    elif wanted.verdict not in ("", *VERDICT_WORDS):
        return Timeline(steps=())
    elif wanted.verdict:
        query = query.where(Entry.verdict == Verdict[wanted.verdict.upper()].value)
    if wanted.tool:
        query = query.where(Entry.tool_kind == wanted.tool)
    rows = index.rows(query.order_by(Entry.id).limit(STEP_LIMIT + 1))
    events = [to_event(row) for row in rows[:STEP_LIMIT]]
    previous = _time_before(index, mine, events[0].id) if events else -1
    return Timeline(steps=_to_steps(events, previous), after=events[-1].id if len(rows) > STEP_LIMIT else 0)


def _time_before(index: Index, mine: peewee.Expression, first: int) -> int:
    row = index.row(Entry.select(Entry.ts).where(mine & (Entry.id < first)).order_by(Entry.id.desc()).limit(1))
    return row[0] if row else -1


def _to_steps(events: list[EventRow], previous_ts: int) -> tuple[Step, ...]:
    """Fold clean results into the call they belong to; everything else is a step of its own."""
    calls = {event.tool_use: event for event in events if event.phase == "before" and event.tool_use}
    results = {
        event.tool_use: event for event in events
        if event.phase == "after" and event.verdict == "clean" and event.tool_use in calls
    }
    folded = {event.id for event in results.values()}
    steps = []
    for event in events:
        if event.id in folded:
            previous_ts = event.ts
            continue
        result = results.get(event.tool_use) if calls.get(event.tool_use) is event else None
        steps.append(Step(
            event=event, gap_us=max(0, event.ts - previous_ts) if previous_ts >= 0 else -1, depth=1 if event.subagent else 0,
            result=result, ran_us=max(0, result.ts - event.ts) if result else -1,
        ))
        previous_ts = event.ts
    return tuple(steps)


def _to_session(row: tuple[object, ...]) -> SessionRow:
    return SessionRow(**dict(zip(_COLUMNS, row, strict=True)))  # type: ignore[arg-type]
