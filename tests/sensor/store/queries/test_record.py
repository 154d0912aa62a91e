"""The log's own events and past decisions."""

from __future__ import annotations

from sensor.audit.form.parts import ApprovalFacts, Change
from sensor.store.queries import record


def call_free(entry, seq, kind, **facts):
    return entry(seq, kind=kind, verdict="", rule="", tool="", tool_kind="", phase="", summary=None, **facts)


def test_decisions_come_with_the_call_they_are_about(indexed, entry):
    index = indexed([
        entry(0, "npm publish", verdict="quarantine", hold="H1"),
        call_free(entry, 1, "approval", approval=ApprovalFacts(id="H1", by="dev", action="approve")),
        call_free(entry, 2, "approval", approval=ApprovalFacts(id="H9", by="dev", action="reject")),
    ])
    newest, older = record.decisions(index)
    assert newest.event.hold == "H9" and newest.held is None
    assert older.event.summary == "approve H1 by dev" and older.held is not None and older.held.summary == "npm publish"
    assert [one.event.seq for one in record.decisions(index, before=2)] == [1]


def test_housekeeping_leaves_calls_and_heartbeats_out(indexed, entry):
    index = indexed([
        entry(0), call_free(entry, 1, "heartbeat"), call_free(entry, 2, "config_change", change=Change(what="mode", after="observe")),
    ])
    assert [event.summary for event in record.housekeeping(index)] == ["mode: observe"]
    assert record.newest(index, "heartbeat") is not None and record.newest(index, "prune") is None


def test_state_is_the_place_of_the_indexer(indexed, entry):
    state = record.state(indexed([entry(0), entry(1)]))
    assert (state.seq, state.entries, state.fault) == (1, 2, "")


def test_every_kind_of_entry_is_housekeeping_or_shown_elsewhere():
    from sensor.audit.form.entry import KINDS

    assert set(KINDS) - set(record.HOUSEKEEPING) == {"call", "session", "reasoning", "malformed", "approval", "heartbeat", "file_change"}


def test_entries_are_counted_by_kind_since_a_time(indexed, entry):
    index = indexed([entry(0), call_free(entry, 1, "gap"), call_free(entry, 2, "drop"), call_free(entry, 3, "gap"), call_free(entry, 4, "heartbeat")])
    second = record.newest(index, "drop").ts
    assert record.count_since(index, ("gap", "drop", "prune"), 0) == {"gap": 2, "drop": 1}
    assert record.count_since(index, ("gap", "drop"), second + 1) == {"gap": 1} and record.count_since(index, ("prune",), 0) == {}
