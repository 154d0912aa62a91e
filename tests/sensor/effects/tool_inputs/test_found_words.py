"""Fixed words in a text."""

from __future__ import annotations

from sensor.effects.tool_inputs.found_words import words_in


def test_words_are_found_word_by_word():
    assert list(words_in("a bb a", ("a", "bb", "c"))) == [(0, "a"), (5, "a"), (2, "bb")]


def test_what_overlaps_is_found_once():
    assert list(words_in("aaaa", ("aa",))) == [(0, "aa"), (2, "aa")]
