"""No program makes a verdict wait for many others."""

from __future__ import annotations

import pytest

from sensor.doors.turns import CALLS_BETWEEN, MAX_ASKED, MAX_BYTES, MAX_CALLS, Turns

FLOOD, HOOK, PERSON = 1, 2, 3


class Guest:
    def __init__(self, name, log):
        self.name, self.log, self.dropped = name, log, False

    def serve(self):
        self.log.append(self.name)

    def drop(self):
        self.dropped = True


def served(*requests):
    """The names in the order in which they are answered; a request is (name, pid, size, is_call)."""
    turns, log = Turns(), []
    for name, pid, size, is_call in requests:
        turns.add(Guest(name, log), pid, size, is_call)
    while turns:
        turns.serve_next()
    return log


def test_a_call_comes_before_the_second_request_of_another_program():
    assert served(*[("flood", FLOOD, 10, True)] * 3, ("hook", HOOK, 10, True)) == ["flood", "hook", "flood", "flood"]


def test_a_short_call_comes_before_a_long_one_and_equals_as_they_came():
    assert served(("long", 4, 100_000, True), ("first", 5, 900, True), ("second", 6, 20, True)) == ["first", "second", "long"]


def test_what_is_asked_comes_between_calls_and_that_of_a_person_before_the_rest_of_a_flood():
    calls = [("call", pid, 10, True) for pid in range(10, 20)]
    order = served(*[("flood", FLOOD, 10, False)] * 3, ("person", PERSON, 10, False), *calls)
    assert order[:CALLS_BETWEEN] == ["call"] * CALLS_BETWEEN and order[CALLS_BETWEEN] == "flood" and order[2 * CALLS_BETWEEN + 1] == "person"
    assert order.count("flood") == 3 and order.count("call") == 10


@pytest.mark.parametrize(("most", "is_call"), [(MAX_CALLS, True), (MAX_ASKED, False)])
def test_of_too_many_those_of_the_program_with_the_most_give_way(most, is_call):
    turns, log = Turns(), []
    flood = [Guest("flood", log) for _ in range(most)]
    for guest in flood:
        turns.add(guest, FLOOD, 10, is_call)
    hook = Guest("hook", log)
    turns.add(hook, HOOK, 10, is_call)
    assert not hook.dropped and [guest.dropped for guest in flood] == [False] * (most - 1) + [True]


def test_so_do_the_longest_of_too_many_bytes():
    turns, log = Turns(), []
    guests = [Guest(number, log) for number in range(6)]
    for pid, guest in enumerate(guests):
        turns.add(guest, pid, MAX_BYTES // 4, True)
    assert [guest.dropped for guest in guests] == [False] * 4 + [True] * 2
    turns.serve_next()
    again = Guest("again", log)
    turns.add(again, 9, MAX_BYTES // 4, True)
    assert not again.dropped


def test_an_error_in_one_answer_is_not_the_end_of_the_others():
    turns, log = Turns(), []

    class Broken(Guest):
        def serve(self):
            raise RuntimeError("a bug")

    turns.add(Broken("broken", log), FLOOD, 1, True)
    turns.add(Guest("hook", log), HOOK, 10_000, True)
    with pytest.raises(RuntimeError):
        turns.serve_next()
    turns.serve_next()
    assert log == ["hook"] and not turns
