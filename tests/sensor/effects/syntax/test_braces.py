"""Brace expansion."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax import braces
from sensor.effects.syntax.braces import MAX_WORDS, expand_braces


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
    assert expand_braces(word, Budget()) == expected


@pytest.mark.parametrize("word", ["{a,b}" * 500, "{a," * 5000 + "b" + "}" * 5000, "{" * 10000, "{1..999999999}", "{a," * 20000])
def test_the_number_of_words_is_bounded(word):
    assert 1 <= len(expand_braces(word, Budget())) <= MAX_WORDS


@pytest.mark.parametrize("word", ["{" * 1500 + "a,b" + "}" * 1500, "{a'b'" * 2000])
def test_the_end_of_deep_nesting_is_not_searched_from_every_brace(monkeypatch, word):
    class Counting:
        looks = 0

        def search(self, text, pos):
            self.looks += 1
            return special.search(text, pos)

    special, counting = braces._SPECIAL, Counting()
    monkeypatch.setattr(braces, "_SPECIAL", counting)
    expand_braces(word, Budget())
    assert counting.looks < 2 * braces.MAX_DEPTH * len(word)
