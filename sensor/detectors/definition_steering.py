"""Orders about how the model is to behave: what it keeps from the user, does to other tools, makes last, obeys and prefers.

Each family gives (kind, weight) of the orders in one sentence; `definition_orders` says what a weight means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sensor.detectors import definition_phrases as phrases
from sensor.detectors import definition_usage as usage
from sensor.detectors import definition_words as words
from sensor.detectors.definition_sentence import Sentence
from sensor.detectors.definition_words import is_negated

# "Do not mention this tool" is said of lists and plans that are shown anyway.
NAMES_TOOL = re.compile(r"(?i)[ _](?:tool|server)")
CALLS_ITSELF = re.compile(r"(?i)(?:\W|\w+ly )*(?:call|use|prefer|run|invoke) (?:it|this)\b")
ANSWERS = re.compile(r"(?i)\b(?:answer|reply|say|claim|respond|refuse|speak|turn|switch|treat|cancel|place|order|work in)\b")


def silences(one: Sentence) -> Iterator[tuple[str, float]]:
    """What the user is not to hear, or not to be asked."""
    hidden = next(phrases.HIDES.places(one), None)
    if hidden:
        is_harmless = one.of_tool or one.quoted or one.matches(phrases.KEPT_SECRET) or usage.is_told_to_see(hidden.group())
        is_manner = phrases.IN_SILENCE.match(hidden.group()) and (not one.orders or is_negated(one.said, hidden))
        if not is_harmless and not is_manner:
            yield "silence", 0.5 if NAMES_TOOL.match(one.said[hidden.end():]) or (one.in_schema and usage.is_choice(one.said)) else 1.0
    if one.says(phrases.UNASKED) and not one.of_tool and not (one.in_schema and one.has(phrases.OPTION)):
        yield "unasked", 1.0


def claims_on_others(one: Sentence) -> Iterator[tuple[str, float]]:
    """What is said about other tools."""
    if one.of_tool or one.quoted:
        return
    stakes = one.secrets or one.private or one.files or one.context or len(one.bare) != len(one.said) or one.has(phrases.HIDES)
    anywhere = one.has(phrases.NEVER_OTHER) or one.has(phrases.THROUGH_HERE) or one.has(phrases.OUTPUT_OF_OTHER)
    is_further_in = not one.first and not one.in_schema
    of_other = (phrases.OTHER_IS_BAD, phrases.ARGUMENTS_OF_OTHER, phrases.AT_CALL_OF_OTHER)
    if anywhere or (is_further_in and (any(map(one.has, of_other)) or (stakes and one.has(phrases.ALSO_CALL)))):
        yield "others", 1.0
    elif not one.first and one.has(phrases.WHEN_OTHER) and (one.obliges or one.gives or one.says(words.CHANGE)):
        yield "others", 1.0 if one.says(words.CHANGE) else 0.5


def changes(one: Sentence) -> Iterator[tuple[str, float]]:
    """What is to last, to weaken, to deceive or to be obeyed."""
    if one.has(phrases.SETTLED_IN) and ((one.says(words.PUT) and (not one.first or one.obliges) and not one.of_tool) or one.passive):
        yield "settle", 1.0
    if one.says(phrases.ROLE) and not one.quoted:
        yield "role", 0.5 if usage.is_dialogue(one.said) else 1.0
    if one.has(phrases.RESULTS):
        yield "results", 0.5
    if one.says(phrases.MASTERS) and not one.of_tool and not one.quoted:
        yield "obey", 1.0
    elif one.says(phrases.OBEY) and not one.of_tool:
        yield "obey", 0.5
    if one.says(phrases.WEAKENS) and not one.of_tool and not one.has(phrases.OPTION):
        yield "weaken", 1.0
    if one.has(phrases.COVERT) and not one.of_tool and not one.quoted:
        yield "covert", 1.0
    if one.has(phrases.ENDLESS):
        yield "endless", 1.0


def pressures(one: Sentence) -> Iterator[tuple[str, float]]:
    """When an order is to hold, who is said to want it, and what is to be preferred."""
    scope = one.has(phrases.SCOPE)
    acts = one.gives or one.takes or one.passive or one.says(words.OUT) or one.matches(ANSWERS)
    if scope and acts and not CALLS_ITSELF.match(one.said) and (not one.first or one.obliges) and not one.of_tool:
        yield "scope", 0.5
        if one.says(phrases.HARM):
            yield "harm", 0.5
    if one.has(phrases.BY_ORDER) and (one.orders or one.secrets or one.context) and not one.of_tool:
        yield "authority", 1.0 if (one.secrets or one.context or one.files or one.private) and one.orders else 0.5
    if one.says(phrases.CHOOSE) or one.has(phrases.SLANDER):
        yield "promote", 1.0
    elif one.has(phrases.PROMOTE) and (scope or one.obliges or not one.first) and not one.of_tool:
        yield "promote", 1.0 if scope else 0.5
