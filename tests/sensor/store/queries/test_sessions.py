"""Sessions and their timelines."""

from __future__ import annotations

import pytest

from sensor.store.queries import sessions
from sensor.store.queries.events import EventFilter
from sensor.store.queries.sessions import SessionFilter


def test_sessions_roll_up_and_page_by_last_activity(indexed, entry):
    index = indexed([
        entry(0, session="a", verdict="block"), entry(1, session="b"), entry(2, session="a"), entry(3, session="c", agent="cursor"),
        entry(4, session="a", phase="after"),
    ])
    first = sessions.page(index, limit=2)
    assert [row.session for row in first.sessions] == ["a", "c"]
    assert [row.session for row in sessions.page(index, before=first.older).sessions] == ["b"]
    row = first.sessions[0]
    assert (row.first, row.last, row.entries, row.calls, row.blocks, row.worst) == (0, 4, 3, 2, 1, "block")
    assert [row.session for row in sessions.page(index, SessionFilter(agent="cursor")).sessions] == ["c"]
    assert sessions.find(index, 0) == row and sessions.find(index, 77) is None
    assert sessions.named(index, "a") == (row,) and sessions.named(index, "a", "cursor") == ()


@pytest.mark.parametrize(("wanted", "found"), [
    ({}, "demo-1 handrail-self-test-2 b a_x"), ({"verdict": "block"}, "demo-1 a_x"), ({"verdict": "clean"}, "handrail-self-test-2"), ({"verdict": "flag"}, "b"),
    ({"verdict": "notable"}, "demo-1 b a_x"), ({"verdict": "other"}, ""), ({"text": "A_X"}, "a_x"), ({"text": "shop cursor"}, "b"), ({"text": "%"}, ""), ({"text": "_"}, "a_x"),
    ({"origin": "work"}, "b a_x"), ({"origin": "test"}, "demo-1 handrail-self-test-2"), ({"origin": "?"}, ""), ({"origin": "test", "verdict": "block", "agent": "claude-code"}, "demo-1"),
])
def test_sessions_are_found_by_agent_verdict_words_and_origin(indexed, entry, wanted, found):
    index = indexed([
        entry(0, session="a_x", verdict="block", cwd="/home/dev/till"), entry(1, session="b", verdict="flag", agent="cursor", cwd="/home/dev/shop"),
        entry(2, session="handrail-self-test-2"), entry(3, session="demo-1", verdict="block"),
    ])
    assert " ".join(row.session for row in sessions.page(index, SessionFilter(**wanted)).sessions) == found


def test_timeline_has_gaps_results_and_sub_agents(indexed, entry):
    index = indexed([
        entry(0, "ls", tool_use_id="one"), entry(1, "", tool_use_id="one", phase="after"),
        entry(5, "git push --force", tool_use_id="two", verdict="block", subagent="agent-7"), entry(6, "x", session="other"),
        entry(9, "cat", tool_use_id="three", phase="after", verdict="flag"),
    ])
    session = sessions.find(index, 0)
    assert session is not None
    steps = sessions.timeline(index, session).steps
    assert [step.event.seq for step in steps] == [0, 5, 9]
    assert (steps[0].gap_us, steps[0].ran_us, steps[0].depth) == (-1, 1_000_000, 0)
    assert (steps[1].gap_us, steps[1].depth, steps[1].result) == (4_000_000, 1, None)
    notable = sessions.timeline(index, session, EventFilter(verdict="notable")).steps
    assert [step.event.seq for step in notable] == [5, 9]


def test_long_timelines_page(indexed, entry):
    index = indexed([entry(seq) for seq in range(sessions.STEP_LIMIT + 5)])
    session = sessions.find(index, 0)
    assert session is not None
    first = sessions.timeline(index, session)
    assert len(first.steps) == sessions.STEP_LIMIT and first.after == sessions.STEP_LIMIT - 1
    rest = sessions.timeline(index, session, after=first.after)
    assert len(rest.steps) == 5 and rest.after == 0 and rest.steps[0].gap_us == 1_000_000


def test_sub_agents_with_sessions_of_their_own_are_children(indexed, entry):
    index = indexed([entry(0, session="mother"), entry(1, session="child", parent_session="mother")])
    mother = sessions.find(index, 0)
    assert mother is not None and [row.session for row in sessions.children(index, mother)] == ["child"]


def test_a_session_is_found_by_its_name_without_reading_its_entries(indexed, entry):
    index = indexed([entry(0, session="a"), entry(1, session="a", agent="cursor"), entry(2, session="b")])
    assert {row.agent for row in sessions.named(index, "a")} == {"claude-code", "cursor"}
    assert [row.first for row in sessions.named(index, "a", "cursor")] == [1]
    asked: list[str] = []
    index._database.connection().set_trace_callback(asked.append)
    sessions.named(index, "a")
    (plan,) = index._database.connection().execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "USING INDEX sessions_name" in plan[-1]
