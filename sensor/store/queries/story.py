"""The whole story of a session: its steps, those of its sub-agents, people's decisions, and what the log lost meanwhile."""

from __future__ import annotations

import peewee

from sensor.model.calls import Value
from sensor.store.queries import sessions
from sensor.store.queries.events import EventRow, to_event
from sensor.store.queries.sessions import SessionRow, Step
from sensor.store.reading import Index
from sensor.store.tables import Entry

# What says that something is missing or was interrupted while the session ran.
INTERRUPTIONS = ("gap", "drop", "crash_recovered", "clock_jump", "shutdown")
MAX_DEPTH = 8


class Told(Value):
    """One line of the story. `depth` counts sub-agents; `session` is whose step it is, "" for a line about the log."""

    step: Step
    session: str = ""
    depth: int = 0


class Story(Value):
    """Lines in the order of the log, and every session in them: (session, depth), parents before children."""

    lines: tuple[Told, ...]
    sessions: tuple[tuple[SessionRow, int], ...]


def tell(index: Index, session: SessionRow) -> Story:
    """The story of `session` and of every session below it."""
    family = _family(index, session)
    lines: dict[int, Told] = {}
    holds: set[str] = set()
    for row, depth in family:
        for step in steps(index, row):
            lines[step.event.id] = Told(step=step, session=row.session, depth=depth + step.depth)
            holds.update({step.event.hold} - {""})
    last = max(row.last for row, _ in family)
    for event in (*_decisions(index, holds), *_interruptions(index, session.first, last)):
        lines.setdefault(event.id, Told(step=Step(event=event)))
    return Story(lines=tuple(lines[number] for number in sorted(lines)), sessions=tuple(family))


def steps(index: Index, session: SessionRow) -> list[Step]:
    """All steps of one session."""
    found: list[Step] = []
    after = -1
    while True:
        timeline = sessions.timeline(index, session, after=after)
        found += timeline.steps
        if not timeline.after:
            return found
        after = timeline.after


def _family(index: Index, session: SessionRow) -> list[tuple[SessionRow, int]]:
    """The session and those below it, depth first. A session that names itself as its ancestor is told once."""
    found: list[tuple[SessionRow, int]] = []
    waiting, seen = [(session, 0)], set()
    while waiting:
        row, depth = waiting.pop()
        if row.first in seen:
            continue
        seen.add(row.first)
        found.append((row, depth))
        if depth < MAX_DEPTH:
            waiting += [(child, depth + 1) for child in reversed(sessions.children(index, row))]
    return found


def _decisions(index: Index, holds: set[str]) -> tuple[EventRow, ...]:
    if not holds:
        return ()
    query = Entry.select().where(peewee.SQL("hold <> ''"), Entry.hold.in_(tuple(holds)), Entry.kind == "approval")
    return tuple(to_event(row) for row in index.rows(query.order_by(Entry.id)))


def _interruptions(index: Index, first: int, last: int) -> tuple[EventRow, ...]:
    query = Entry.select().where(peewee.SQL("verdict < 0"), Entry.kind.in_(INTERRUPTIONS), Entry.id.between(first, last))
    return tuple(to_event(row) for row in index.rows(query.order_by(Entry.id)))
