"""The log itself: how far the index is, what happened to the log, and past decisions of people."""

from __future__ import annotations

import peewee

from sensor.model.calls import Value
from sensor.store.queries.events import EventRow, to_event
from sensor.store.reading import Index
from sensor.store.tables import Entry, Place

# Kinds of `sensor.audit.form.entry.KINDS` that a person who looks at the log wants to see; asked in one query by their index.
HOUSEKEEPING = (
    "log_open", "clock_jump", "key_rotation", "config_change", "hook_change", "drop", "gap", "spool_ingest", "prune", "prune_unshipped", "export",
    "verify_result", "shutdown", "crash_recovered", "task_keys_lost", "witness_rollback", "assessment", "posture", "log_accept",
)


class IndexState(Value):
    """How far the index is; see `tables.Place`. `ts` is the time of the last indexed entry, microseconds."""

    log_no: int = 0
    segment: int = 0
    offset: int = 0
    seq: int = -1
    leaf: str = ""
    entries: int = 0
    ts: int = 0
    fault: str = ""


class Decision(Value):
    """One decision of a person: the entry of kind "approval", and the held call it is about where known."""

    event: EventRow
    held: EventRow | None = None


def state(index: Index) -> IndexState:
    """How far the index is."""
    row = index.row(Place.select(*list(Place._meta.sorted_fields)[1:]))
    names = IndexState.__struct_fields__
    return IndexState(**dict(zip(names, row, strict=True))) if row else IndexState()


def housekeeping(index: Index, limit: int = 30) -> tuple[EventRow, ...]:
    """The newest entries that are about the log and the installation, not about a call."""
    # Ids first: they come from the index of kinds alone, so only the rows that are shown are read.
    newest_ids = Entry.select(Entry.id).where(peewee.SQL("verdict < 0"), Entry.kind.in_(HOUSEKEEPING)).order_by(Entry.id.desc()).limit(limit)
    return tuple(to_event(row) for row in index.rows(Entry.select().where(Entry.id.in_(newest_ids)).order_by(Entry.id.desc())))


def newest(index: Index, kind: str) -> EventRow | None:
    """The newest entry of a housekeeping kind."""
    return next(iter(recent(index, kind, 1)), None)


def recent(index: Index, kind: str, limit: int) -> tuple[EventRow, ...]:
    """The newest entries of a housekeeping kind, the newest first."""
    query = Entry.select().where(peewee.SQL("verdict < 0"), Entry.kind == kind)
    return tuple(to_event(row) for row in index.rows(query.order_by(Entry.id.desc()).limit(limit)))


def newest_before(index: Index, kinds: tuple[str, ...], before: int) -> EventRow | None:
    """The newest entry of these housekeeping kinds with an id below `before`."""
    found = [
        row for kind in kinds for row in index.rows(
            Entry.select().where(peewee.SQL("verdict < 0"), Entry.kind == kind, Entry.id < before)
            .order_by(Entry.id.desc()).limit(1))
    ]
    return to_event(max(found)) if found else None


def decisions(index: Index, before: int = 0, limit: int = 50) -> tuple[Decision, ...]:
    """Approvals, uses, rejections and expiries, newest first, each with the call it is about."""
    query = Entry.select().where(peewee.SQL("verdict < 0"), Entry.kind == "approval")
    if before:
        query = query.where(Entry.id < before)
    events = [to_event(row) for row in index.rows(query.order_by(Entry.id.desc()).limit(limit))]
    held = held_calls(index, tuple({event.hold for event in events if event.hold}))
    return tuple(Decision(event=event, held=held.get(event.hold)) for event in events)


def held_calls(index: Index, holds: tuple[str, ...]) -> dict[str, EventRow]:
    """The first entry of each of these held calls."""
    query = Entry.select().where(peewee.SQL("hold <> ''"), Entry.hold.in_(holds), Entry.verdict >= 0)
    found: dict[str, EventRow] = {}
    for row in index.rows(query.order_by(Entry.id)) if holds else ():
        event = to_event(row)
        found.setdefault(event.hold, event)
    return found


def count_since(index: Index, kinds: tuple[str, ...], since: int) -> dict[str, int]:
    """How many entries of these housekeeping kinds there are since a time in microseconds, by kind; kinds without any are left out."""
    query = Entry.select(Entry.kind, peewee.fn.COUNT(Entry.id)).where(peewee.SQL("verdict < 0"), Entry.kind.in_(kinds), Entry.ts >= since).group_by(Entry.kind)
    return dict(index.rows(query))
