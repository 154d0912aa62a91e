"""Lines of the journal: one form, cut at fixed places; names of segments and logs."""

from __future__ import annotations

import json

import pytest

from sensor.audit.journal.segments import (
    MAX_LINE,
    BadLine,
    Line,
    cut_line,
    list_logs,
    list_segments,
    render_line,
    segment_name,
)

ENTRY = b'{"a":1,"kind":"call"}'
SIG = bytes(range(64))
LINE = render_line(ENTRY, SIG)


def test_a_line_is_json_and_the_entry_is_cut_out_of_it():
    assert cut_line(LINE) == (ENTRY, SIG)
    assert json.loads(LINE)["entry"] == {"a": 1, "kind": "call"}
    assert LINE[9:-99] == ENTRY and LINE.endswith(b'"}\n')


@pytest.mark.parametrize("line", [
    b"", b"\n", LINE[:-1], LINE + b"\n", LINE.replace(b'{"entry":', b'{"entry" :'), LINE.replace(b',"sig":', b', "sig":'),
    LINE[:-4] + b'"}\n', LINE[:-6] + b'==x"}\n', LINE[:-20] + b" " + LINE[-19:], LINE[:-4] + b'A"}\n', b" " + LINE, LINE[:9] + LINE[-99:],
    render_line(b"x" * (MAX_LINE + 1), SIG), render_line(ENTRY, SIG[:63]), render_line(ENTRY, SIG + b"x"),
], ids=lambda line: repr(line[:12] + line[-12:]))
def test_any_other_form_is_no_line(line):
    with pytest.raises(BadLine):
        cut_line(line)


def test_every_changed_byte_of_the_frame_is_seen():
    for at in range(len(LINE)):
        bad = LINE[:at] + bytes([LINE[at] ^ 4]) + LINE[at + 1:]
        try:
            assert cut_line(bad) != (ENTRY, SIG)
        except BadLine:
            pass


def test_segments_come_in_order_and_foreign_files_do_not(tmp_path):
    for name in (segment_name(41216), segment_name(0), segment_name(0) + ".corrupt-1", "journal-1.jsonl", "checkpoints.txt", "x" + segment_name(5)):
        (tmp_path / name).touch()
    assert [(segment.first, segment.path.name) for segment in list_segments(tmp_path)] == [(0, "journal-000000000000.jsonl"), (41216, "journal-000000041216.jsonl")]


def test_logs_come_by_number(tmp_path):
    for name in ("10", "9", "0", "00", "010", "x", "1.5", "٣"):
        (tmp_path / name).mkdir()
        (tmp_path / name / segment_name(0)).touch()
    (tmp_path / "7").touch()
    (tmp_path / "11").mkdir()
    (tmp_path / "12").mkdir()
    (tmp_path / "12" / "notes.txt").touch()
    assert [path.name for path in list_logs(tmp_path)] == ["0", "9", "10"]
    assert list_logs(tmp_path / "none") == ()


def test_the_leaf_is_of_the_entry_alone():
    one = Line(segment="a", offset=0, length=1, seq=0, entry=ENTRY, sig=SIG)
    other = Line(segment="b", offset=9, length=2, seq=3, entry=ENTRY, sig=bytes(64))
    assert one.leaf == other.leaf
