"""Changing a few characters of a JSON text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.settings.jsonc import parse_jsonc
from hooks.settings.splice import add_children, apply_changes, remove_children, style_of


def added(text: str, *children: tuple[str, object]) -> str:
    root = parse_jsonc(text)
    return apply_changes(text, add_children(text, root, list(children), style_of(text, root)))


def removed(text: str, *indexes: int) -> str:
    return apply_changes(text, remove_children(text, parse_jsonc(text), set(indexes)))


@pytest.mark.parametrize(("before", "after"), [
    ("{}", '{\n  "n": [\n    1\n  ]\n}'),
    ("{ }\n", '{\n  "n": [\n    1\n  ]\n}\n'),
    ('{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"n": [\n\t\t1\n\t]\n}\n'),
    ('{\n    "a": 1,\n}', '{\n    "a": 1,\n    "n": [\n        1\n    ],\n}'),
    ('{"a": 1}', '{"a": 1, "n": [1]}'),
    ('{"a":1}', '{"a":1,"n":[1]}'),
    ('{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "n": [\r\n    1\r\n  ]\r\n}\r\n'),
    ('{\n  "a": 1 // why\n}', '{\n  "a": 1, // why\n  "n": [\n    1\n  ]\n}'),
    ('{\n  "a": 1, /* why */\n  // end\n}', '{\n  "a": 1, /* why */\n  "n": [\n    1\n  ],\n  // end\n}'),
    ("{\n  // nothing yet\n}", '{\n  // nothing yet\n  "n": [\n    1\n  ]\n}'),
])
def test_a_new_member_is_written_like_the_others(before, after):
    assert added(before, ("n", [1])) == after


@pytest.mark.parametrize(("before", "indexes", "after"), [
    ('{"a": 1, "b": 2}', [1], '{"a": 1}'),
    ('{"a": 1, "b": 2}', [0], '{ "b": 2}'),
    ('{"a": 1, "b": 2, "c": 3}', [1, 2], '{"a": 1}'),
    ('{\n  "a": 1,\n  "b": 2,\n}', [1], '{\n  "a": 1,\n}'),
    ('{\n  "a": 1, // one\n  "b": 2 // two\n}', [1], '{\n  "a": 1 // one\n   // two\n}'),
    ('{\n  "a": 1 // one\n  , "b": 2}', [1], '{\n  "a": 1 // one\n  }'),
    ("[1]", [0], "[]"),
    ("[\n  1 // why\n]", [0], "[ // why\n]"),
])
def test_a_child_goes_with_its_comma(before, indexes, after):
    assert removed(before, *indexes) == after


TEXTS = st.lists(st.integers(0, 99), max_size=6).flatmap(lambda items: st.sampled_from([
    json.dumps(items), json.dumps(items, indent=2), json.dumps(items, separators=(",", ":")), "[" + "".join(f"{item}, // r\n" for item in items) + "]",
    "[\n" + ",\n".join(f"/* c */ {item} /* d */" for item in items) + "\n]",
]))


@given(TEXTS, st.integers(1, 3))
def test_adding_adds_and_nothing_else(text, count):
    after = added(text, *[("", 100 + number) for number in range(count)])
    assert parse_jsonc(after).value == parse_jsonc(text).value + [100 + number for number in range(count)]


@given(TEXTS, st.sets(st.integers(0, 5)))
def test_removing_removes_and_nothing_else(text, wanted):
    items = parse_jsonc(text).value
    gone = {index for index in wanted if index < len(items)}
    if gone:
        assert parse_jsonc(removed(text, *gone)).value == [item for index, item in enumerate(items) if index not in gone]


@given(TEXTS, st.integers(1, 3))
def test_removing_undoes_adding(text, count):
    size = len(parse_jsonc(text).value)
    after = added(text, *[("", number) for number in range(count)])
    back = removed(after, *range(size, size + count))
    assert parse_jsonc(back).value == parse_jsonc(text).value
    if size:
        assert back == text
