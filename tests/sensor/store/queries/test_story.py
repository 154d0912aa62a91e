"""The story of a session: sub-agents in their place, decisions, and what the log lost while it ran."""

from __future__ import annotations

from sensor.audit.form.parts import ApprovalFacts, Gap
from sensor.store.queries import sessions
from sensor.store.queries.story import steps, tell


def named(index, name):
    (row,) = sessions.named(index, name)
    return row


def test_sub_agents_decisions_and_interruptions_in_the_order_of_the_log(indexed, entry):
    index = indexed([
        entry(0, "start", session="main"),
        entry(1, "rm", session="main", verdict="quarantine", hold="Q1"),
        entry(2, session="other"),
        entry(3, "sub", session="child", parent_session="main"),
        entry(4, "", kind="approval", verdict="", session="", agent="", approval=ApprovalFacts(id="Q1", by="dev", action="approve")),
        entry(5, "", kind="approval", verdict="", session="", agent="", approval=ApprovalFacts(id="Q7", by="dev", action="reject")),
        entry(6, "", kind="gap", verdict="", session="", agent="", gap=Gap(count=3, cause="disk_full")),
        entry(7, "deep", session="grandchild", parent_session="child"),
        entry(8, "", kind="heartbeat", verdict="", session="", agent=""),
        entry(9, "inside", session="main", subagent="a1"),
        entry(10, "", kind="gap", verdict="", session="", agent="", gap=Gap(count=1, cause="io")),
    ])
    story = tell(index, named(index, "main"))
    assert [(line.step.event.seq, line.session, line.depth) for line in story.lines] == [
        (0, "main", 0), (1, "main", 0), (3, "child", 1), (4, "", 0), (6, "", 0), (7, "grandchild", 2), (9, "main", 1),
    ]
    assert [(row.session, depth) for row, depth in story.sessions] == [("main", 0), ("child", 1), ("grandchild", 2)]
    assert "approve Q1" in story.lines[3].step.event.summary


def test_a_session_that_is_its_own_ancestor_ends(indexed, entry):
    index = indexed([entry(0, session="a", parent_session="b"), entry(1, session="b", parent_session="a")])
    assert [line.step.event.seq for line in tell(index, named(index, "a")).lines] == [0, 1]


def test_long_sessions_are_told_to_the_end(indexed, entry):
    index = indexed([entry(number, f"echo {number}", tool_use_id=str(number)) for number in range(450)])
    assert [step.event.seq for step in steps(index, named(index, "s-1"))] == list(range(450))
