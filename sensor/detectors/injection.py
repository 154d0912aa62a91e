"""Weigh how much a text reads as an order to a model rather than as information for a person."""

from __future__ import annotations

import re

from sensor.detectors.injection_phrases import CORE_SIGNALS, pattern
from sensor.detectors.injection_schemes import SCHEMES
from sensor.model.calls import Value
from sensor.model.effects import Span
from sensor.patterns.passes import PatternPass

HIDDEN_SPAN = (
    r"(?is)<!--(.{20,1000}?)-->",
    r"(?is)<[a-z]{1,12}[^>]{0,200}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0[;\"' ]|color\s*:\s*(?:white|#fff(?:fff)?|transparent)|(?:left|top|text-indent)\s*:\s*-\d{3,}|\bhidden\b)[^>]{0,200}>(.{10,1000}?)</",
    r"(?is)\balt=\"([^\"]{30,1000})\"",
    r"(?m)[ \t]{80,}(\S[^\n]{20,1000})$",
    r"(?m)^\[(?://|comment)\]:\s*#\s*[(\"']([^\n]{20,1000})$",
)
MAX_SIGNAL_MATCHES = 12
WINDOW = 900
# Bytes up to which a text that orders something holds little else.
BRIEF = 600
# Bytes per phrase: there are many, and few that fill more.
MEMORY = 2 << 20
SIGNALS = CORE_SIGNALS + SCHEMES


class Reading(Value):
    """How a text reads. `score` sums the heaviest signal of each group; `groups` are those that took part, heaviest first.

    `hidden` = signals stand where a reader does not see them. `span` is the heaviest signal's place.
    """

    score: float = 0.0
    groups: tuple[str, ...] = ()
    hidden: bool = False
    span: Span = Span()


class InjectionReader:
    """All signals, compiled once (30 ms, 2 MB)."""

    def __init__(self, *, native: bool = True) -> None:
        self._signals = SIGNALS
        self._pass = PatternPass([pattern(signal) for signal in SIGNALS], native=native, memory=MEMORY)
        self._hidden = PatternPass(HIDDEN_SPAN, native=native, memory=MEMORY)

    def read(self, data: bytes) -> Reading:
        """Score one UTF-8 text: the best window of it, as orders stand together and long documents mention much."""
        places: list[tuple[int, int, float, str]] = []
        for number in self._pass.hits(data):
            signal = self._signals[number]
            if signal.brief and len(data) > BRIEF:
                continue
            for count, match in enumerate(self._pass.find(number, data)):
                if count >= MAX_SIGNAL_MATCHES:
                    break
                start, end = match.span()
                spoken_of = is_quoted(data, start, end) or (signal.group != "code" and IN_CODE.search(data, start, end) is not None) or (
                    signal.group in TOLD_OF and CONDITION.search(data, max(0, start - 12), start) is not None)
                places.append((start, end, signal.weight * (0.5 if spoken_of else 1.0), signal.group))
        if not places:
            return Reading()
        score, groups, span = best_window(sorted(places))
        hidden = self._is_hidden(data)
        return Reading(score=score + (2.0 if hidden else 0.0), groups=groups, hidden=hidden, span=span)

    def _is_hidden(self, data: bytes) -> bool:
        for number in self._hidden.hits(data):
            for match in self._hidden.find(number, data):
                if self._pass.hits(match.group(1)):
                    return True
        return False


def best_window(places: list[tuple[int, int, float, str]]) -> tuple[float, tuple[str, ...], Span]:
    """Of (start, end, weight, group) sorted by place: the highest sum of each group's heaviest within `WINDOW` bytes."""
    best: tuple[float, tuple[str, ...], Span] = (-1.0, (), Span())
    for first, (start, *_rest) in enumerate(places):
        heaviest: dict[str, tuple[float, int, int]] = {}
        for place, end, weight, group in places[first:]:
            if place - start > WINDOW:
                break
            heaviest[group] = max(heaviest.get(group, (0.0, 0, 0)), (weight, place, end))
        score = sum(weight for weight, _, _ in heaviest.values())
        if score > best[0]:
            ranked = sorted(heaviest.items(), key=lambda item: -item[1][0])
            best = (score, tuple(group for group, _ in ranked), Span(start=ranked[0][1][1], end=ranked[0][1][2]))
    return best


# A name with an opening bracket: the phrase is made of a program's words.
IN_CODE = re.compile(rb"\w\((?=\w)|\w\)\s*[:{]")
# "what happens if you run this now" tells of a deed; an order to leave out or to hide something stays one.
TOLD_OF = frozenset({"ruleset", "action"})
CONDITION = re.compile(rb"(?i)\b(?:if|when|unless) (?:you|we|they) $")
QUOTES = (b'"', b"`", b"\xe2\x80\x9c", b"'")


def is_quoted(data: bytes, start: int, end: int) -> bool:
    """Whether a phrase stands directly inside quotation marks or code marks: spoken of, not spoken."""
    before, after = data[max(0, start - 2):start + 1], data[end - 1:end + 60]
    if not any(quote in before for quote in QUOTES):
        return False
    return re.search(rb"[\"'`]|\xe2\x80\x9d", after.split(b"\n", 1)[0]) is not None
