"""Counts from the roll-ups."""

from __future__ import annotations

import pytest

from sensor.store.queries import counters
from sensor.store.queries.counters import ByVerdict
from sensor.store.rows import microseconds


def test_series_totals_agents_and_rules(indexed, entry):
    entries = [entry(seq, verdict=("clean", "clean", "flag", "block")[seq % 4], agent=("claude-code", "cursor")[seq % 3 == 0],
                     rule="HR-DST-001" if seq % 4 > 1 else "") for seq in range(120)]
    entries.append(entry(120, kind="heartbeat", verdict="", rule=""))
    index = indexed(entries)
    start = counters.per_minute(index, now=microseconds_of(index), minutes=5)
    assert [slot.counts.total for slot in start] == [0, 0, 60, 60, 0]
    assert counters.total(start) == ByVerdict(clean=60, flag=30, block=30)
    assert counters.total(counters.per_hour(index, microseconds_of(index), 2)).total == 120
    agents = counters.agents(index, microseconds_of(index))
    assert [(row.agent, row.counts.total) for row in agents] == [("claude-code", 80), ("cursor", 40)]
    assert [(row.rule, row.n) for row in counters.rules_fired(index, microseconds_of(index))] == [("HR-DST-001", 60)]
    assert counters.active_sessions(index, microseconds_of(index)) == 2
    assert counters.active_sessions(index, microseconds_of(index) + 3 * counters.ACTIVE_US) == 0


def test_what_handrail_played_is_counted_on_its_own(indexed, entry):
    sessions = ("s-1", "demo-1", "handrail-self-test-1")
    index = indexed([entry(seq, session=sessions[seq % 3], verdict="block", agent=("claude-code", "cursor")[seq % 3 == 1]) for seq in range(9)])
    now = microseconds_of(index)
    for series in (counters.per_minute, counters.per_hour):
        assert counters.total(series(index, now)) == ByVerdict(block=3) and counters.total(series(index, now, played=True)) == ByVerdict(block=6)
    assert counters.test_calls(index, now) == 6 and counters.test_calls(index, now + 90 * 24 * counters.HOUR_US) == 0
    assert [(row.agent, row.counts) for row in counters.agents(index, now)] == [("claude-code", ByVerdict(block=3)), ("cursor", ByVerdict())]
    assert [row.n for row in counters.rules_fired(index, now)] == [3] and counters.active_sessions(index, now) == 1
    assert [row.n for row in counters.rules_fired(index, now, played=True)] == [6] and counters.active_sessions(index, now, played=True) == 2
    assert [(row.agent, row.counts) for row in counters.agents(index, now, played=True)] == [("claude-code", ByVerdict(block=3)), ("cursor", ByVerdict(block=3))]


@pytest.mark.parametrize(("sessions", "expected"), [(("demo-1",), True), (("demo-1", "s-1"), False), (("s-1",), False)])
def test_only_played_is_a_week_of_test_calls_without_work(indexed, entry, sessions, expected):
    index = indexed([entry(seq, session=session) for seq, session in enumerate(sessions)])
    now = microseconds_of(index)
    assert counters.only_played(index, now) is expected
    assert not counters.only_played(index, now + (counters.WEEK + 1) * counters.HOUR_US)


def microseconds_of(index) -> int:
    """The minute after the last entry."""
    from sensor.store.queries import record

    return record.state(index).ts


def test_an_empty_time_is_zeros(indexed, entry):
    index = indexed([entry(0)])
    late = microseconds_of(index) + 90 * 24 * counters.HOUR_US
    assert counters.total(counters.per_hour(index, late)) == ByVerdict()
    assert counters.rules_fired(index, late) == () and counters.agents(index, late) == ()


def test_times_are_microseconds_since_1970():
    import datetime

    assert microseconds(datetime.datetime(1970, 1, 2, 0, 0, 1, 5, tzinfo=datetime.timezone.utc)) == 86_401_000_005
