"""Where one pattern matches, found by RE2 or `re`, and what both engines of RE2 are told."""

from __future__ import annotations

import re
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
        self._search: Any = None

    def find(self, data: bytes) -> tuple[int, int] | None:
        """Byte range of the first match, None when there is none."""
        if self._search is None:
            self._search = self._build()
        return self._search(data)  # type: ignore[no-any-return]

    def find_near(self, data: bytes, end: int) -> tuple[int, int]:
        """Byte range of the match that an engine reported at `end` (-1 = somewhere). The hit itself is never doubted."""
        start = max(0, end - SPAN_BEFORE) if end >= 0 else 0
        window = data[start : end + SPAN_AFTER] if end >= 0 else data[:SPAN_UNKNOWN]
        found = self.find(window)
        if found is None:
            return (max(0, end), max(0, end))
        return (start + found[0], start + found[1])

    def _build(self) -> Any:
        if re2 is not None:
            return self._build_re2()
        if syntax.nests_repeats(self.pattern):
            return lambda data: None
        if self.pattern.isascii():
            compiled = re.compile(self.pattern.encode(), re.M | re.S)
            return lambda data: match.span() if (match := compiled.search(data)) else None
        text = re.compile(self.pattern, re.M | re.S | re.A)
        return lambda data: _byte_span(data, text)

    def _build_re2(self) -> Any:
        is_ascii = self.pattern.isascii()
        text = re2_text(self.pattern, is_ascii)
        compiled = re2.compile(text if is_ascii else text.encode(), re2_options(is_ascii))
        return lambda data: match.span() if (match := compiled.search(data)) else None


def _byte_span(data: bytes, compiled: re.Pattern[str]) -> tuple[int, int] | None:
    text = data.decode("utf-8", "replace")
    match = compiled.search(text)
    if match is None:
        return None
    return (len(text[: match.start()].encode()), len(text[: match.end()].encode()))
