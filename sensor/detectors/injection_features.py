"""What the model of words sees of a sentence: the stems of its words, which stand next to each other, which stand near, and senses that meet.

Each is a slot of a table, found by a hash, so that the model holds weights and no words. The trainer counts the same slots, so each
is written here once. A stem is not the word's root: it only brings "sends", "sending" and "send" together, by cutting the endings of
English words off.
"""

from __future__ import annotations

import functools
import struct
from hashlib import blake2b
from itertools import combinations
from operator import xor

from sensor.detectors.injection_senses import SLOTS, senses_near, slot_of_name

_FOUR = struct.Struct("<4I")
_ENDINGS = ("ationally", "ization", "ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s", "e")
SHORTEST_STEM = 3
Signal = tuple[int, int, float, str]  # start, end, weight, group


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


@functools.lru_cache(maxsize=4096)
def numbers_of(word: str) -> tuple[int, int, int, int]:
    """Numbers of a word's stem: alone, as the first of two neighbours, as the second of two, as the first of two that stand apart.

    The last three are no slots: two of them make one, by "exclusive or".
    """
    alone, first, second, far = _FOUR.unpack(blake2b(stem(word).encode("utf-8", "replace"), digest_size=_FOUR.size).digest())
    return alone % SLOTS, first % SLOTS, second % SLOTS, far % SLOTS


_START = numbers_of("^")[1]


def slots_of(words: tuple[str, ...]) -> set[int]:
    """Of a sentence that holds words: the slots of its stems and senses, of stems next to each other (and of how it begins), and of
    those with one or two between them.
    """
    alone, first, second, far = zip(*map(numbers_of, words), strict=True)
    return {
        *alone, *map(xor, (_START, *first), second), *map(xor, far, second[2:]), *map(xor, far, second[3:]), *senses_near(words),
    }


def slots_of_signals(places: list[Signal]) -> set[int]:
    """Slots of the other signals in a window: each group by its weight, and each two groups that stand together."""
    groups = sorted({place[3] for place in places})
    names = {f"#{group}{weight:g}" for _, _, weight, group in places} | {f"#{one}&{other}" for one, other in combinations(groups, 2)}
    return set(map(slot_of_name, names))


def slots_of_two(word: str, follower: str) -> tuple[int, int]:
    """The slots of a word, and of it with the one behind it; "" is the start of a sentence."""
    number = numbers_of(follower)
    return number[0], (numbers_of(word)[1] if word else _START) ^ number[2]
