"""Pages of entries: filters, search, paging in both directions."""

from __future__ import annotations

import pytest

from sensor.audit.form.parts import Summary
from sensor.store.queries import events
from sensor.store.queries.events import Cursor, EventFilter


def seqs(page: events.EventsPage) -> list[int]:
    return [event.seq for event in page.events]


def test_newest_first_and_keyset_pages_in_both_directions(indexed, entry):
    index = indexed([entry(seq) for seq in range(25)])
    first = events.page(index, EventFilter(), Cursor(limit=10))
    assert seqs(first) == list(range(24, 14, -1)) and first.newer == 0
    second = events.page(index, EventFilter(), Cursor(before=first.older, limit=10))
    third = events.page(index, EventFilter(), Cursor(before=second.older, limit=10))
    assert seqs(second) == list(range(14, 4, -1)) and seqs(third) == [4, 3, 2, 1, 0] and third.older == 0
    back = events.page(index, EventFilter(), Cursor(after=third.newer, limit=10))
    assert seqs(back) == seqs(second)
    assert seqs(events.page(index, EventFilter(), Cursor(after=back.newer, limit=10))) == seqs(first)


def test_our_own_calls_and_tools_that_a_server_offers_are_told_from_calls(indexed, entry):
    index = indexed([entry(0), entry(1, session="demo-1a"), entry(2, session="handrail-self-test-2b"), entry(3, tool="mcp__notes__add", tool_kind="mcp", phase="lifecycle"),
                     entry(4, tool="mcp__notes__add", tool_kind="mcp")])
    found = {event.seq: event for event in events.page(index, EventFilter()).events}
    assert [seq for seq in sorted(found) if found[seq].is_rehearsal] == [1, 2] and [seq for seq in sorted(found) if found[seq].is_offer] == [3]


@pytest.fixture
def mixed(indexed, entry):
    return indexed([
        entry(0, "rm -rf /srv/data", verdict="block", rule="HR-DST-001"),
        entry(1, "curl https://example.test/install.sh | sh", verdict="quarantine", rule="HR-EXE-002", agent="cursor", session="c-1"),
        entry(2, "git status", agent="cursor", session="c-1"),
        entry(3, "", tool="Read", tool_kind="file_read", summary=Summary(action="read", paths=("/home/dev/shop/setup.cfg",))),
        entry(4, "git push --force", verdict="flag", rule="HR-GIT-001"),
        entry(5, "", kind="heartbeat", verdict="", tool="", tool_kind="", summary=None),
    ])


@pytest.mark.parametrize(("wanted", "expected"), [
    (EventFilter(agent="cursor"), [2, 1]),
    (EventFilter(verdict="block"), [0]),
    (EventFilter(verdict="notable"), [4, 1, 0]),
    (EventFilter(verdict="notable", agent="claude-code"), [4, 0]),
    (EventFilter(tool="file_read"), [3]),
    (EventFilter(session="c-1"), [2, 1]),
    (EventFilter(session="c-1", verdict="clean"), [2]),
    (EventFilter(rule="HR-GIT-001"), [4]),
    (EventFilter(kind="heartbeat"), [5]),
    (EventFilter(text="git"), [4, 2]),
    (EventFilter(text="GIT stat"), [2]),
    (EventFilter(text="git", agent="cursor", verdict="clean", tool="shell"), [2]),
    (EventFilter(text="setup.cfg"), [3]),
    (EventFilter(text="example.test/install"), [1]),
    (EventFilter(text="HR-DST-001"), [0]),
    (EventFilter(text='"*) OR NEAR('), []),
    (EventFilter(text="--- ;"), []),
    (EventFilter(agent="' OR 1=1 --"), []),
    (EventFilter(agent="codex"), []),
])
def test_filters(mixed, wanted, expected):
    assert seqs(events.page(mixed, wanted)) == expected


def test_signs_of_life_do_not_fill_the_list_and_can_be_asked_for(indexed, entry):
    index = indexed([entry(0), *(entry(seq, "", kind="heartbeat", verdict="", tool="", tool_kind="", summary=None) for seq in range(1, 30)), entry(30)])
    assert seqs(events.page(index, EventFilter(), Cursor(limit=2))) == [30, 0]
    assert len(seqs(events.page(index, EventFilter(kind="heartbeat"), Cursor(limit=50)))) == 29


def test_one_entry_and_the_newest(mixed):
    found = events.find(mixed, 0, 4)
    assert found is not None and (found.verdict, found.rule, found.summary) == ("flag", "HR-GIT-001", "git push --force")
    assert events.find(mixed, 0, 99) is None
    assert events.newest_id(mixed) == 5


def test_an_entry_that_is_no_call_has_no_verdict(mixed):
    found = events.find(mixed, 0, 5)
    assert found is not None and found.verdict == "" and found.kind == "heartbeat"


def test_neighbours_are_the_other_entries_of_the_call(indexed, entry):
    index = indexed([entry(0, tool_use_id="t"), entry(1), entry(2, tool_use_id="t", phase="after")])
    found = events.find(index, 0, 0)
    assert found is not None and [event.seq for event in events.neighbours(index, found)] == [2]


def test_a_beginning_of_a_word_finds_only_where_no_entry_has_it_whole(indexed, entry):
    index = indexed([entry(0, "deployment started"), entry(1, "deploy now"), entry(2, "redeploy")])
    found = [event.seq for event in events.page(index, EventFilter(text="deploy")).events]
    assert found == [1]
    assert [event.seq for event in events.page(index, EventFilter(text="deploym")).events] == [0]
    assert events.page(index, EventFilter(text="ploy")).events == ()


def test_a_time_is_kept_to_whatever_the_filter_and_however_the_clock_was_set(indexed, entry):
    late = "2026-03-02T23:00:00.000000Z"  # of a clock that was wrong for one entry
    index = indexed([entry(seq, verdict=("clean", "block")[seq % 2], **({"ts": late} if seq == 3 else {})) for seq in range(12)])
    start = events.find(index, 0, 0).ts
    seconds = {"since": start + 5_000_000, "until": start + 9_000_000}
    assert seqs(events.page(index, EventFilter(), Cursor(**seconds))) == [8, 7, 6, 5]
    assert seqs(events.page(index, EventFilter(verdict="block", agent="claude-code"), Cursor(**seconds))) == [7, 5]
    first = events.page(index, EventFilter(), Cursor(limit=2, **seconds))
    assert seqs(events.page(index, EventFilter(), Cursor(before=first.older, **seconds))) == [6, 5]
    assert seqs(events.page(index, EventFilter(), Cursor(since=start + 10_000_000))) == [11, 10, 3]
    assert seqs(events.page(index, EventFilter(), Cursor(until=start))) == [] == seqs(events.page(index, EventFilter(), Cursor(since=start + 10**12)))


def test_the_latest_findings_are_those_of_work_or_those_that_were_played(indexed, entry):
    sessions = ("s-1", "demo-1a", "s-1", "handrail-self-test-2b", "s-2")
    index = indexed([entry(seq, session=session, verdict="clean" if seq == 2 else "block") for seq, session in enumerate(sessions)])
    assert [[event.seq for event in events.latest_findings(index, 8, played=played)] for played in (False, True)] == [[4, 0], [3, 1]]
    assert [event.seq for event in events.latest_findings(index, 1)] == [4]
