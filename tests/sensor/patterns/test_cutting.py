"""What is left of a text beside known good things."""

from __future__ import annotations

import pytest

from sensor.patterns import finder
from sensor.patterns.cutting import MAX_BYTES, MAX_CUTS, cut_out, may_have
from sensor.patterns.finder import Finder


@pytest.mark.parametrize(("data", "patterns", "left"), [
    (b"good bad", ["good"], b"\0\0\0\0 bad"),
    (b"good bad fine", ["good", "fine"], b"\0\0\0\0 bad \0\0\0\0"),
    (b"good\ngood", ["good\ngood"], b"\0\0\0\0\n\0\0\0\0"),
    ("ein gütes x".encode(), ["gütes"], b"ein \0\0\0\0\0\0 x"),
    (b"bad", ["good"], b"bad"),
    (b"bad", [], b"bad"),
])
def test_what_is_left(data, patterns, left):
    assert cut_out(data, map(Finder, patterns)) == left


def test_a_text_with_too_much_to_cut_stays_whole():
    data = b"good " * (MAX_CUTS + 1)
    assert cut_out(data, [Finder("good")]) == data and b"good" not in cut_out(data[5:], [Finder("good")])
    long = b"good" + b" " * (MAX_BYTES - 4)
    assert cut_out(long + b" ", [Finder("good")]) == long + b" " and b"good" not in cut_out(long, [Finder("good")])


def test_what_cannot_be_told_is_there(monkeypatch):
    monkeypatch.setattr(finder, "re2", None)
    stalling = Finder("(?:a+)+b")
    assert cut_out(b"aab", [stalling]) == b"aab" and may_have(b"x", stalling) == (0, 0)
    assert may_have(b"x", Finder("y")) is None and may_have(b"xy", Finder("y")) == (1, 2)
