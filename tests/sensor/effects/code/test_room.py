"""Code grows by so much and no more."""

from __future__ import annotations

import re

from sensor.effects.code.room import Room


def test_a_text_is_put_as_often_as_there_is_room():
    room = Room(10)
    assert room.put(re.compile("x"), "abcd", "x x x") == "abcd abcd x"
    assert room.ran_out and room.left == 2


def test_room_that_is_enough():
    room = Room(10)
    assert room.take(10) and not room.ran_out
    assert not room.take(1) and room.ran_out


def test_steps_are_counted_apart():
    room = Room(10, steps=2)
    assert room.step(2) and not room.ran_out
    assert not room.step(1) and room.ran_out and room.left == 10
