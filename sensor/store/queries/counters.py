"""Counts, all from roll-ups: their cost depends on the time asked for, not on the number of entries.

What Handrail itself plays (self-test, demo) is not the day's work: it counts only where a name says so.
"""

from __future__ import annotations

from typing import Any

import peewee

from sensor.model.calls import Value
from sensor.model.verdicts import Verdict
from sensor.store.queries.sessions import PLAYED
from sensor.store.reading import Index
from sensor.store.tables import AgentHour, Minute, RuleHour, Session
from sensor.store.writer import HOUR_US, MINUTE_US

ACTIVE_US = 15 * MINUTE_US
WEEK = 24 * 7  # hours


class ByVerdict(Value):
    """Judged calls by verdict."""

    clean: int = 0
    flag: int = 0
    quarantine: int = 0
    block: int = 0

    @property
    def total(self) -> int:
        return self.clean + self.flag + self.quarantine + self.block


class Slot(Value):
    """Counts of one slot of a series; `start` in microseconds."""

    start: int
    counts: ByVerdict


class AgentRow(Value):
    """One agent in the asked time; counts of 0 where none of its calls was asked for; `last` = time of its last entry ever seen in a session, microseconds."""

    agent: str
    counts: ByVerdict
    last: int = 0


class RuleCount(Value):
    """How often a rule matched."""

    rule: str
    n: int


def per_minute(index: Index, now: int, minutes: int = 60, *, played: bool = False) -> tuple[Slot, ...]:
    """Counts of each of the last `minutes` minutes, oldest first, the running one last; here and below of work, or of what Handrail itself `played`."""
    last = now // MINUTE_US
    query = Minute.select(Minute.minute, Minute.verdict, Minute.n).where(Minute.minute.between(last - minutes + 1, last), Minute.played == int(played))
    found = _pivot(index.rows(query))
    slots = range(last - minutes + 1, last + 1)
    return tuple(Slot(start=slot * MINUTE_US, counts=found.get(slot, ByVerdict())) for slot in slots)


def per_hour(index: Index, now: int, hours: int = 24, *, played: bool = False) -> tuple[Slot, ...]:
    """Counts of each of the last `hours` hours, oldest first, the running one last."""
    last = now // HOUR_US
    query = (
        AgentHour.select(AgentHour.hour, AgentHour.verdict, peewee.fn.SUM(AgentHour.n))
        .where(AgentHour.hour.between(last - hours + 1, last), AgentHour.played == int(played)).group_by(AgentHour.hour, AgentHour.verdict)
    )
    found = _pivot(index.rows(query))
    slots = range(last - hours + 1, last + 1)
    return tuple(Slot(start=slot * HOUR_US, counts=found.get(slot, ByVerdict())) for slot in slots)


def total(slots: tuple[Slot, ...]) -> ByVerdict:
    """The sum of a series."""
    return ByVerdict(**{
        verdict.word: sum(getattr(slot.counts, verdict.word) for slot in slots) for verdict in Verdict
    })


def agents(index: Index, now: int, hours: int = WEEK, *, played: bool = False) -> tuple[AgentRow, ...]:
    """Agents seen in the last `hours` hours, busiest first."""
    since = now // HOUR_US - hours + 1
    counted = peewee.fn.SUM(AgentHour.n * (AgentHour.played == int(played)))
    query = AgentHour.select(AgentHour.agent, AgentHour.verdict, counted).where(AgentHour.hour >= since)
    found = _pivot(index.rows(query.group_by(AgentHour.agent, AgentHour.verdict)))
    rows = [AgentRow(agent=agent, counts=counts, last=_last_seen(index, agent)) for agent, counts in found.items()]
    return tuple(sorted(rows, key=lambda row: -row.counts.total))


def test_calls(index: Index, now: int, hours: int = 24) -> int:
    """How many calls of the last `hours` hours Handrail itself played and judged."""
    last = now // HOUR_US
    row = index.row(AgentHour.select(peewee.fn.SUM(AgentHour.n)).where(AgentHour.hour.between(last - hours + 1, last), AgentHour.played == 1))
    return row[0] or 0 if row else 0


def only_played(index: Index, now: int, hours: int = WEEK) -> bool:
    """Whether the last `hours` hours hold test calls and no work: a new user has seen nothing but the demo yet."""
    query = AgentHour.select(peewee.fn.MIN(AgentHour.played)).where(AgentHour.hour > now // HOUR_US - hours)
    return index.row(query) == (1,)


def _last_seen(index: Index, agent: str) -> int:
    row = index.row(Session.select(peewee.fn.MAX(Session.ended)).where(Session.agent == agent))
    return row[0] if row and row[0] is not None else 0


def rules_fired(index: Index, now: int, hours: int = WEEK, limit: int = 500, *, played: bool = False) -> tuple[RuleCount, ...]:
    """Rules by number of matches in the last `hours` hours."""
    n = peewee.fn.SUM(RuleHour.n)
    query = (
        RuleHour.select(RuleHour.rule, n).where(RuleHour.hour > now // HOUR_US - hours, RuleHour.played == int(played))
        .group_by(RuleHour.rule).order_by(n.desc(), RuleHour.rule).limit(limit)
    )
    return tuple(RuleCount(rule=rule, n=count) for rule, count in index.rows(query))


def active_sessions(index: Index, now: int, *, played: bool = False) -> int:
    """Sessions with an entry in the last quarter of an hour."""
    row = index.row(Session.select(peewee.fn.COUNT(Session.last)).where(Session.ended >= now - ACTIVE_US, PLAYED if played else ~PLAYED))
    return row[0] if row else 0


def _pivot(rows: list[tuple[Any, ...]]) -> dict[Any, ByVerdict]:
    """(key, verdict number, n) rows to counts per key."""
    found: dict[Any, dict[str, int]] = {}
    for key, number, n in rows:
        found.setdefault(key, {})[Verdict(number).word] = n
    return {key: ByVerdict(**counts) for key, counts in found.items()}
