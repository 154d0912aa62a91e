"""A linear model of how injected orders are worded: weights of stems, of pairs of stems, of senses and of the other signals.

It hears what phrases do not know: an order in new words. `tests/training/train_injection.py` makes the weights from texts
of our own. The sum over a window is compared after it was scaled to its length, as long windows hold more of everything.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from importlib.resources import files
from itertools import accumulate

from sensor.detectors.injection_features import Signal, slots_of, slots_of_signals, slots_of_two
from sensor.detectors.injection_senses import OF_ATTACKS, SLOTS, words_in
from sensor.model.calls import Value

# Where a sentence, an item, a cell or a hidden part ends.
# Every alternative begins with one plain character, which is what makes the search fast.
BREAK = re.compile(
    r"\.[\"')\]*_`]*\s+|![\"')\]*_`]*\s+|\?[\"')\]*_`]*\s+|。|！|？|\n\s*(?=\n|[-*•#>|]|\d+[.)])|;\s+|<!--|</?\w[^>]{0,200}>|-->|"
    r"\|\s|\\n|\"[,:]\s*\"")
# Sentences are read alone and with those that follow, as an order seldom needs more words than this.
TOGETHER = 40
LONGEST = 60
# Fewer words, and fewer characters, begin no order: keys and values of data are skipped.
SHORTEST = 3
SHORTEST_TEXT = 12
# Of a text that is longer than twice this, in characters, only both ends are read: this is the slowest look at a text.
END = 16 * 1024
# Of signals no more are looked at, as each sentence is held against each.
MOST_PLACES = 200
# Descriptions, comments and settings do without these words; an order seldom does.
ADDRESSING = frozenset({
    "you", "your", "yours", "yourself", "me", "my", "i", "we", "us", "let", "please", "now", "must", "always", "never", "not", "don't", "dont",
    "ensure", "remember", "instead", "immediately", "ignore", "disregard", "forget", "bypass", "override", "respond", "reply", "answer", "say",
    "tell", "mention", "send", "share", "email", "forward", "assistant", "ai", "agent", "agents", "model", "llm", "claude", "chatgpt", "copilot",
    "cursor", "bot", "bots", "instructions", "instruction", "guidelines", "prompt",
})
# What each doubling of words about attacks takes from the score: who writes about them quotes them. An order that is clear stays one.
ABOUT, MOST_MENTIONS = 2.0, 7
# What the logarithm of the number of windows takes: the more there are, the higher the best of them by chance.
BY_CHANCE = 1.4
# Weights are whole numbers, this many to one.
UNIT, NOTHING = 64, 128
BIAS = struct.Struct("<h")
Place = Signal


class Sentence(Value):
    """One sentence, or 40 words of a longer one. `start` and `end` are character offsets."""

    start: int
    end: int
    words: tuple[str, ...]


class Worded(Value):
    """Where a text is worded most like an order. `score` is comparable between texts of all lengths, offsets are characters.

    `words` are those that weigh most, heaviest first. `addressed` = a word there speaks to somebody, or of what a model was told;
    of other languages it is not known, so they count as addressed.
    """

    score: float
    start: int
    end: int
    words: tuple[str, ...]
    addressed: bool = True


class WordModel:
    """A byte per slot of features (`injection_features`): its weight in parts of `UNIT`, and `NOTHING` more, as no byte is less than 0."""

    def __init__(self, weights: bytes, bias: float) -> None:
        self._weights = weights
        self._bias = bias

    def read(self, text: str, places: list[Place]) -> Worded | None:
        """The best window of a text; `places` are the other signals', in characters, sorted. None where there is no sentence."""
        sentences = [sentence for start, end in ends_of(len(text)) for sentence in sentences_of(text, start, end)]
        weights = [self._weigh(slots_of(sentence.words)) for sentence in sentences]
        before, words_before = [0.0, *accumulate(weights)], [0, *accumulate(len(sentence.words) for sentence in sentences)]
        places = places[:MOST_PLACES]
        starts, reach = [place[0] for place in places], list(accumulate((place[1] for place in places), max))
        best, best_first, best_last, count = -math.inf, 0, 0, 0
        for first, last in windows(words_before):
            count += 1
            weight = before[last] - before[first]
            start, end = sentences[first].start, sentences[last - 1].end
            if near := within(places[bisect_right(reach, start):bisect_left(starts, end)], start, end):
                weight += self._weigh(slots_of_signals(near))
            weight *= scale(words_before[last] - words_before[first])
            if weight > best:
                best, best_first, best_last = weight, first, last
        if not count:
            return None
        heaviest = sentences[max(range(best_first, best_last), key=weights.__getitem__)]
        score = self._bias + best - BY_CHANCE * math.log(count + 3) - ABOUT * math.log2(1 + mentions_of_attacks(sentences))
        return Worded(score=score, start=heaviest.start, end=heaviest.end, words=self._heaviest_words(heaviest.words), addressed=is_addressed(heaviest.words))

    def render(self) -> bytes:
        """The file of the model: its bias and a byte per slot, compressed, as most slots weigh nothing."""
        return zlib.compress(BIAS.pack(round(self._bias * UNIT)) + self._weights, 9)

    def _weigh(self, slots: set[int]) -> float:
        return (sum(map(self._weights.__getitem__, slots)) - NOTHING * len(slots)) / UNIT

    def _heaviest_words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for first, second in zip(("", *words), words, strict=False):
            alone, together = slots_of_two(first, second)
            found[second] = self._weights[alone] - NOTHING
            name = f"{first} {second}".strip()
            found[name] = max(found.get(name, 0), self._weights[together] - NOTHING)
        named: list[str] = []
        for name, weight in sorted(found.items(), key=lambda item: (-item[1], item[0])):
            if weight > 0 and len(named) < 3 and not set(name.split()) & {word for other in named for word in other.split()}:
                named.append(name)
        return tuple(named)


