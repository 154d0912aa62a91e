"""The dialect of rule patterns: the subset on which hyperscan, RE2 and `re` agree, and which none of them can be slow on.

`^` and `$` mean line starts and ends, `.` matches everything, comparison is by bytes unless a pattern has non-ASCII
characters. Refused: look-around, back-references, possessive and atomic groups, `\\Z`, counts over 1,000 and patterns
that expand to more than 10,000 positions (they would make the compiler, not the scan, slow).
"""

from __future__ import annotations

import re
import sys
from typing import Any

from sensor.patterns.ambiguity import is_ambiguous

if sys.version_info >= (3, 11):
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser as sre_parse  # type: ignore[attr-defined]
else:
    import sre_constants as sre
    import sre_parse

MAX_PATTERN = 512
MAX_COUNT = 1000
MAX_POSITIONS = 10_000

MAX_SINGLE_COUNT = 12
MAX_GROUP_COUNT = 3
MAX_LEAST_COUNT = 6
MAX_LEAST_ROUNDS = 7
MIN_WORD = 2
COMPILED_FORM = 3
"""Raise it with every change of what `weakened` or `framed` give: databases that were made of another form are not used then."""
_WORD_BOUND = re.compile(r"\\b|(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])", re.S)
# escapes and classes are passed over whole, so that braces in them are not taken for counts
_QUANTIFIER = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<low>\d*),(?P<high>\d+)\}", re.S)
_COUNTED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<group>\))?\{(?P<low>\d+)(?:,\d*)?\}", re.S)
_LINE_START = re.compile(r"(\(\?[a-z]+\))?\^")
_NO_OPERATOR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()|]+", re.S)
_ATOMIC = getattr(sre, "ATOMIC_GROUP", None)  # Python 3.10 does not parse these two
_POSSESSIVE = getattr(sre, "POSSESSIVE_REPEAT", None)
_REFUSED = {
    sre.ASSERT: "look-ahead or look-behind", sre.ASSERT_NOT: "look-ahead or look-behind", sre.GROUPREF: "a back-reference",
    sre.GROUPREF_EXISTS: "a conditional group", _ATOMIC: "an atomic group", _POSSESSIVE: "a possessive repeat",
}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def complaints(pattern: str) -> list[str]:
    """What keeps `pattern` out of the dialect; empty when nothing does."""
    if len(pattern) > MAX_PATTERN:
        return [f"pattern is longer than {MAX_PATTERN} characters ({len(pattern)})"]
    try:
        tree = sre_parse.parse(pattern, re.M | re.S)
    except (re.error, OverflowError, RecursionError) as error:
        return [f"pattern does not compile: {error}"]
    items = _walk(tree)
    found = [f"{_REFUSED[op]} is not linear" for op, _ in items if op in _REFUSED]
    found += ["\\Z means different things in different engines; use $" for op, what in items if op is sre.AT and what is sre.AT_END_STRING]
    found += [f"repeat count over {MAX_COUNT}" for op, what in items if op in _REPEATS and _over(what)]
    if tree.state.flags & re.X:
        found.append("(?x) is not in the dialect")
    if not found and _positions(tree) > MAX_POSITIONS:
        found.append(f"pattern expands to more than {MAX_POSITIONS} positions")
    if not found and tree.getwidth()[0] == 0:
        found.append("pattern matches the empty text")
    return list(dict.fromkeys(found))


def weakened(pattern: str) -> str:
    """A pattern that matches wherever `pattern` does, with long bounded repeats opened: counters are what makes compiling slow.

    As its hits are confirmed, it needs no bounds of words: without them an open repeat between words takes no automaton that runs to the end of the text.
    """
    wide = _without_bounds(pattern, MAX_SINGLE_COUNT, MAX_GROUP_COUNT)
    return wide if wide == pattern else _WORD_BOUND.sub(lambda found: found[1] or "", wide)


def opened(pattern: str) -> str:
    """As `weakened`, with every bound above one gone: the smallest automaton, as RE2 writes out each counted round."""
    return _without_bounds(pattern, 2, 2)


def shortened(pattern: str) -> str:
    """A pattern that matches wherever `pattern` does, and asks for few characters or rounds of a kind where it asks for many: each of them is a state.

    A list of words stays as it is: it takes more memory to confirm than its states take.
    """
    if len(pattern) > MAX_PATTERN:
        return pattern

    def fewer(found: re.Match[str]) -> str:
        least, before = (MAX_LEAST_ROUNDS, ")") if found["group"] else (MAX_LEAST_COUNT, "")
        return f"{before}{{{least},}}" if int(found["low"] or 0) > least else found[0]

    return _COUNTED.sub(fewer, pattern)


def _without_bounds(pattern: str, single: int, group: int) -> str:
    """Repeats of a single character up to `single` times, of a group up to `group` times, are kept."""
    out, position = [], 0
    for found in _QUANTIFIER.finditer(pattern):
        low, high = int(found["low"] or 0), int(found["high"] or 0)
        if not found["high"] or high < (group if pattern[found.start() - 1] == ")" else single):
            continue
        out += [pattern[position : found.start()], {0: "*", 1: "+"}.get(low, f"{{{low},}}")]
        position = found.end()
    return "".join([*out, pattern[position:]])


