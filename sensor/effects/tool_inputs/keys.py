"""What arguments of tools are called: the words of their names, and the names of those that are run."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any

from sensor.model.names import name_words

COMMAND_KEYS = frozenset({"command", "cmd", "script", "shell", "bash", "commands", "exec", "commandline", "argv"})
WORD_KEYS = frozenset({"args", "arguments", "command", "cmd", "subcommand"})


@functools.lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a name in any style, in lower case."""
    return frozenset(name_words(name))


def has_word(key: object, words: Collection[str]) -> bool:
    """Whether one of the words of a key is among `words`."""
    return not words_of(str(key)).isdisjoint(words)


def only_words(key: object, words: frozenset[str]) -> bool:
    """Whether the key consists of `words`."""
    found = words_of(str(key))
    return bool(found) and found <= words


def find_text(arguments: dict[str, Any], words: Collection[str], but: str = "") -> tuple[str, str]:
    """(key, text) of the first argument that is a text and has one of `words` in its key, a pair of "" when there is none. `but` = a key that is left out."""
    return next(((key, value) for key, value in arguments.items() if isinstance(value, str) and key != but and has_word(key, words)), ("", ""))


def is_list_of_texts(value: object) -> bool:
    """Whether it is a list with something in it, and only texts."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
