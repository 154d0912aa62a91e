"""Where one pattern matches, found by RE2 or `re`, and what both engines of RE2 are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sensor.patterns import syntax

try:
    import re2
except ImportError:  # no wheel for this platform
    re2 = None

SPAN_BEFORE = 2048
SPAN_AFTER = 256
SPAN_UNKNOWN = 256 * 1024  # of a text in which an engine does not tell where
RE2_MEMORY = 64 << 20
# RE2 keeps the states it has met, up to what it may use. A confirmation is rare: what it met last time is not worth keeping.
FINDER_MEMORY = 512 << 10
RE_MAX_BYTES = 64 * 1024
COMPILE_ERRORS: tuple[type[Exception], ...] = (re.error, re2.error) if re2 else (re.error,)


def re2_options(is_ascii: bool, memory: int = RE2_MEMORY) -> Any:
    """ASCII patterns count bytes and the others characters. `memory` is in bytes."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1 if is_ascii else re2.Options.Encoding.UTF8
    options.max_mem = memory
    options.log_errors = False
    return options


def re2_text(pattern: str, is_ascii: bool) -> Any:
    """A pattern of the dialect as RE2 takes it."""
    text = "(?ms)" + pattern
    return text.encode() if is_ascii else text


class Finder:
    """Finds where one pattern matches. Compiled on first use: most patterns never match anything."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._each: Callable[[bytes], Iterator[tuple[int, int]]] | None = None

    def find(self, data: bytes) -> tuple[int, int] | None:
        """Byte range of the first match, None when there is none."""
        return next(self.find_each(data), None)

    def find_each(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Byte ranges of the matches, left to right, not overlapping."""
        return self.build()(data)

    def build(self) -> Callable[[bytes], Iterator[tuple[int, int]]]:
        """Compile the pattern now, if it is not yet. Raises ValueError."""
        if self._each is None:
            try:
                self._each = self._build()
            except COMPILE_ERRORS as problem:
                raise ValueError(f"pattern does not compile: {self.pattern[:80]!r}: {problem}") from problem
        return self._each

    def can_tell(self, data: bytes) -> bool:
        """Whether finding nothing in `data` means that nothing is there: `re` is kept from long texts and from patterns that could stall it."""
        return re2 is not None or (len(data) <= RE_MAX_BYTES and not syntax.nests_repeats(self.pattern))

    def find_near(self, data: bytes, end: int) -> tuple[int, int]:
        """Byte range of the match that an engine reported at `end` (-1 = somewhere). The hit itself is never doubted."""
        start = max(0, end - SPAN_BEFORE) if end >= 0 else 0
        window = data[start : end + SPAN_AFTER] if end >= 0 else data[:SPAN_UNKNOWN]
        found = self.find(window)
        if found is None:
            return (max(0, end), max(0, end))
        return (start + found[0], start + found[1])

    def _build(self) -> Callable[[bytes], Iterator[tuple[int, int]]]:
        if re2 is not None:
            native = _compile_native(self.pattern)
            return lambda data: (match.span() for match in native.finditer(data))
        if syntax.nests_repeats(self.pattern):
            return lambda data: iter(())
        if self.pattern.isascii():
            compiled = re.compile(self.pattern.encode(), re.M | re.S)
            return lambda data: (match.span() for match in compiled.finditer(data))
        spoken = re.compile(self.pattern, re.M | re.S | re.A)
        return lambda data: _byte_spans(data.decode("utf-8", "replace"), spoken)


def _compile_native(pattern: str) -> Any:
    """With little room for states, or with much where the pattern itself takes more than that."""
    is_ascii = pattern.isascii()
    text = ("(?ms)" + pattern).encode()
    try:
        return re2.compile(text, re2_options(is_ascii, FINDER_MEMORY))
    except re2.error:
        return re2.compile(text, re2_options(is_ascii))


def _byte_spans(text: str, compiled: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for match in compiled.finditer(text):
        yield len(text[: match.start()].encode()), len(text[: match.end()].encode())