def begins_lines(pattern: str) -> bool:
    """Whether every match begins where a line does. False where it takes more to tell than a look."""
    start = _LINE_START.match(pattern)
    return start is not None and not ("\\A" in pattern or "\\z" in pattern or "(?-" in pattern or ("|" in pattern and _has_alternatives(pattern[start.end():])))


def framed(pattern: str) -> str:
    """The form of such a pattern for a text that stands between two line feeds. Without `$` at its end it may match too much: the second one as well.

    Automata of line feeds take a fifth of what those of `^` and `$` take, which stand for nothing that is in the text.
    """
    start = _LINE_START.match(pattern)
    assert start is not None, "only patterns that begin lines have this form"
    body = pattern[start.end():]
    return f"{start[1] or ''}\\n" + (body[:-1] + "\\n" if body.endswith("$") and not body.endswith("\\$") else body)


def _has_alternatives(body: str) -> bool:
    """Whether a `|` stands outside of all groups."""
    depth = 0
    for sign in _NO_OPERATOR.sub("", body):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and not depth:
            return True
    return False


def nests_repeats(pattern: str) -> bool:
    """Whether an open repeat stands ambiguously inside another: linear for automata, exponential for a backtracking engine."""
    return any(op in _REPEATS and what[1] is sre.MAXREPEAT and _has_open_repeat(what[2]) and is_ambiguous(what[2])
               for op, what in _walk(sre_parse.parse(pattern, re.M | re.S)))


def literals(pattern: str) -> frozenset[bytes]:
    """Lower-case literals of which one must occur wherever `pattern` matches; empty when there is none of 3 bytes."""
    best = max(_literal_sets(sre_parse.parse(pattern, re.M | re.S)), key=_weight, default=frozenset())
    usable = best if best and min(map(len, best)) >= 3 and all(word.isascii() for word in best) else frozenset()
    return frozenset(word.encode() for word in usable)


def needed_words(pattern: str) -> tuple[frozenset[bytes], ...]:
    """Sets of lower-case words: of each, one occurs wherever `pattern` matches. Empty where that cannot be said, as for signs that have more than two cases."""
    sets = _literal_sets(sre_parse.parse(pattern, re.M | re.S)) if pattern.isascii() else []
    return tuple([frozenset(map(str.encode, words)) for words in sets if words and all(map(_is_plain, words))])


def _is_plain(word: str) -> bool:
    return len(word) >= MIN_WORD and word.isascii() and "\0" not in word


def literal_pattern(text: str) -> str:
    """The pattern that finds `text` literally, without case."""
    return "(?i)" + re.sub(r"([^\w\s])", r"\\\1", text, flags=re.A) if text.isascii() else "(?i)" + re.escape(text)


def _walk(tree: Any) -> list[tuple[Any, Any]]:
    """Every item at every depth, a group before what is in it."""
    items = []
    for item in _items(tree):
        items.append(item)
        for part in _parts(*item):
            items += _walk(part)
    return items


def _items(tree: Any) -> list[tuple[Any, Any]]:
    """The list inside the parser's sequence, whose own iterator takes five times as long."""
    return getattr(tree, "data", tree)


def _parts(op: Any, what: Any) -> list[Any]:
    if op in _REPEATS or op is _POSSESSIVE:
        return [what[2]]
    if op is sre.SUBPATTERN:
        return [what[3]]
    if op is sre.BRANCH:
        return list(what[1])
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [what[1]]
    return [what] if op is _ATOMIC else []


def _over(what: Any) -> bool:
    low, high, _ = what
    return low > MAX_COUNT or (high is not sre.MAXREPEAT and high > MAX_COUNT)


def _positions(tree: Any) -> int:
    total = 0
    for op, what in _items(tree):
        inner = sum(_positions(part) for part in _parts(op, what)) or 1
        if op in _REPEATS:
            inner *= max(1, what[0] if what[1] is sre.MAXREPEAT else what[1])
        total += inner
    return total


def _has_open_repeat(tree: Any) -> bool:
    return any(op in _REPEATS and what[1] is sre.MAXREPEAT for op, what in _walk(tree))


def _weight(words: frozenset[str]) -> tuple[int, int]:
    return (min(map(len, words)) if words else 0, -len(words))


def _literal_sets(tree: Any) -> list[frozenset[str]]:
    """Sets of words; of each set one word must occur in every match."""
    sets: list[frozenset[str]] = []
    run = ""
    for op, what in tree:
        if op is sre.LITERAL:
            run += chr(what).lower()
            continue
        if op is sre.AT:
            continue
        if run:
            sets.append(frozenset([run]))
            run = ""
        if op is sre.SUBPATTERN:
            sets += _literal_sets(what[3])
        elif op in _REPEATS and what[0] > 0:
            sets += _literal_sets(what[2])
        elif op is sre.BRANCH:
            sets += _branch_set(what[1])
    return [*sets, frozenset([run])] if run else sets


def _branch_set(branches: Any) -> list[frozenset[str]]:
    chosen: frozenset[str] = frozenset()
    for branch in branches:
        best = max(_literal_sets(branch), key=_weight, default=frozenset())
        if not best:
            return []
        chosen |= best
    return [chosen] if len(chosen) <= 64 else []
