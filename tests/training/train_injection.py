"""Train the model of worded orders: `python tests/training/train_injection.py [--check | --evaluate]`.

Without an option the weights are written to sensor/detectors/injection_words.bin, the same from the same texts.
`--check` fails when they would differ. `--evaluate` keeps one author after the other out of training and prints how many of
their texts are seen, by the model alone and together with the phrases. The texts in `injection/` are ours.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sensor.detectors.injection import ENOUGH_ALONE, InjectionReader, Reading
from sensor.detectors.injection_features import slots_of, slots_of_signals
from sensor.detectors.injection_senses import SLOTS
from sensor.detectors.injection_words import NOTHING, UNIT, WordModel, parse_model, scale, sentences_of, windows, within
from sensor.detectors.reports import FOREIGN_LIMIT, length_margin

TEXTS = Path(__file__).resolve().parent / "injection"
WEIGHTS = ROOT / "sensor" / "detectors" / "injection_words.bin"
FEATURES = 32000
LEAST_TEXTS = 2
PENALTY, EPOCHS, RATE, ATTACKS_COUNT = 1e-3, 6, 0.02, 3.0
# Texts of ours, many of them those that phrases were written after: they are trained on, and counted in no rate.
OURS = "own"


class Row(msgspec.Struct, frozen=True):
    """One text. `span` is the injected part of an attack, "" in a harmless text."""

    author: str
    style: str
    carrier: str
    text: str
    span: str = ""


class Example(msgspec.Struct, frozen=True):
    """One window: its features with how often each occurs, its factor, and the text it is from."""

    slots: dict[int, int]
    factor: float
    is_attack: bool
    source: int


def load_rows() -> list[Row]:
    """All training texts, attacks first."""
    return [msgspec.json.decode(line, type=Row) for name in ("attack", "harmless") for line in (TEXTS / f"{name}.jsonl").read_bytes().splitlines()]


def examples_of(number: int, row: Row, reader: InjectionReader) -> list[Example]:
    """The windows of the injected part, and those of what stands around it; all windows of a harmless text."""
    parts = [(row.span, True), (row.text.replace(row.span, " "), False)] if row.span else [(row.text, False)]
    return [example for text, is_attack in parts for example in windows_of(text, reader, number, is_attack)]


def windows_of(text: str, reader: InjectionReader, number: int, is_attack: bool) -> Iterable[Example]:
    sentences, places = list(sentences_of(text)), reader.places_in(text)
    words_before = [0, *accumulate(len(sentence.words) for sentence in sentences)]
    for first, last in windows(words_before):
        part = sentences[first:last]
        slots = collections.Counter(slot for sentence in part for slot in slots_of(sentence.words))
        slots.update(slots_of_signals(within(places, part[0].start, part[-1].end)))
        yield Example(dict(slots), scale(words_before[last] - words_before[first]), is_attack, number)


def ratios(examples: list[Example]) -> dict[int, float]:
    """By slot: how much more often (log) it stands in attacks than in other texts, for those in enough texts."""
    texts: dict[int, set[tuple[bool, int]]] = collections.defaultdict(set)
    for example in examples:
        for slot in example.slots:
            texts[slot].add((example.is_attack, example.source))
    totals = collections.Counter(is_attack for is_attack, _ in {(example.is_attack, example.source) for example in examples})
    found = {}
    for slot, places in texts.items():
        if len(places) >= LEAST_TEXTS:
            attacks = sum(is_attack for is_attack, _ in places)
            found[slot] = math.log((attacks + 0.5) / (totals[True] + 1)) - math.log((len(places) - attacks + 0.5) / (totals[False] + 1))
    kept = sorted(found, key=lambda slot: (-abs(found[slot]) * math.sqrt(len(texts[slot])), slot))[:FEATURES]
    return {slot: found[slot] for slot in kept}


def rarity(examples: list[Example], slots: list[int]) -> list[float]:
    """How much each slot counts: the root of the logarithm of its inverse frequency among windows, as rare words tell more."""
    windows_with = collections.Counter(slot for example in examples for slot in example.slots)
    return [math.sqrt(1 + math.log((1 + len(examples)) / (1 + windows_with[slot]))) for slot in slots]


def train(examples: list[Example]) -> WordModel:
    """Logistic regression by gradient steps, each slot scaled by its rarity, with an L2 penalty."""
    slots = sorted(ratios(examples))
    number_of = {slot: number for number, slot in enumerate(slots)}
    strength = rarity(examples, slots)
    vectors = []
    for example in examples:
        known = sorted((number_of[slot], count) for slot, count in example.slots.items() if slot in number_of)
        vectors.append(([number for number, _ in known], [strength[number] * count * example.factor for number, count in known], example.is_attack))
    vectors.sort(key=lambda vector: zlib.crc32(repr(vector).encode()))
    weights, size, bias, step = [0.0] * len(slots), 1.0, -3.0, 0
    for _ in range(EPOCHS):
        for numbers, values, is_attack in vectors:
            rate = RATE / (1 + RATE * PENALTY * step)
            step += 1
            # fsum, as the sum of floats is another in later versions of Python
            total = bias + size * math.fsum([weights[number] * value for number, value in zip(numbers, values, strict=True)])
            error = (1 / (1 + math.exp(-max(total, -30.0))) - is_attack) * (ATTACKS_COUNT if is_attack else 1.0)
            size *= 1 - rate * PENALTY
            bias -= rate * error
            change = rate * error / size
            for number, value in zip(numbers, values, strict=True):
                weights[number] -= change * value
    table = bytearray([NOTHING]) * SLOTS
    for slot, number in number_of.items():
        table[slot] = NOTHING + max(-NOTHING, min(NOTHING - 1, round(UNIT * weights[number] * size * strength[number])))
    return WordModel(bytes(table), round(UNIT * bias) / UNIT)


def evaluate(rows: list[Row], reader: InjectionReader) -> Iterator[tuple[Row, Reading]]:
    """Every text of a measured author as a model reads it that was trained without that author."""
    examples = [examples_of(number, row, reader) for number, row in enumerate(rows)]
    for author in sorted({row.author for row in rows} - {OURS}):
        held = InjectionReader(train([example for row, part in zip(rows, examples, strict=True) if row.author != author for example in part]))
        yield from ((row, held.read(row.text.encode(), wording=True)) for row in rows if row.author == author)


def report(rows: list[tuple[Row, Reading]]) -> str:
    """Rates per author that was not trained on, and of all: at some rates of harmless texts, and as the sensor decides on a page."""
    authors = sorted({row.author for row, _ in rows})
    parts = [(author, [pair for pair in rows if pair[0].author == author]) for author in authors]
    return "\n".join(f"{name}: {line}" for name, part in [*parts, ("all", rows)] for line in rates_of(part))


def rates_of(rows: list[tuple[Row, Reading]]) -> list[str]:
    texts = [(bool(row.span), reading, reading.worded.score if reading.worded else -math.inf, foreign_limit(row.text)) for row, reading in rows]
    attacks, harmless = ([text for text in texts if text[0] is kind] for kind in (True, False))
    lines = [f"{len(attacks)} attacks, {len(harmless)} harmless texts"]
    for share in (0.01, 0.03, 0.1):
        limit = sorted((text[2] for text in harmless), reverse=True)[int(share * len(harmless))]
        lines.append(f"words alone, {share:.0%} of harmless texts flagged: {rate(attacks, lambda text, limit=limit: text[2] > limit)} of attacks seen")
    for name, judge in (("phrases alone", lambda text: text[1].score >= text[3]), ("words alone", lambda text: text[2] >= ENOUGH_ALONE),
                        ("together", lambda text: text[1].reaches(text[3]))):
        lines.append(f"{name}, as shipped: {rate(attacks, judge)} of attacks seen, {rate(harmless, judge)} of harmless texts flagged")
    return lines


def rate(texts: list[Any], judge: Callable[[Any], bool]) -> str:
    return f"{100 * sum(map(judge, texts)) / max(1, len(texts)):.1f} %"


def foreign_limit(text: str) -> float:
    """The limit for a page of this length."""
    return FOREIGN_LIMIT + length_margin(len(text))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 when the shipped weights are not those of the texts")
    parser.add_argument("--evaluate", action="store_true", help="keep each author out of training and print how many of their texts are seen")
    options = parser.parse_args(words)
    reader, rows = InjectionReader(), load_rows()
    if options.evaluate:
        print(report(list(evaluate(rows, reader))))
        return 0
    model = train([example for number, row in enumerate(rows) for example in examples_of(number, row, reader)])
    if options.check:
        # Not the bytes of the file: another zlib packs the same weights another way.
        return int(parse_model(WEIGHTS.read_bytes()).render() != model.render())
    data = model.render()
    WEIGHTS.write_bytes(data)
    print(json.dumps({"bytes": len(data)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
