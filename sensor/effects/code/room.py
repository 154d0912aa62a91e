"""How much code may grow by constants that are put into many places, and how much work that may be."""

from __future__ import annotations

import re

import msgspec

MAX_GROWTH = 60_000
"""Characters."""
MAX_STEPS = 30_000
"""Nodes of a syntax tree that are looked at, those of what is written out once more among them."""


class Room(msgspec.Struct):
    """Characters that may still be added, and steps of a tree that may still be taken. `ran_out` = some places were left as they were."""

    left: int = MAX_GROWTH
    steps: int = MAX_STEPS
    ran_out: bool = False

    def take(self, length: int) -> bool:
        """Whether there is room for a text of this length."""
        self.left -= length
        self.ran_out = self.ran_out or self.left < 0
        return self.left >= 0

    def step(self, nodes: int) -> bool:
        """Whether so many nodes may be looked at."""
        self.steps -= nodes
        self.ran_out = self.ran_out or self.steps < 0
        return self.steps >= 0

    def put(self, pattern: re.Pattern[str], value: str, text: str) -> str:
        """The text with `value` in the places of `pattern`, as far as there is room."""
        most = self.left // max(len(value), 1)
        if most < 1:
            self.ran_out = self.ran_out or pattern.search(text) is not None
            return text
        text, done = pattern.subn(lambda _: value, text, count=most)
        self.left -= done * len(value)
        self.ran_out = self.ran_out or done == most
        return text
