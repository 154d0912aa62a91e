"""Operators of parameter expansion on constant text."""

from __future__ import annotations

import pytest

from sensor.effects.syntax.parameters import MAX_TEXT, apply_operator


@pytest.mark.parametrize(("text", "operator", "argument", "expected"), [
    ("a.tar.gz", "%", ".*", "a.tar"),
    ("rQm", ":", "s/Q//", "rm"), ("rQmQ", ":", "gs/Q//", "rm"), ("rQmQ", ":", "s,Q,x", "rxmQ"), ("AB", ":", "l", "ab"), ("ab", ":", "u", "AB"), ("ab", ":", "x", None), ("a\\x20b\\n\\101", "@", "E", "a b\nA"),
    ("a.tar.gz", "%%", ".*", "a"),
    ("/a/b/c", "#", "*/", "a/b/c"),
    ("/a/b/c", "##", "*/", "c"),
    ("abc", "%", "x", "abc"),
    ("aXa", "/", "a/b", "bXa"),
    ("aXa", "//", "a/b", "bXb"),
    ("aXa", "/#", "a/b", "bXa"),
    ("aXa", "/%", "a/b", "aXb"),
    ("a1b2", "//", "[0-9]/", "ab"),
    ("abcdef", ":", "2", "cdef"),
    ("abcdef", ":", "1:3", "bcd"),
    ("abcdef", ":", " -2", "ef"),
    ("abcdef", ":", "1:-1", "bcde"),
    ("abc", "^", "", "Abc"),
    ("abc", "^^", "", "ABC"),
    ("ABC", ",,", "", "abc"),
    ("ab", "@", "U", "AB"),
    ("abc", ":", "x", None),
    ("abc", "#", "*" * 10, None),
    ("abc", "%", "[" * 300, None),
])
def test_operators(text, operator, argument, expected):
    assert apply_operator(text, operator, argument) == expected


def test_a_text_that_doubles_itself_ends_as_not_constant():
    text: str | None = "x"
    for _ in range(40):
        text = apply_operator(text, "//", "x/xx") if text is not None else None
        assert text is None or len(text) <= MAX_TEXT
    assert text is None
    assert apply_operator("a" * 1000, "//", "[a]/" + "b" * 1000) is None
