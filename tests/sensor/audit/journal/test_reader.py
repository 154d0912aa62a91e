"""Reading the journal while somebody writes it: whole lines, once each, over segments, tails and repeated lines."""

from __future__ import annotations

import threading

import pytest

from sensor.audit.journal.reader import DamagedLine, JournalReader, Position, first_position, newest_log, read_entry
from sensor.audit.journal.segments import render_line, segment_name

SIG = bytes(64)


def line(number: int) -> bytes:
    return render_line(b'{"n":%d}' % number, SIG)


def put(folder, first, *numbers, rest=b""):
    (folder / segment_name(first)).write_bytes(b"".join(line(number) for number in numbers) + rest)


def numbers(lines):
    return [int(one.entry[5:-1]) for one in lines]


def test_lines_in_order_over_segments(tmp_path):
    put(tmp_path, 0, 0, 1, 2)
    put(tmp_path, 3, 3, 4)
    with JournalReader(tmp_path) as reader:
        found = list(reader.lines())
    assert numbers(found) == [one.seq for one in found] == [0, 1, 2, 3, 4]
    for one in found:
        again = read_entry(tmp_path, one.segment, one.offset, one.length)
        assert (again.entry, again.sig, again.leaf) == (one.entry, one.sig, one.leaf)


def test_a_position_can_be_kept_and_gone_on_from(tmp_path):
    put(tmp_path, 0, 0, 1, 2)
    put(tmp_path, 3, 3, 4)
    for stop in range(6):
        with JournalReader(tmp_path) as reader:
            before = reader.read(stop) if stop else []
            place = reader.position
        with JournalReader(tmp_path, place) as reader:
            assert numbers([*before, *reader.lines()]) == [0, 1, 2, 3, 4]


def test_a_partial_line_waits_and_comes_whole(tmp_path):
    put(tmp_path, 0, 0)
    path = tmp_path / segment_name(0)
    with JournalReader(tmp_path) as reader:
        assert numbers(reader.read()) == [0]
        for at in range(1, len(line(1))):
            path.write_bytes(line(0) + line(1)[:at])
            assert reader.read() == []
        path.write_bytes(line(0) + line(1))
        assert numbers(reader.read()) == [1] and reader.read() == []


def test_bytes_behind_the_next_segments_first_seq_are_no_entries(tmp_path):
    put(tmp_path, 0, 0, 1, rest=line(2) + b"torn")
    put(tmp_path, 2, 2, 3)
    with JournalReader(tmp_path) as reader:
        assert [(one.seq, one.segment) for one in reader.lines()][2:] == [(2, segment_name(2)), (3, segment_name(2))]


def test_lines_repeated_after_a_failed_sync_come_once(tmp_path):
    put(tmp_path, 0, 0, 1, 2)
    with JournalReader(tmp_path) as reader:
        assert numbers(reader.read()) == [0, 1, 2]
        put(tmp_path, 1, 1, 2, 3)
        assert numbers(reader.read()) == [3]


@pytest.mark.parametrize("damage", [b"not a line\n", b"x" * 40_000, render_line(b"{}", SIG)[:-4] + b'}"\n'])
def test_damage_stops_it_in_front(tmp_path, damage):
    put(tmp_path, 0, 0, 1, rest=damage)
    with JournalReader(tmp_path) as reader:
        assert numbers(reader.read(2)) == [0, 1]
        with pytest.raises(DamagedLine) as caught:
            reader.read()
        assert (caught.value.seq, caught.value.offset) == (2, len(line(0)) + len(line(1)))


def test_a_missing_segment_is_damage(tmp_path):
    put(tmp_path, 0, 0, 1)
    put(tmp_path, 5, 5)
    with JournalReader(tmp_path) as reader, pytest.raises(DamagedLine, match="too early"):
        list(reader.lines())
    (tmp_path / segment_name(0)).unlink()
    with JournalReader(tmp_path, Position()) as reader, pytest.raises(DamagedLine, match="missing"):
        reader.read()
    assert first_position(tmp_path).seq == 5


def test_following_ends_when_told(tmp_path):
    put(tmp_path, 0, 0)
    woken = iter([True, False])
    seen = []

    def wait():
        put(tmp_path, 0, 0, 1)
        return next(woken)

    with JournalReader(tmp_path) as reader:
        for batch in reader.follow(wait):
            seen += numbers(batch)
    assert seen == [0, 1]


def test_a_writer_in_another_thread_is_followed_without_loss(tmp_path):
    """Segments appear while the reader is in the middle of another."""
    done = threading.Event()

    def write():
        for first in range(0, 2000, 50):
            with open(tmp_path / segment_name(first), "ab", buffering=0) as file:
                for number in range(first, first + 50):
                    raw = line(number)
                    file.write(raw[:7])
                    file.write(raw[7:])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = []
    with JournalReader(tmp_path) as reader:
        while not done.is_set() or len(seen) < 2000:
            seen += numbers(reader.read())
    thread.join()
    assert seen == list(range(2000))


def test_a_log_without_a_segment_has_nothing_yet(tmp_path):
    with JournalReader(tmp_path) as reader:
        assert reader.read() == []
        put(tmp_path, 0, 0)
        assert numbers(reader.read()) == [0]


def test_the_newest_log(tmp_path):
    assert newest_log(tmp_path) is None
    for name in ("9", "10"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, 0, 0)
    (tmp_path / "11").mkdir()
    assert newest_log(tmp_path).name == "10"


def test_a_link_in_place_of_a_segment_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_bytes(line(0))
    (tmp_path / segment_name(0)).symlink_to(tmp_path / "elsewhere")
    with JournalReader(tmp_path) as reader, pytest.raises(OSError):
        reader.read()
