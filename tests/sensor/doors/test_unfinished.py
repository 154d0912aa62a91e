"""The oldest of too many gives way."""

from __future__ import annotations

from sensor.doors.unfinished import MAX_BYTES, MAX_UNFINISHED, Unfinished


class Line:
    def __init__(self, unfinished):
        self.unfinished, self.dropped = unfinished, False

    def drop(self):
        self.dropped = True
        self.unfinished.remove(self)  # a connection takes itself out as it closes


def test_the_oldest_gives_way():
    unfinished = Unfinished()
    lines = [Line(unfinished) for _ in range(MAX_UNFINISHED)]
    for one in (*lines, lines[0]):
        unfinished.add(one)
    assert not any(one.dropped for one in lines)
    unfinished.add(Line(unfinished))
    assert [one.dropped for one in lines] == [True] + [False] * (MAX_UNFINISHED - 1)


def test_what_is_done_makes_room():
    unfinished = Unfinished()
    first = Line(unfinished)
    unfinished.add(first)
    unfinished.remove(first)
    for _ in range(MAX_UNFINISHED):
        unfinished.add(Line(unfinished))
    assert not first.dropped


def test_so_do_those_that_hold_too_many_bytes():
    unfinished = Unfinished()
    lines = [Line(unfinished) for _ in range(5)]
    for one in lines[:4]:
        for _ in range(4):
            unfinished.add(one, MAX_BYTES // 16)
    assert not any(one.dropped for one in lines)
    unfinished.add(lines[4], 1)
    assert [one.dropped for one in lines] == [True, False, False, False, False]
    unfinished.remove(lines[1])
    unfinished.add(lines[4], MAX_BYTES // 4)
    assert not any(one.dropped for one in lines[1:])
