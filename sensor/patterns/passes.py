"""Many patterns over one text: which of them occur, in one linear pass, then exact places for the few that do.

The pass may find too much, never too little: every hit is confirmed by the exact pattern, which is compiled when it is
first needed, as most never are. With a cache on disk the pass is hyperscan's; phrases with many counted repeats, which
would take it a minute to compile, go through RE2 sets, without their bounds. Patterns stay in the subset that RE2 and `re` both understand:
no look-around, no back-references. Texts are UTF-8 bytes, so that places are byte offsets as `Span` wants them.

Many small sets instead of a large one: states of an automaton multiply with the phrases that can be under way together.
One set of 164 phrases met a new state at nearly every word of a new text (14 s and 90 MB for 4 MB of texts of many kinds);
with seven phrases to a set that is 0.8 s and 25 MB.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from sensor.patterns import engines, syntax
from sensor.patterns.finder import COMPILE_ERRORS, re2_options

try:
    import re2
except ImportError:
    re2 = None

SET_SIZE = 7
# RE2 fills what it may use with states it has met; a text that needs more is read more slowly.
SET_MEMORY = 1 << 20
EXACT_MEMORY = 8 << 20
# Exact patterns of a pass that stay compiled, as each keeps the states it has met. A text of an ordinary day asks for two or three of them.
KEPT = 24


class Match(Protocol):
    """What both engines' match objects have in common."""

    def span(self, group: int = 0) -> tuple[int, int]: ...

    def group(self, group: int = 0) -> bytes: ...


class PatternPass:
    """Patterns, numbered as given. Build once, use from any thread."""

    def __init__(self, patterns: Sequence[str], *, cache: Path | None = None, native: bool = True, memory: int = EXACT_MEMORY) -> None:
        """Raises ValueError. `native` False uses `re` alone, pattern after pattern: the same answers, slower.

        `memory` is what each exact pattern may use, in bytes: one that runs out of it on a long text is a hundred times slower.
        """
        self._native = native and re2 is not None
        self._patterns = tuple(patterns)
        self._exact = functools.lru_cache(KEPT if self._native else None)(lambda number: compile_exact(patterns[number], self._native, memory))
        self._engine = engines.build([syntax.shortened(pattern) for pattern in patterns], cache) if self._native and cache is not None else None
        self._sets = _sets_of(patterns) if self._native and self._engine is None else None

    def hits(self, data: bytes) -> list[int]:
        """Numbers of the patterns that occur in `data`, ascending."""
        return [number for number in self._candidates(data) if self._exact(number).search(data)]

    def _candidates(self, data: bytes) -> Sequence[int]:
        if self._sets is not None:
            return sorted(members[place] for members, group in self._sets for place in group.Match(data) or ())
        return range(len(self._patterns)) if self._engine is None else self._engine.candidates(data)

    def find(self, number: int, data: bytes) -> Iterator[Match]:
        """Where pattern `number` occurs, left to right, not overlapping."""
        found: Iterator[Match] = self._exact(number).finditer(data)
        return found


def _sets_of(patterns: Sequence[str]) -> list[tuple[tuple[int, ...], Any]]:
    """Sets of neighbours, as they share words, each with the numbers of its patterns; ASCII patterns count bytes, others characters."""
    sets = []
    for is_ascii in (True, False):
        numbers = [number for number, pattern in enumerate(patterns) if pattern.isascii() is is_ascii]
        for first in range(0, len(numbers), SET_SIZE):
            members = tuple(numbers[first:first + SET_SIZE])
            sets.append((members, _set_of([patterns[number] for number in members], is_ascii)))
    return sets


def _set_of(patterns: Sequence[str], is_ascii: bool) -> Any:
    options = re2_options(is_ascii, SET_MEMORY)
    options.never_capture = True
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        try:
            found.Add(syntax.opened(pattern).encode())
        except re2.error as problem:
            raise ValueError(f"pattern does not compile: {pattern[:80]!r}: {problem}") from problem
    try:
        found.Compile()  # tries the set out: one that runs out of memory later would find nothing, and say nothing
    except re2.error as problem:
        raise ValueError(f"patterns do not fit in {SET_MEMORY} bytes: {patterns[0][:80]!r} and {len(patterns) - 1} more") from problem
    return found


def compile_exact(pattern: str, native: bool = True, memory: int = EXACT_MEMORY) -> Any:
    """One pattern over bytes. Raises ValueError."""
    try:
        if not native or re2 is None:
            return re.compile(pattern.encode())
        compiled = re2.compile(pattern.encode(), re2_options(pattern.isascii(), memory))
        re2.purge()  # or it would keep the last 128
        return compiled
    except COMPILE_ERRORS as problem:
        raise ValueError(f"pattern does not compile: {pattern[:80]!r}: {problem}") from problem
