"""Brace expansion on the word as written: `{rm,-rf,/}`, `a{1..3}`."""

from __future__ import annotations

import re

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import piece_end

MAX_WORDS = 128
MAX_TEXT = 20_000
MAX_GROUPS = 64
MAX_DEPTH = 12
_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?")
_SPECIAL = re.compile(r"[\\'\"`${},]")


def expand_braces(text: str, budget: Budget, depth: int = 0) -> list[str]:
    """All words `text` stands for, at most MAX_WORDS; [text] when there is nothing to expand."""
    if len(text) > MAX_TEXT or depth > MAX_DEPTH:
        return [text]
    results = [""]
    pos = done = groups = 0
    while groups < MAX_GROUPS and budget.take(1) and (match := _SPECIAL.search(text, pos)):
        pos = match.start()
        if match.group() not in "{},":
            pos = piece_end(text, pos, budget)
            continue
        found = _choices(text, pos, budget) if match.group() == "{" else None
        groups += match.group() == "{"
        if found is None:
            pos += 1
            continue
        head, (pos, choices) = text[done:pos], found
        words = [word for choice in choices for word in (expand_braces(choice, budget, depth + 1) if "{" in choice else [choice])]
        if len(words) > MAX_WORDS and not all(word.isdigit() for word in words[MAX_WORDS:]):
            budget.end()
        results = [result + head + word for result in results for word in words[:MAX_WORDS]][:MAX_WORDS]
        done = pos
    return [result + text[done:] for result in results]


def _choices(text: str, start: int, budget: Budget) -> tuple[int, list[str]] | None:
    """End and alternatives of the group that opens at `start`, None when it is none."""
    depth, pos, begin = 0, start + 1, start + 1
    parts: list[str] = []
    while budget.take(1) and (match := _SPECIAL.search(text, pos)):
        char, pos = match.group(), match.start()
        if char not in "{},":
            pos = piece_end(text, pos, budget)
            continue
        if char == "{":
            depth += 1
            if depth > MAX_DEPTH:
                return None  # what nests deeper is not expanded, so looking for its end would be in vain
        elif char == "}" and depth:
            depth -= 1
        elif char == "}":
            parts.append(text[begin:pos])
            if len(parts) > 1:
                return pos + 1, parts
            ranged = _RANGE.fullmatch(parts[0])
            words = _range(ranged) if ranged else []
            return (pos + 1, words) if words else None
        elif not depth:
            parts.append(text[begin:pos])
            begin = pos + 1
        pos += 1
    return None


def _range(match: re.Match[str]) -> list[str]:
    first, last, step = match.groups()
    numeric = first.lstrip("-").isdigit()
    if numeric != last.lstrip("-").isdigit():
        return []
    low, high = (int(first[:9]), int(last[:9])) if numeric else (ord(first), ord(last))
    by = max(abs(int((step or "1")[:9])), 1)
    numbers = list(range(low, high + 1, by)[:MAX_WORDS]) if low <= high else list(range(low, high - 1, -by)[:MAX_WORDS])
    return [str(number) if numeric else chr(number) for number in numbers]
