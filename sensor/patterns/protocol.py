"""What every engine of patterns offers."""

from __future__ import annotations

from typing import Protocol

Hit = tuple[int, int]
"""(number of a pattern that matched, byte offset of its end or -1 when the engine does not tell)."""


class WordEngine(Protocol):
    """Finds which of its patterns occur in a text: each at most once, in any order."""

    name: str

    def numbers(self, data: bytes) -> list[int]: ...

    def candidates(self, data: bytes) -> list[int]:
        """As `numbers`, but it may find too much, for less."""


class Engine(WordEngine, Protocol):
    """Tells also where they end. `scan` and `candidates` find in the order of the patterns."""

    def scan(self, data: bytes) -> list[Hit]: ...
