"""Tells repeats that a backtracking engine can be stalled by from those that merely look nested.

`(?:a+)+` can split a run of letters in exponentially many ways; `(?:[a-z]+/)*` in one, because what ends a round cannot
belong to it. A body that is repeated is taken to be harmless when, at every place where matching could go on or go back,
the next character alone decides. Characters are bytes; when in doubt the answer is "ambiguous".
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as sre  # type: ignore[attr-defined]
else:
    import sre_constants as sre

Chars = frozenset[int]
EVERY: Chars = frozenset(range(256))
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_CLASSES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}


def is_ambiguous(body: Any) -> bool:
    """Whether rounds of `body` (the parsed content of a repeat) can be told apart in more than one way."""
    items = _flat(body)
    if not items:
        return True
    for position, (op, what) in enumerate(items):
        if op is sre.BRANCH:
            if any(_has_open_repeat(branch) for branch in what[1]):
                return True
        elif op in REPEATS:
            low, high, inner = what
            first, following = _first(inner), _next(items, position)
            if (high is sre.MAXREPEAT or high > low) and not first.isdisjoint(following):
                return True
            if not _is_single(inner) and high != 1 and is_ambiguous(inner):
                return True
            if not _is_single(inner) and high == 1 and _ends_open(inner, following):
                return True
        elif op not in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return True
    return False


def _flat(tree: Any) -> list[tuple[Any, Any]]:
    """The items of a sequence, groups opened, anchors left out."""
    items: list[tuple[Any, Any]] = []
    for op, what in tree:
        if op is sre.SUBPATTERN:
            items += _flat(what[3])
        elif op is not sre.AT:
            items.append((op, what))
    return items


def _next(items: list[tuple[Any, Any]], position: int) -> Chars:
    """What may stand after item `position`; after the last one the next round begins."""
    chars: Chars = frozenset()
    for step in range(1, len(items) + 1):
        op, what = items[(position + step) % len(items)]
        chars |= _first_of(op, what)
        if not (op in REPEATS and what[0] == 0):
            break
    return chars


def _first(tree: Any) -> Chars:
    chars: Chars = frozenset()
    for op, what in _flat(tree):
        chars |= _first_of(op, what)
        if not (op in REPEATS and what[0] == 0):
            return chars
    return EVERY


def _first_of(op: Any, what: Any) -> Chars:
    if op in REPEATS:
        return _first(what[2])
    if op is sre.BRANCH:
        return frozenset().union(*(_first(branch) for branch in what[1]))
    return _chars(op, what)


def _ends_open(inner: Any, following: Chars) -> bool:
    """Whether an optional group ends in a repeat that could also take what follows the group."""
    items = _flat(inner)
    op, what = items[-1]
    return _group_is_open(items) or (op in REPEATS and what[1] != what[0] and not _first(what[2]).isdisjoint(following))


def _group_is_open(items: list[tuple[Any, Any]]) -> bool:
    return any(op in REPEATS and what[1] != what[0] and not _first(what[2]).isdisjoint(_next(items[position:] + items[:1], 0))
               for position, (op, what) in enumerate(items[:-1]))


def _is_single(tree: Any) -> bool:
    items = _flat(tree)
    return len(items) == 1 and items[0][0] in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)


def _has_open_repeat(tree: Any) -> bool:
    return any((op in REPEATS and (what[1] is sre.MAXREPEAT or _has_open_repeat(what[2]))) or
               (op is sre.BRANCH and any(map(_has_open_repeat, what[1]))) for op, what in _flat(tree))


def _chars(op: Any, what: Any) -> Chars:
    if op is sre.LITERAL:
        return _both_cases(what)
    if op is sre.NOT_LITERAL:
        return EVERY - {what}
    return frozenset(_members(what)) if op is sre.IN else EVERY


def _members(items: Any) -> Iterator[int]:
    negated = False
    chars: set[int] = set()
    for op, what in items:
        if op is sre.NEGATE:
            negated = True
        elif op is sre.LITERAL:
            chars |= _both_cases(what)
        elif op is sre.RANGE:
            chars |= {one for char in range(what[0], min(what[1], 255) + 1) for one in _both_cases(char)}
        else:
            chars |= _class(what)
    return iter(EVERY - chars if negated else chars)


def _both_cases(char: int) -> Chars:
    return frozenset(map(ord, {chr(char), chr(char).lower()[:1], chr(char).upper()[:1]})) if char < 128 else frozenset({char})


@lru_cache(maxsize=len(_CLASSES))
def _class(category: Any) -> Chars:
    text = _CLASSES.get(category)
    return EVERY if text is None else frozenset(char for char in EVERY if re.match(text, chr(char), re.A))
