"""What is selected: by session with its sub-agents and decisions, by agent, verdict and time; each with its checkpoint."""

from __future__ import annotations

import shutil

import pytest

from sensor.audit.journal.reader import DamagedLine
from sensor.audit.journal.segments import list_segments
from sensor.export.records import Choice, Record, Selection, checkpoint_sizes, read_log, read_records


def kinds(found):
    return {record.entry.kind for record in found}


def test_everything_in_order_and_covered(records, hostile_log):
    found = records()
    assert [record.entry.seq for record in found] == list(range(len(found)))
    assert kinds(found) >= {"log_open", "call", "approval", "gap", "shutdown"}
    sizes = checkpoint_sizes(hostile_log / "0")
    for record in found:
        assert record.checkpoint in sizes and record.checkpoint > record.entry.seq
        assert all(size <= record.entry.seq or size >= record.checkpoint for size in sizes)


def test_a_session_brings_its_sub_agents_and_its_decisions(records):
    found = records(session="s-1")
    assert {record.entry.session for record in found} == {"s-1", "s-3", ""}
    decisions = [record.entry.approval.id for record in found if record.entry.kind == "approval"]
    assert decisions == ["Q1"]
    assert records(session="s-") == [] and records(session="none") == []


@pytest.mark.parametrize(("wanted", "count"), [
    ({"verdict": "block"}, 2), ({"verdict": "notable"}, 4), ({"agent": "cursor"}, 1), ({"agent": "cursor", "verdict": "block"}, 0),
    ({"since": "2999"}, 0), ({"until": "2000"}, 0),
])
def test_filters(records, wanted, count):
    assert len(records(**wanted)) == count


def test_times_are_compared_as_stamps(records):
    found = records()
    middle = found[len(found) // 2].entry.ts
    before, after = records(until=middle), records(since=middle)
    assert len(before) + len(after) == len(found) and after[0].entry.ts == middle > before[-1].entry.ts


def test_a_choice_can_be_asked_entry_by_entry(records):
    choice = Choice(Selection(session="s-2"))
    assert sum(choice.takes(record.entry) for record in records()) == 1


def test_damage_is_an_error_not_a_shorter_export(sample):
    path = list_segments(sample.log)[0].path
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"w":1', 1))
    with pytest.raises(DamagedLine):
        list(read_log(sample.log, Selection()))


def test_no_log_no_records(tmp_path):
    assert list(read_records(tmp_path / "log", Selection())) == []
    assert Record.__struct_fields__ == ("line", "entry", "checkpoint")


def test_entries_of_another_log_are_not_taken_for_those_of_the_folder(hostile_log, tmp_path):
    """Only the newest log is verified with a report: a copy under another number must not pass as it."""
    shutil.copytree(hostile_log, tmp_path / "log")
    (tmp_path / "log/0").rename(tmp_path / "log/1")
    with pytest.raises(DamagedLine, match="lies in 1"):
        list(read_records(tmp_path / "log", Selection()))
