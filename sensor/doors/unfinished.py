"""Connections that the sensor waits for: a request that is not whole, an answer that is not taken.

Each holds a descriptor, and whoever takes the last one takes the verdict from every call. So their number has an end, and
the oldest gives way: a hook sends its whole frame at once.
"""

from __future__ import annotations

from typing import Protocol

MAX_UNFINISHED = 128


class Droppable(Protocol):
    """A connection."""

    def drop(self) -> None:
        """End it without an answer."""


class Unfinished:
    """Those of one door, oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[Droppable, None] = {}

    def add(self, one: Droppable) -> None:
        """The other side is waited for."""
        if len(self._waiting) >= MAX_UNFINISHED and one not in self._waiting:
            oldest = next(iter(self._waiting))
            self.remove(oldest)
            oldest.drop()
        self._waiting[one] = None

    def remove(self, one: Droppable) -> None:
        """It is no longer, or is gone."""
        self._waiting.pop(one, None)
