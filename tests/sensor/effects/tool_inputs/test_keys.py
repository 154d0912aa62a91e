"""Names of arguments."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.keys import find_text, has_word, is_list_of_texts, only_words, words_of


def test_words():
    assert words_of("workingDir") == {"working", "dir"}
    assert has_word("stdin_text", {"stdin"}) and not has_word("text", {"stdin"})
    assert only_words("cell_source", frozenset({"cell", "source", "a"})) and not only_words("cell_id", frozenset({"cell"}))


def test_a_key_without_words_has_none():
    assert not only_words("$", frozenset({"a"})) and not has_word(1, {"a"})


def test_the_first_text():
    assert find_text({"env": 1, "env_file": "a", "env_b": "b"}, {"env"}) == ("env_file", "a")
    assert find_text({"env": "a"}, {"env"}, but="env") == ("", "")


@pytest.mark.parametrize(("value", "expected"), [(["a"], True), ([], False), (["a", 1], False), ("a", False)])
def test_lists_of_texts(value, expected):
    assert is_list_of_texts(value) is expected
