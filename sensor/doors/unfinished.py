"""Connections that the sensor waits for: a request that is not whole, an answer that is not taken, a person's answer.

Each holds a descriptor and what has arrived, and whoever takes the last one takes the verdict from every call. So both have an
end, and the oldest gives way: a hook sends its whole frame at once.
"""

from __future__ import annotations

from typing import Protocol

MAX_UNFINISHED = 128
MAX_BYTES = 64 * 1024 * 1024  # four of the largest events


class Droppable(Protocol):
    """A connection."""

    def drop(self) -> None:
        """End it without an answer."""


class Unfinished:
    """Those of one door, oldest first, with the bytes that each holds."""

    def __init__(self) -> None:
        self._waiting: dict[Droppable, int] = {}
        self._bytes = 0

    def add(self, one: Droppable, size: int = 0) -> None:
        """The other side is waited for; `size` more bytes of it are there."""
        self._waiting[one] = self._waiting.get(one, 0) + size
        self._bytes += size
        while len(self._waiting) > MAX_UNFINISHED or self._bytes > MAX_BYTES:
            oldest = next(iter(self._waiting))
            self.remove(oldest)
            oldest.drop()

    def remove(self, one: Droppable) -> None:
        """It is no longer, or is gone."""
        self._bytes -= self._waiting.pop(one, 0)
