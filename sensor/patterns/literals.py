"""Many patterns over one text without waiting for their compiler: only those are tried of which every needed word is there.

A database of plain words takes a fiftieth of the time that one of patterns takes. What it leaves is looked for pattern after pattern, so this
is for the seconds in which a process beside compiles the better database.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from sensor.patterns import syntax
from sensor.patterns.finder import Finder

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    hyperscan = None  # type: ignore[assignment]


class LiteralEngine:
    """Finds what a database of `patterns` would find. Needs hyperscan for the words and RE2 for the patterns."""

    name = "literals"

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = tuple(patterns)
        self._finders = list(map(Finder, patterns))
        self._local = threading.local()
        self._needs = [syntax.needed_words(pattern) for pattern in patterns]
        self._without = [number for number, needs in enumerate(self._needs) if not needs]
        self._by_word: dict[bytes, list[int]] = {}
        for number, needs in enumerate(self._needs):
            for word in max(needs, key=_rarity, default=frozenset()):
                self._by_word.setdefault(word, []).append(number)
        self._words = sorted(set().union(*(words for needs in self._needs for words in needs)))
        self._database = _database_of(self._words) if self._words else None

    def scan(self, data: bytes) -> list[tuple[int, int]]:
        """Numbers of the patterns that match, ascending, each with the end of its first match."""
        return [(number, place[1]) for number in self._possible(data) if (place := self._finders[number].find(data)) is not None]

    def numbers(self, data: bytes) -> list[int]:
        return [number for number, _ in self.scan(data)]

    def candidates(self, data: bytes) -> list[int]:
        """As `numbers`, but it may find too much, for less."""
        return self._possible(data)

    def _possible(self, data: bytes) -> list[int]:
        found = self._words_in(data)
        asked = {number for word in found for number in self._by_word.get(word, ())}
        return sorted([*self._without, *[number for number in asked if not any(map(found.isdisjoint, self._needs[number]))]])

    def _words_in(self, data: bytes) -> set[bytes]:
        found: list[int] = []
        if self._database is not None:
            scratch = getattr(self._local, "scratch", None)
            if scratch is None:
                scratch = self._local.scratch = hyperscan.Scratch(self._database)
            self._database.scan(data, match_event_handler=lambda index, start, end, flags, context: found.append(index), scratch=scratch)
        return {self._words[index] for index in found}


def _rarity(words: frozenset[bytes]) -> tuple[int, int]:
    return (min(map(len, words)), -len(words))


def _database_of(words: Sequence[bytes]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(expressions=words, ids=list(range(len(words))), elements=len(words), flags=[flags] * len(words), literal=True)
    return database