def is_addressed(words: tuple[str, ...]) -> bool:
    """Whether one of these words speaks to somebody, or is not English."""
    return not ADDRESSING.isdisjoint(words) or not all(map(str.isascii, words))


def ends_of(size: int) -> tuple[tuple[int, int], ...]:
    """The parts of a text of so many characters that are read: all of it, or both ends of a long one."""
    return ((0, size),) if size <= 2 * END else ((0, END), (size - END, size))


def sentences_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Sentence]:
    """The sentences of a text, or of a part of it, that hold words, in order; long ones in parts."""
    end = len(text) if end is None else end
    part = text[start:end]
    low = part.lower()
    if len(low) != len(part):  # a few letters become two when they are made small
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in part)
    at = 0
    for match in BREAK.finditer(part):
        if match.start() - at >= SHORTEST_TEXT:
            yield from _parts(low, at, match.start(), start)
        at = match.end()
    yield from _parts(low, at, len(part), start)


def _parts(low: str, start: int, end: int, offset: int) -> Iterator[Sentence]:
    words = words_in(low[start:end])
    if len(words) <= LONGEST:
        if words:
            yield Sentence(start=start + offset, end=end + offset, words=tuple(words))
        return
    for first in range(0, len(words), TOGETHER):
        yield Sentence(start=start + offset, end=end + offset, words=tuple(words[first:first + TOGETHER]))


def windows(words_before: list[int]) -> Iterator[tuple[int, int]]:
    """Numbers (first, last + 1) of what is read together: each sentence alone, and with its followers up to about 40 words.

    `words_before` holds the number of words before each sentence, and at its end of all.
    """
    count, last = len(words_before) - 1, 0
    for first in range(count):
        begin = words_before[first]
        words = words_before[first + 1] - begin
        if words < SHORTEST:
            continue
        last = max(last, first + 1)
        while last < count and words_before[last] - begin < TOGETHER and words_before[last + 1] - begin <= LONGEST:
            last += 1
        if words > SHORTEST or last == first + 1:
            yield first, first + 1
        if last > first + 1:
            yield first, last


def mentions_of_attacks(sentences: list[Sentence]) -> int:
    """How many words of their sentences tell of attacks, each once, at most `MOST_MENTIONS`."""
    return min(MOST_MENTIONS, sum(len(OF_ATTACKS.intersection(sentence.words)) for sentence in sentences))


def within(places: list[Place], start: int, end: int) -> list[Place]:
    """Those of the places that reach into the text from `start` to `end`."""
    return [place for place in places if place[0] < end and place[1] > start]


def scale(words: int) -> float:
    """How much a sum over so many words counts."""
    return SCALES[min(words, 2 * LONGEST)]


SCALES = tuple((12.0 / (words + 5.0)) ** 0.45 for words in range(2 * LONGEST + 1))


def load_model() -> WordModel:
    """The model that is shipped."""
    return parse_model(files("sensor.detectors").joinpath("injection_words.bin").read_bytes())


def parse_model(data: bytes) -> WordModel:
    """The model in a file that `WordModel.render` made. A ValueError where it is none."""
    try:
        table = zlib.decompress(data)
        weights = table[BIAS.size:]
        bias = BIAS.unpack_from(table)[0] / UNIT
    except (zlib.error, struct.error) as error:
        raise ValueError("no model of words") from error
    if len(weights) != SLOTS:
        raise ValueError("a model of words for other features")
    return WordModel(weights, bias)
