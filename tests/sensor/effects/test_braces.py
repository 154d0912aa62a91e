"""Brace expansion."""

from __future__ import annotations

import pytest

from sensor.effects.braces import MAX_WORDS, expand_braces


@pytest.mark.parametrize(("word", "expected"), [
    ("{rm,-rf,/}", ["rm", "-rf", "/"]),
    ("a{b,c}d", ["abd", "acd"]),
    ("{a,b}{1,2}", ["a1", "a2", "b1", "b2"]),
    ("{a,{b,c}}", ["a", "b", "c"]),
    ("x{1..3}", ["x1", "x2", "x3"]),
    ("{c..a}", ["c", "b", "a"]),
    ("{1..7..3}", ["1", "4", "7"]),
    ("{,x}", ["", "x"]),
    ("'{a,b}'", ["'{a,b}'"]),
    ("\\{a,b}", ["\\{a,b}"]),
    ("${a,b}", ["${a,b}"]),
    ("{a}", ["{a}"]),
    ("{}", ["{}"]),
    ("{a,b", ["{a,b"]),
    ("{1..b}", ["{1..b}"]),
])
def test_words(word, expected):
    assert expand_braces(word) == expected


@pytest.mark.parametrize("word", ["{a,b}" * 500, "{a," * 5000 + "b" + "}" * 5000, "{" * 10000, "{1..999999999}", "{a," * 20000])
def test_the_number_of_words_is_bounded(word):
    assert 1 <= len(expand_braces(word)) <= MAX_WORDS
