"""What names hold, and what it costs to put it where they stand."""

from __future__ import annotations

import ast

import pytest

from sensor.effects.code.python_names import MAX_CONSTANT, MAX_LENGTH, MAX_NODES, Names, measured
from sensor.effects.code.room import Room


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def held(text: str, room: int = 1000) -> Names:
    names = Names(Room(room))
    names.hold("x", expression(text))
    return names


@pytest.mark.parametrize("text", ["'ls'", "['a', 'b']", "{'a': 'b'}", "os.system", "p.parent()", "open('a')", "lambda a: a", "f'{a}'", "a + 'b'", "1", "[1] * 9"])
def test_what_says_something_is_held(text):
    assert ast.unparse(held(text).get("x")) == text


@pytest.mark.parametrize("text", [
    "x", "compute()", "subprocess.run('ls')", "a if b else c", "not a", repr("a" * (MAX_LENGTH + 1)), str(["a"] * (MAX_CONSTANT + 1)), str(["a"] * MAX_CONSTANT), f"a({'b,' * MAX_NODES})",
])
def test_what_says_nothing_or_is_large_is_not(text):
    assert held(text).get("x") is None


def test_each_place_is_paid_for_by_what_it_grows():
    names = held("'abcde'", room=9)
    assert names.placed("x") is not None and names.room.left == 5
    assert names.placed("x") is not None and names.placed("x") is None and names.room.ran_out
    assert names.get("x") is not None and names.placed("y") is None


def test_functions_are_put_nowhere():
    assert held("lambda a: a").placed("x") is None


def test_parts_are_added_up_to_a_size():
    names = held("['a']")
    item = expression("'b'")
    for number in range(2, MAX_CONSTANT + 50):
        names.add("x", ast.List([item] * number, ast.Load()), [item])
    assert names.held["x"].nodes <= MAX_CONSTANT and names.held["x"].is_constant
    assert measured(names.held["x"].value).nodes == names.held["x"].nodes
    names.add("x", expression("[a]"), [expression("a")])
    assert names.held["x"].is_constant


def test_a_value_that_holds_itself_is_measured_in_part():
    value = expression("'a'")
    for _ in range(60):
        value = ast.List([value, value], ast.Load())
    assert measured(value).nodes == MAX_CONSTANT + 1 and not measured(value).is_small


def test_targets_hold_parts():
    names = Names(Room())
    names.bind(ast.parse("a, *b = x").body[0].targets[0], expression("('1', '2', '3')"))
    assert ast.unparse(names.get("a")) == "'1'" and ast.unparse(names.get("b")) == "['2', '3']"
    names.forget(ast.parse("(a, c.d) = x").body[0].targets[0])
    assert names.get("a") is None and names.get("b") is not None
