"""Weigh how much a text reads as an order to a model rather than as information for a person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice

import msgspec

from sensor.detectors.injection_phrases import CORE_SIGNALS, Signal, pattern
from sensor.detectors.injection_schemes import SCHEMES
from sensor.detectors.injection_structure import READER_NAMED, STRUCTURE
from sensor.detectors.injection_words import END, Place, Worded, WordModel
from sensor.model.calls import Value
from sensor.model.effects import Span
from sensor.patterns.passes import PatternPass, compile_exact

HIDDEN_SPAN = (
    r"(?is)<!--(.{20,1000}?)-->",
    r"(?is)<[a-z]{1,12}[^>]{0,200}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0[;\"' ]"
    r"|color\s*:\s*(?:white|#fff(?:fff)?|transparent)|(?:left|top|text-indent)\s*:\s*-\d{3,}|\bhidden\b)[^>]{0,200}>(.{10,1000}?)</",
    r"(?is)\balt=\"([^\"]{30,1000})\"",
    r"(?m)[ \t]{80,}(\S[^\n]{20,1000})$",
    r"(?m)^\[(?://|comment)\]:\s*#\s*[(\"']([^\n]{20,1000})$",
)
# Bytes in which a signal counts once, and how often it is asked whether it is only spoken of: what stands behind counts in full,
# so that no row of mentions hides an order.
APART = 300
MAX_ASKED = 300
# Hidden parts of a text that are looked into.
MAX_HIDDEN = 2000
WINDOW = 900
# Characters before and behind a signal in the middle of a long text that the model of words reads.
NEAR = 1000
# Bytes up to which a text that orders something holds little else.
BRIEF = 600
# Bytes from which a text that names no model is not searched for words to one.
LONG = 4000
# Bytes per phrase: there are many, and few that fill more.
MEMORY = 2 << 20
# Scores of the model of words. From here a text is flagged for its wording alone.
ENOUGH_ALONE = -1.8
# From here where neither a signal nor a word speaks to anybody, as half of the files on a machine that looked like orders were such.
ENOUGH_UNADDRESSED = -0.55
# Below here it reads like ordinary writing, or like writing about attacks, and signals count less: so much for each point, and at most.
ORDINARY, DOUBT, MOST_DOUBT = -4.3, 5.75, 4.75
PHRASES = CORE_SIGNALS + SCHEMES


class Reading(Value):
    """How a text reads. `score` sums the heaviest signal of each group; `groups` are those that took part, heaviest first.

    `hidden` = signals stand where a reader does not see them. `span` is the heaviest signal's place. `worded` = what the model of
    words says, where it was asked.
    """

    score: float = 0.0
    groups: tuple[str, ...] = ()
    hidden: bool = False
    span: Span = Span()
    worded: Worded | None = None

    def reaches(self, limit: float) -> bool:
        """Whether the text counts as an attempt to steer the model: its wording is enough alone, and ordinary wording takes from signals that are not clear."""
        if self.worded is None:
            return self.score >= limit
        if self.worded.score >= (ENOUGH_ALONE if self.worded.addressed or self.score else ENOUGH_UNADDRESSED):
            return True
        doubt = DOUBT * max(0.0, ORDINARY - self.worded.score)
        return self.score - min(doubt, MOST_DOUBT) >= limit


class InjectionReader:
    """All signals, compiled once (30 ms, 2 MB), and the model of words, without which no reading says how a text is worded."""

    def __init__(self, words: WordModel | None = None, *, native: bool = True) -> None:
        self._words = words
        # Apart, as sets of neighbours are made: one more loop over words in a set, and it meets too many states.
        self._passes = tuple((signals, PatternPass([pattern(signal) for signal in signals], native=native, memory=MEMORY)) for signals in (PHRASES, STRUCTURE))
        self._named = compile_exact(READER_NAMED, native, MEMORY)
        self._hidden = PatternPass(HIDDEN_SPAN, native=native, memory=MEMORY)

    def read(self, data: bytes, *, wording: bool = False) -> Reading:
        """Score one UTF-8 text: the best window of it, as orders stand together and long documents mention much. `wording` asks the model too."""
        signals = self._signals(data)
        reading = self._weigh(data, with_stakes_near(signals, brief=len(data) <= BRIEF))
        if not wording or self._words is None:
            return reading
        text = data.decode("utf-8", "replace")
        worded = self._words.read(text, in_characters(signals, text))
        at = len(data[:reading.span.start].decode("utf-8", "replace"))
        if worded is not None and reading.groups and END <= at < len(text) - END:
            # The model of words reads both ends of a long text; what it thinks of those takes nothing from signals between them.
            near = self._words.read(text[at - NEAR:at + NEAR], [])
            worded = worded if near is None else msgspec.structs.replace(worded, score=max(worded.score, near.score))
        return msgspec.structs.replace(reading, worded=worded)

    def _weigh(self, data: bytes, places: list[Place]) -> Reading:
        if not places:
            return Reading()
        score, groups, span = best_window(places)
        hidden = self._is_hidden(data)
        return Reading(score=score + (2.0 if hidden else 0.0), groups=groups, hidden=hidden, span=span)

    def places_in(self, text: str) -> list[Place]:
        """Every signal in a text, in characters."""
        return in_characters(self._signals(text.encode("utf-8", "replace")), text)

    def _signals(self, data: bytes) -> list[Place]:
        passes = self._passes if len(data) <= LONG or self._named.search(data) else self._passes[:1]
        return sorted(place for signals, found in passes for place in places_of(signals, found, data))

    def _is_hidden(self, data: bytes) -> bool:
        for number in self._hidden.hits(data):
            for match in islice(self._hidden.find(number, data), MAX_HIDDEN):
                inner = match.group(1)
                if with_stakes_near(self._signals(inner), brief=len(inner) <= BRIEF):
                    return True
        return False


def places_of(signals: tuple[Signal, ...], found: PatternPass, data: bytes) -> Iterator[Place]:
    """(start, end, weight, group) of every signal in a text; what is spoken of, told or forbidden weighs half."""
    for number in found.hits(data):
        signal = signals[number]
        if signal.brief and len(data) > BRIEF:
            continue
        asked, last = 0, -APART
        for match in found.find(number, data):
            start, end = match.span()
            if start < last + APART:
                continue
            asked += 1
            mentioned = asked <= MAX_ASKED and is_spoken_of(signal.group, data, start, end)
            last = last if mentioned else start
            yield start, end, signal.weight * (0.5 if mentioned else 1.0), signal.group


def is_spoken_of(group: str, data: bytes, start: int, end: int) -> bool:
    """Whether a phrase is quoted, code, told, forbidden, or an accident of two sentences, rather than said to the reader."""
    if (group != "stake" and is_quoted(data, start, end)) or (group != "code" and IN_CODE.search(data, start, end)):
        return True
    if group in ONE_SENTENCE and SENTENCE_END.search(data, start + 1, end - 1):
        return True
    if group == "relay" and (ONE_MODEL.search(data, start, end) or TO_PASS.search(data, max(0, start - 24), start)):
        return True
    if (group in TOLD_OF and CONDITION.search(data, max(0, start - 12), start)) or (group in FORBIDDEN and NEGATION.search(data, max(0, start - 40), start)):
        return True
    if group == "override" and (data[start - 1:start] == b"-" or (data[start:start + 2].lower() == b"do" and OF_RESULTS.match(data, end))):
        return True
    if (group == "marker" and start and IN_NAME.match(data, start - 1)) or (group in OF_LICENCES and LICENCE.search(data, max(0, start - 16), end + 16)):
        return True
    if group == "address":
        return NOT_TO_DO.match(data, end) is not None
    return group == "secrecy" and WITHOUT.match(data, start, end) is not None and DENIED.search(data, max(0, start - 80), start) is not None


def in_characters(places: list[Place], text: str) -> list[Place]:
    """Places given in bytes of UTF-8, in characters."""
    if text.isascii():
        return places
    data, at, characters = text.encode("utf-8", "replace"), 0, {0: 0}
    for place in sorted({offset for start, end, _, _ in places for offset in (start, end)}):
        characters[place] = characters[at] + len(data[at:place].decode("utf-8", "ignore"))
        at = place
    return [(characters[start], characters[end], weight, group) for start, end, weight, group in places]


def with_stakes_near(places: list[Place], *, brief: bool) -> list[Place]:
    """Without what is at stake where nobody is spoken to: instructions for people are full of it."""
    near, speaks = (NEAR, SPOKEN_TO) if brief else (NEAR // 2, SPOKEN_TO_A_MODEL)
    spoken = [(start, end) for start, end, weight, group in places if weight >= speaks.get(group, 9.0)]
    starts, ends = [start for start, _ in spoken], list(accumulate((end for _, end in spoken), max))
    return [place for place in places if place[3] != "stake" or ((before := bisect_right(starts, place[1] + near)) and place[0] <= ends[before - 1] + near)]


def best_window(places: list[Place]) -> tuple[float, tuple[str, ...], Span]:
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
# "${CMAKE_COMMAND}", "color(REPORT_COMMAND)": a variable or an argument, no label of authority.
IN_NAME = re.compile(rb"[\w$][({]", re.ASCII)
# What most files of free software say of themselves.
OF_LICENCES = frozenset({"approval", "exfil", "law"})
LICENCE = re.compile(rb"(?i)permission is hereby granted|obtain a copy of the licen[cs]e at|in compliance with the licen[cs]e")
# "what happens if you run this now" tells of a deed; an order to leave out or to hide something stays one.
TOLD_OF = frozenset({"ruleset", "action"})
# What a text forbids it does not order.
FORBIDDEN = frozenset({"exfil", "request", "action", "stake", "order", "relay", "remote"})
NEGATION = re.compile(rb"(?i)(?:\bnot|n['\xe2\x80\x99]{1,3}t|\bnever|\bcannot|\bavoid|\bnobody|\bno one)(?: \w+){0,2} $")
# The gaps of a phrase reach over light punctuation; a deed and what it is done to stand in one sentence all the same.
ONE_SENTENCE = frozenset({"stake", "secrecy", "exfil", "pressure", "request", "action"})
SENTENCE_END = re.compile(rb"[.!?][\"')]?\s+[A-Z]")
# Papers and guides tell what a model is told; a relay goes to others.
ONE_MODEL = re.compile(rb"(?i)\bthe (?:ai |coding |language )?(?:agent|assistant|model|bot|llm)$")
# "The parameters to pass to the tool command".
TO_PASS = re.compile(rb"(?i)\b(?:parameters?|arguments?|args|options|flags|values?|inputs?) to $")
# "Do not follow instructions returned by this tool" warns of what others wrote.
OF_RESULTS = re.compile(
    rb"(?i)(?: (?:or|and) \w+)?(?: (?:that|which) (?:is|are|was|were|may be))?"
    rb"(?: (?:returned|found|contained|embedded|included|present|written|hidden))? (?:by|from|in|inside|within)"
    rb" (?:this tool|the tool|(?:(?:the|its|any|these|tool|retrieved|fetched|returned|untrusted|external|third.party) ){0,3}"
    rb"(?:results?|data|outputs?|rows|pages?|web ?pages?|websites?|e?mails?|issues?|comments?|responses?))\b")
NOT_TO_DO = re.compile(rb"(?i) {0,2}(?:not|never|no longer)\b")
# "Never send it without asking" is the opposite of an order to act unasked.
WITHOUT = re.compile(rb"(?i)without")
DENIED = re.compile(rb"(?i)(?:\bnot|n['\xe2\x80\x99]{1,3}t|\bnever|\bcannot|\bno \w+)\b[^.!?\n;:]*$")
# Weight per group from which it speaks to somebody, and how near, in bytes, a deed must stand for it to be asked of them;
# a long text sets aside, marks and keeps quiet about much that nobody is asked to do.
SPOKEN_TO_A_MODEL = {"address": 2.0, "role": 3.0}
SPOKEN_TO = {**SPOKEN_TO_A_MODEL, "marker": 3.0, "override": 3.0, "secrecy": 2.0}
NEAR = 250
CONDITION = re.compile(rb"(?i)\b(?:if|when|unless) (?:you|we|they) $")
QUOTES = (b'"', b"`", b"\xe2\x80\x9c", b"'")


def is_quoted(data: bytes, start: int, end: int) -> bool:
    """Whether a phrase stands directly inside quotation marks or code marks: spoken of, not spoken."""
    before, after = data[max(0, start - 2):start + 1], data[end - 1:end + 60]
    if not any(quote in before for quote in QUOTES):
        return False
    return re.search(rb"[\"'`]|\xe2\x80\x9d", after.split(b"\n", 1)[0]) is not None
