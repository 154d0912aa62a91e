"""What the model of words sees of a sentence: the stems of its words, which stand next to each other, which stand near, and senses that meet.

The trainer counts the same features, so each is written here once. A stem is not the word's root: it only brings "sends", "sending" and
"send" together, by cutting the endings of English words off.
"""

from __future__ import annotations

import functools

from sensor.detectors.injection_senses import senses_near

START, APART = "^", ".."
Pairs = set[tuple[str, str]]
_ENDINGS = ("ationally", "ization", "ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s", "e")
SHORTEST_STEM = 3


@functools.lru_cache(maxsize=2048)
def stem(word: str) -> str:
    """A word without its ending; other alphabets and short words as they are."""
    if not word.isascii() or len(word) <= SHORTEST_STEM:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            rest = word[:-len(ending)]
            if ending in ("ied", "ies"):
                return f"{rest}i"
            if len(rest) > SHORTEST_STEM and rest[-1] == rest[-2] and rest[-1] not in "lsz":
                rest = rest[:-1]
            return _with_i(rest)
    return _with_i(word)


def _with_i(rest: str) -> str:
    """As "policies" loses more than "policy"."""
    return f"{rest[:-1]}i" if rest[-1] == "y" and len(rest) > SHORTEST_STEM else rest


def features_of(words: tuple[str, ...]) -> tuple[set[str], Pairs, Pairs]:
    """Of a sentence: its stems and senses, stems next to each other (`START` before the first), and those with one or two between them."""
    stems = tuple(map(stem, words))
    together = {*zip((START, *stems), stems, strict=False)}
    near = {*zip(stems, stems[2:], strict=False), *zip(stems, stems[3:], strict=False)}
    return {*stems, *senses_near(words)}, together, near
