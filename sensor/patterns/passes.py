"""Many patterns over one text: which of them occur, in one linear pass, then exact places for the few that do.

The pass may find too much, never too little: every hit is confirmed by the exact pattern, which is compiled when it is
first needed, as most never are. With a cache on disk the pass is hyperscan's; phrases with many counted repeats, which
would take it a minute to compile, go through an RE2 set, without their bounds. Patterns stay in the subset that RE2 and `re` both understand:
no look-around, no back-references. Texts are UTF-8 bytes, so that places are byte offsets as `Span` wants them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from sensor.patterns import engines, syntax

try:
    import re2
except ImportError:
    re2 = None

SET_MEMORY = 96 * 1024 * 1024
COMPILE_ERRORS: tuple[type[Exception], ...] = (re.error, re2.error) if re2 else (re.error,)


class Match(Protocol):
    """What both engines' match objects have in common."""

    def span(self, group: int = 0) -> tuple[int, int]: ...

    def group(self, group: int = 0) -> bytes: ...


class PatternPass:
    """Patterns, numbered as given. Build once, use from any thread."""

    def __init__(self, patterns: Sequence[str], *, cache: Path | None = None, native: bool = True) -> None:
        """Raises ValueError. `native` False uses `re` alone, pattern after pattern: the same answers, slower."""
        self._native = native and re2 is not None
        self._patterns = tuple(patterns)
        self._compiled: list[Any] = [None] * len(patterns)
        self._engine = engines.build(patterns, cache) if self._native and cache is not None else None
        self._set = _set_of(patterns) if self._native and self._engine is None else None

    def hits(self, data: bytes) -> list[int]:
        """Numbers of the patterns that occur in `data`, ascending."""
        if self._set is not None:
            candidates: Sequence[int] = sorted(self._set.Match(data) or ())
        else:
            candidates = range(len(self._patterns)) if self._engine is None else [hit.index for hit in self._engine.scan(data)]
        return [number for number in candidates if self._exact(number).search(data)]

    def find(self, number: int, data: bytes) -> Iterator[Match]:
        """Where pattern `number` occurs, left to right, not overlapping."""
        found: Iterator[Match] = self._exact(number).finditer(data)
        return found

    def _exact(self, number: int) -> Any:
        compiled = self._compiled[number]
        if compiled is None:
            compiled = self._compiled[number] = compile_exact(self._patterns[number], self._native)
        return compiled


def _set_of(patterns: Sequence[str]) -> Any:
    options = re2.Options()
    options.max_mem = SET_MEMORY
    options.never_capture = True
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        try:
            found.Add(syntax.weakened(pattern).encode())
        except re2.error as problem:
            raise ValueError(f"pattern does not compile: {pattern[:80]!r}: {problem}") from problem
    found.Compile()
    return found


def compile_exact(pattern: str, native: bool = True) -> Any:
    """One pattern over bytes. Raises ValueError."""
    try:
        return (re2 if native and re2 is not None else re).compile(pattern.encode())
    except COMPILE_ERRORS as problem:
        raise ValueError(f"pattern does not compile: {pattern[:80]!r}: {problem}") from problem
