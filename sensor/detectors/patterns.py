"""Many patterns over one text in one linear pass, then exact spans for the few that hit.

The native engine is `re2` (a set automaton plus one automaton per pattern; no back-tracking, so hostile text cannot
stall it). Where no wheel exists, `re` gives the same answers, pattern after pattern and slower. Patterns therefore stay
in the subset both understand: no look-around, no back-references, repetitions of at most 1,000. Texts are UTF-8 bytes,
so that spans are byte offsets as `sensor.model.effects.Span` wants them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

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

    Raises ValueError for a pattern that does not compile. The single patterns are compiled when one first hits: most
    never do, and the sensor starts without them.
    """

    def __init__(self, patterns: Sequence[str], *, native: bool = True) -> None:
        self._native = native and re2 is not None
        self._sources = tuple(patterns)
        self._compiled: dict[int, Any] = {}
        self._set = None
        if self._native:
            self._set = self._compile_set()
        else:
            for number in range(len(self._sources)):
                self._pattern(number)

    def _compile_set(self) -> Any:
        options = re2.Options()
        options.max_mem = SET_MEMORY
        options.never_capture = True
        options.log_errors = False
        made = re2.Set.SearchSet(options)
        for source in self._sources:
            try:
                made.Add(source.encode())
            except COMPILE_ERRORS as problem:
                raise ValueError(f"pattern does not compile: {source[:80]!r}: {problem}") from problem
        made.Compile()
        return made

    def _pattern(self, number: int) -> Any:
        known = self._compiled.get(number)
        if known is None:
            source = self._sources[number]
            try:
                known = re2.compile(source.encode()) if self._native else re.compile(source.encode())
            except COMPILE_ERRORS as problem:
                raise ValueError(f"pattern does not compile: {source[:80]!r}: {problem}") from problem
            self._compiled[number] = known
        return known

    def hits(self, data: bytes) -> list[int]:
        """Numbers of the patterns that occur in `data`, ascending."""
        if self._set is not None:
            return sorted(self._set.Match(data) or ())
        return [number for number in range(len(self._sources)) if self._pattern(number).search(data)]

    def find(self, number: int, data: bytes) -> Iterator[Match]:
        """Where pattern `number` occurs, left to right, not overlapping."""
        found: Iterator[Match] = self._pattern(number).finditer(data)
        return found
