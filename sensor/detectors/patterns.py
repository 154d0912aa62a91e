"""Many patterns over one text in one linear pass, then exact spans for the few that hit.

The native engine is `re2` (a set automaton plus one automaton per pattern; no back-tracking, so hostile text cannot
stall it). Where no wheel exists, `re` gives the same answers, pattern after pattern and slower. Patterns therefore stay
in the subset both understand: no look-around, no back-references, repetitions of at most 1,000. Texts are UTF-8 bytes,
so that spans are byte offsets as `sensor.model.effects.Span` wants them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

try:
    import re2
except ImportError:
    re2 = None

COMPILE_ERRORS: tuple[type[Exception], ...] = (re.error, re2.error) if re2 else (re.error,)

SET_MEMORY = 96 * 1024 * 1024


class Match(Protocol):
    """What both engines' match objects have in common."""

    def span(self, group: int = 0) -> tuple[int, int]: ...

    def group(self, group: int = 0) -> bytes: ...


class PatternPass:
    """Compiled patterns, numbered as given. Build once, use from any thread.

    Raises ValueError for a pattern that does not compile.
    """

    def __init__(self, patterns: Sequence[str], *, native: bool = True) -> None:
        self._native = native and re2 is not None
        self._patterns = [self._compile(pattern) for pattern in patterns]
        self._set = None
        if self._native:
            options = re2.Options()
            options.max_mem = SET_MEMORY
            options.never_capture = True
            options.log_errors = False
            self._set = re2.Set.SearchSet(options)
            for pattern in patterns:
                self._set.Add(pattern.encode())
            self._set.Compile()

    def _compile(self, pattern: str):
        try:
            if self._native:
                return re2.compile(pattern.encode())
            return re.compile(pattern.encode())
        except COMPILE_ERRORS as problem:
            raise ValueError(f"pattern does not compile: {pattern[:80]!r}: {problem}") from problem

    def hits(self, data: bytes) -> list[int]:
        """Numbers of the patterns that occur in `data`, ascending."""
        if self._set is not None:
            return sorted(self._set.Match(data) or ())
        return [number for number, pattern in enumerate(self._patterns) if pattern.search(data)]

    def find(self, number: int, data: bytes) -> Iterator[Match]:
        """Where pattern `number` occurs, left to right, not overlapping."""
        return self._patterns[number].finditer(data)
