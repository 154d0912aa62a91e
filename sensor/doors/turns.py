"""The order in which whole requests are answered, so that no program makes a verdict wait for many others.

Any program of the user may send requests, hundreds at once. A hook client is a process of its own with one call; so the second
request of one process comes after the first ones of all others, and a long call after short ones. What people and programs
ask of the sensor itself comes between calls.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from typing import Protocol

import msgspec

MAX_CALLS, MAX_ASKED = 512, 128
MAX_BYTES = 64 * 1024 * 1024  # of those that wait
CALLS_BETWEEN = 4  # so many are answered before a request to the sensor gets its turn


class Guest(Protocol):
    """A connection whose request is whole."""

    def serve(self) -> None:
        """Answer it."""

    def drop(self) -> None:
        """End it without an answer."""


class _Ticket(msgspec.Struct, frozen=True, order=True):
    """`place` = how many of its process wait before it, `weight` = the bits of its size in pages of 4 KiB, `number` = when it came."""

    place: int
    weight: int
    number: int


class _Queue:
    """Those of one kind. Of too many, or too long ones, the last gives way: a hook client then decides by itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[tuple[_Ticket, Guest, int, int]] = []
        self._of: Counter[int] = Counter()
        self._bytes = self._number = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, guest: Guest, pid: int, size: int) -> None:
        """A request of `size` bytes from process `pid` waits."""
        self._number += 1
        insort(self._waiting, (_Ticket(self._of[pid], (size >> 12).bit_length(), self._number), guest, pid, size), key=lambda one: one[0])
        self._of[pid] += 1
        self._bytes += size
        while len(self._waiting) > self._most or self._bytes > MAX_BYTES:
            self.take(-1).drop()

    def take(self, place: int = 0) -> Guest:
        """The one at `place`, which waits no longer."""
        _, guest, pid, size = self._waiting.pop(place)
        self._bytes -= size
        self._of[pid] -= 1
        if not self._of[pid]:
            del self._of[pid]
        return guest


class Turns:
    """Those who wait for their turn at one door."""

    def __init__(self) -> None:
        self._calls, self._asked = _Queue(MAX_CALLS), _Queue(MAX_ASKED)
        self._in_a_row = 0

    def __bool__(self) -> bool:
        return bool(self._calls or self._asked)

    def add(self, guest: Guest, pid: int, size: int, is_call: bool) -> None:
        """A whole request of `size` bytes waits: the call of an agent, or something else."""
        (self._calls if is_call else self._asked).add(guest, pid, size)

    def serve_next(self) -> None:
        """Answer one, if any waits."""
        if self._asked and (not self._calls or self._in_a_row >= CALLS_BETWEEN):
            self._in_a_row = 0
            self._asked.take().serve()
        elif self._calls:
            self._in_a_row += 1
            self._calls.take().serve()
