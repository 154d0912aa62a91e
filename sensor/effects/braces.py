"""Brace expansion on the word as written: `{rm,-rf,/}`, `a{1..3}`."""

from __future__ import annotations

import re

from sensor.effects.scan import piece_end

MAX_WORDS = 128
_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?")


def expand_braces(text: str) -> list[str]:
    """All words `text` stands for, at most MAX_WORDS; [text] when there is nothing to expand."""
    results: list[str] = []
    queue = [("", text)]
    while queue and len(results) < MAX_WORDS:
        done, rest = queue.pop(0) if len(queue) < MAX_WORDS else queue.pop()
        found = _first_group(rest)
        if found is None:
            results.append(done + rest)
            continue
        start, end, choices = found
        queue[:0] = [(done + rest[:start] if _first_group(choice) is None else done, _joined(rest, (start, end), choice))
                     if _first_group(choice) is not None else (done + rest[:start] + choice, rest[end:])
                     for choice in choices[:MAX_WORDS]]
    return results or [text]


def _joined(rest: str, group: tuple[int, int], choice: str) -> str:
    return rest[: group[0]] + choice + rest[group[1] :]


def _first_group(text: str) -> tuple[int, int, list[str]] | None:
    pos = 0
    while pos < len(text):
        char = text[pos]
        if char in "\\'\"`$":
            pos = piece_end(text, pos)
        elif char == "{":
            choices = _choices(text, pos)
            if choices is not None:
                return pos, choices[0], choices[1]
            pos += 1
        else:
            pos += 1
    return None


def _choices(text: str, start: int) -> tuple[int, list[str]] | None:
    """End and alternatives of the group that opens at `start`, None when it is none."""
    depth, pos, begin = 0, start + 1, start + 1
    parts: list[str] = []
    while pos < len(text):
        char = text[pos]
        if char in "\\'\"`$":
            pos = piece_end(text, pos)
            continue
        if char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}":
            parts.append(text[begin:pos])
            if len(parts) > 1:
                return pos + 1, parts
            ranged = _RANGE.fullmatch(parts[0])
            return (pos + 1, _range(ranged)) if ranged else None
        elif char == "," and not depth:
            parts.append(text[begin:pos])
            begin = pos + 1
        pos += 1
    return None


def _range(match: re.Match[str]) -> list[str]:
    first, last, step = match.groups()
    if first.lstrip("-").isdigit() != last.lstrip("-").isdigit():
        return [match.group()]
    numeric = first.lstrip("-").isdigit()
    low, high = (int(first[:9]), int(last[:9])) if numeric else (ord(first), ord(last))
    by = max(abs(int((step or "1")[:9])), 1)
    numbers = list(range(low, high + 1, by)[:MAX_WORDS]) if low <= high else list(range(low, high - 1, -by)[:MAX_WORDS])
    return [str(number) if numeric else chr(number) for number in numbers]
