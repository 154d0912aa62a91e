"""One sentence of a tool's definition: where it stands, and what it is about. `definition_taking` and `definition_steering` ask it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from sensor.detectors import definition_phrases as phrases
from sensor.detectors import definition_words as words
from sensor.detectors.definition_phrases import ADDRESS
from sensor.detectors.definition_words import TOKEN, Verbs, Wording, is_negated
from sensor.model.calls import Value

# Characters of a sentence that are looked at together; a longer one is read in parts that overlap.
LONGEST, OVERLAP = 600, 120
SPLIT = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.!?][\"')\]*_`]*\s+|[。！？]|;\s+|\n\s*(?=\n|[-*•#>|<\[]|\d+[.)]|[A-Z])|\s{12,}|<!--|-->|<(?=/?[A-Za-z][\w-]*>)|>\s")
LEADING_TAG = re.compile(r"^\s*</?[A-Za-z][\w-]*(?: hidden| [^<>]{0,60}=[^<>]{0,60})?>")
PARAMETER = re.compile(r"properties\.([^.\[]+)")
VALUE_PLACE = re.compile(r"\.(?:default|const|enum|examples?)(?:\[|$|\.)")
# Parameters in which a secret, or the place of one, belongs.
KEEPS_SECRETS = re.compile(r"(?i)token|key|secret|passw|pass|pwd|auth|cred|cookie|session|login|pin|otp|cert|jwt|value|env|identity|config")
SUMMARY = re.compile(r"(?i)\bsummar\w+|\brelevant\b|\bshort\b")


class Place(Value):
    """Where a sentence stands. `parameter` is the name of the one it belongs to, "" outside of a schema.

    `first` = the first of a description, where a bare verb names the tool's own work. `names` = it says what to fill in,
    `fills` = it is such a value itself. `decoded` = a reader does not see it as it is read here. `of_models` = the tool works with models or conversations.
    """

    parameter: str = ""
    in_schema: bool = False
    first: bool = False
    names: bool = False
    fills: bool = False
    decoded: bool = False
    of_models: bool = False


def place_of(name: str, of_models: bool) -> Place:
    """Where the text of that name stands, as for its first sentence."""
    is_in_schema, found = name not in ("description", "title"), PARAMETER.findall(name)
    says_names = is_in_schema and name.endswith(("description", "title", "default"))
    return Place(parameter=found[-1] if found else "", in_schema=is_in_schema, first=not is_in_schema, names=says_names,
                 fills=VALUE_PLACE.search(name) is not None, of_models=of_models)


class Sentence:
    """One sentence of a definition and what it is about, asked for once each."""

    def __init__(self, said: str, place: Place) -> None:
        self.said, self.low, self.place = said, said.lower(), place
        self.tokens = frozenset(TOKEN.findall(self.low))
        self.first, self.in_schema = place.first, place.in_schema
        self.holds_secrets = KEEPS_SECRETS.search(place.parameter) is not None

    def has(self, wording: Wording | Verbs) -> bool:
        """Whether it holds a match at all."""
        return next(wording.places(self), None) is not None

    def says(self, wording: Wording | Verbs) -> bool:
        """Whether it holds a match that nothing negates."""
        return any(not is_negated(self.said, match) for match in wording.places(self))

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern occurs."""
        return pattern.search(self.said) is not None

    @functools.cached_property
    def files(self) -> bool:
        return self.says(words.FILES)

    @functools.cached_property
    def secrets(self) -> bool:
        return self.says(words.SECRETS)

    @functools.cached_property
    def context(self) -> bool:
        return self.says(words.CONTEXT) and not (self.in_schema and self.has(phrases.OPTION)) and not self.matches(SUMMARY)

    @property
    def surprise(self) -> float:
        """What a wish for the conversation weighs: tools for models work with conversations."""
        return 0.5 if self.in_schema and self.place.of_models else 1.0

    @functools.cached_property
    def private(self) -> bool:
        return self.says(words.PRIVATE)

    @functools.cached_property
    def carries(self) -> bool:
        return self.says(words.CARRY)

    @functools.cached_property
    def gives(self) -> bool:
        return self.says(words.GIVE)

    @functools.cached_property
    def takes(self) -> bool:
        return self.says(words.TAKE)

    @functools.cached_property
    def passive(self) -> bool:
        return self.says(words.PASSIVE)

    @functools.cached_property
    def obliges(self) -> bool:
        return self.matches(words.OBLIGED)

    @functools.cached_property
    def of_tool(self) -> bool:
        """Whether it tells in the third person what the tool does; behind a colon somebody may be told something all the same."""
        return not self.passive and phrases.THIRD_PERSON.match(self.said.rsplit(": ", 1)[-1]) is not None

    @functools.cached_property
    def orders(self) -> bool:
        return (self.gives or self.takes or self.passive) and (not self.first or self.obliges) and not (self.of_tool and not self.obliges)

    @functools.cached_property
    def bare(self) -> str:
        """Without the addresses it names."""
        return ADDRESS.sub(" ", self.said)

    @functools.cached_property
    def without_addresses(self) -> Sentence:
        """The same sentence, in which no part of an address counts as a word."""
        return Sentence(self.bare, self.place)

    @functools.cached_property
    def quoted(self) -> bool:
        return self.has(phrases.QUOTED)


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, each up to its mark; long ones in parts."""
    at = 0
    for match in SPLIT.finditer(text):
        yield from _parts(text[at:match.start() + 1])
        at = match.end()
    yield from _parts(text[at:])


def _parts(said: str) -> Iterator[str]:
    said = LEADING_TAG.sub("", said).strip()
    for start in range(0, max(len(said) - OVERLAP, 1) if said else 0, LONGEST - OVERLAP):
        yield said[start:start + LONGEST]
