"""Settings files as values: tolerant reading, with lines."""

from __future__ import annotations

import sys

import pytest

from sensor.posture.documents import Document, parse_json, parse_toml

TEXT = '{\n  // note\n  "a": {"b": ["x", "y",\n    "z"]},\n  "c": true,\n}\n'


def test_values_and_lines():
    document = parse_json("/f", TEXT)
    assert document.value("a", "b") == ["x", "y", "z"] and document.value("a", "b", "c") is None and document.value("n") is None
    assert (document.words("a", "b"), document.table("a"), document.table("c")) == (("x", "y", "z"), {"b": ["x", "y", "z"]}, {})
    assert (document.line("a", "b"), document.line("c"), document.line("n"), document.line("a", "n")) == (3, 5, 0, 3)
    assert (document.line_of_item("z", "a", "b"), document.line_of_item("q", "a", "b"), document.line_of_item("z", "n")) == (4, 0, 0)


@pytest.mark.parametrize(("text", "line"), [('{"a": }', 1), ('{\n"a": 1\n"b": 2}', 3), ("[]", 1), ("{" * 200, 1)])
def test_what_is_no_object_is_a_problem_with_its_line(text, line):
    document = parse_json("/f", text)
    assert document.data is None and document.problem and document.problem_line == line


def test_a_key_that_stands_twice_is_named_and_the_last_counts():
    document = parse_json("/f", '{"a": {"k": 1,\n"k": 2}}')
    assert document.value("a", "k") == 2 and "'k'" in document.problem and document.problem_line == 2
    assert not parse_json("/f", '{"a": {"k": 1}, "b": {"k": 2}, "c": ["x", "x"]}').problem


def test_an_empty_file_means_nothing():
    assert parse_json("/f", " \n") == Document(path="/f", exists=True, text=" \n", data={})


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python reads no TOML")
def test_toml():
    assert parse_toml("/f", 'a = "x"\n[t]\nb = 1\n').value("t", "b") == 1
    assert parse_toml("/f", "a = ").problem


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TOML can only be read with Python 3.11 or newer")
@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a" + ".a" * 100_000 + " = 1"])
def test_toml_that_is_nested_too_deep_is_a_problem(text):
    assert parse_toml("/f", text).problem.startswith("cannot be understood")
