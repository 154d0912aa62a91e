"""Hear in a tool's definition what the model is told to do beyond the call: which families of order, and how clearly.

A definition says what a tool does and how its arguments are filled. Orders are told from that by what they are aimed at
(secrets, the conversation, other tools, the user's knowledge) and by their mood: what stands in the third person, is an
option, is forbidden or is the first sentence of the description tells of the tool's own work.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

from sensor.detectors import definition_phrases as phrases
from sensor.detectors import definition_steering as steering
from sensor.detectors import definition_taking as taking
from sensor.detectors.decoders import decode
from sensor.detectors.definition_sentence import Place, Sentence, place_of, sentences_of
from sensor.detectors.unicode_tricks import tag_text
from sensor.model.calls import Value
from sensor.model.effects import Text
from sensor.patterns.normalise import normalise

# Score of the model of words (`injection_words`) from which a description reads like an order to a model.
# It was trained on results more than on definitions, so it only notes.
WORDED = -0.8
MAX_TEXT = 64 * 1024  # of one description
MAX_SENTENCES = 2000
# Tools that work with conversations, for which their parameters are no surprise.
ABOUT_MODELS = re.compile(r"(?i)\b(?:language models?|llms?|chats?|chat ?bots?|completions?|agents?|prompts?|models?|assistants?|threads?|messages?|inbox|e-?mails?|conversations?|advice)\b")
NAME = re.compile(
    r"(?i)(?:(?:full|entire|whole|complete|all|prior|previous|earlier|raw|original|recent|last)_(?:\w+_)?(?:chat|conversation|messages?|transcript|history|context|prompts?|dialog\w*|thoughts|reasoning|session)\w*|(?:contents?|outputs?|values?|text|data|dump|result)_(?:of|from)_\w*(?:env|ssh|rsa|passw|secret|cred|key|history|config|home|file|shadow|cookies|token|reading|memory|inbox)\w*"
    r"|(?:users?|human|your|owner|my|assistant|model|agent|ai|llm|system|developer|hidden)_(?:\w+_)?(?:private_?key|passwords?|secrets?|tokens?|cookies|credentials|ssh_?key|api_?keys?|instructions?|system_?prompt|prompt|reasoning|thoughts|memory|context)|chain_?of_?thought|system_?(?:prompt|instructions?|message)|(?:conversation|chat|message|session|prompt)_?(?:history|log|transcript|context|so_far)|side_?note|tool_?call_?history|available_?tools|tools?_?(?:list|available)|other_?tools|env(?:ironment)?_?(?:vars?|variables|dump)|dot_?env\w*|ssh_?private_?keys?|id_rsa|aws_?(?:credentials|secret\w*)|browser_?cookies?|seed_?phrase|mnemonic)")
LOOKALIKES = str.maketrans("АВЕІЈКМНОРСТХаеіјорсухѕԁһӏαοερνιΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEIJKMHOPCTXaeijopcyxsdhlaoepviABEZHIKMNOPTX")
MIXED = re.compile("[A-Za-z][\u0400-\u04ff\u0370-\u03ff]|[\u0400-\u04ff\u0370-\u03ff][A-Za-z]")
FAMILIES: tuple[Callable[[Sentence], Iterator[tuple[str, float]]], ...] = (
    taking.thefts, taking.commands, taking.wishes, taking.values, steering.silences, taking.redirections, steering.claims_on_others, steering.changes, steering.pressures,
)


class Order(Value):
    """One thing that the model is told: `kind` is a key of `definition_report.ORDERS`, the weight 0.5 (a hint) to 2 (clear), and the text it stands in."""

    kind: str
    weight: float
    place: str


def hear(texts: tuple[Text, ...], is_late: Callable[[], bool]) -> tuple[Order, ...]:
    """The orders in the texts of one definition, the heaviest of each kind, heaviest first.

    Where `is_late` says that time is up, or a text has more than MAX_TEXT characters or MAX_SENTENCES, what is left counts as an order to read no further: nobody has looked at it.
    """
    own = next((text.text for text in texts if text.name == "name"), "")
    described = " ".join(text.text for text in texts if text.name == "description")
    of_models = ABOUT_MODELS.search(described) is not None
    self_name = re.compile(rf"\b{re.escape(own)}\b") if own else None
    heaviest: dict[str, Order] = {}
    for text in texts:
        for order in _hear_text(text, self_name, of_models, is_late):
            if order.kind not in heaviest or order.weight > heaviest[order.kind].weight:
                heaviest[order.kind] = order
    return tuple(sorted(heaviest.values(), key=lambda order: -order.weight))


def beyond_first(texts: tuple[Text, ...]) -> str:
    """The descriptions in the texts of one definition without their first sentences, which name the tool's own work."""
    return " ".join(said for text in texts if text.name == "description" for said in islice(sentences_of(normalise(text.text[:MAX_TEXT])), 1, MAX_SENTENCES))


def _hear_text(text: Text, self_name: re.Pattern[str] | None, of_models: bool, is_late: Callable[[], bool]) -> Iterator[Order]:
    if text.name == "name":
        return
    if text.name.endswith(f"properties.{text.text}"):
        if NAME.fullmatch(text.text) and not of_models:
            yield Order(kind="name", weight=1.0, place=text.name)
        return
    given = text.text[:MAX_TEXT]
    if len(text.text) > MAX_TEXT:
        yield Order(kind="unread", weight=1.0, place=text.name)
    place, plain = place_of(text.name, of_models), normalise(given)
    for view in (plain, *_decoded_views(given, plain)):
        if self_name is not None:
            view = self_name.sub("this_tool", view)
        heard = [*_hear_view(view, place, is_late)]
        if heard and place.decoded:
            heard.append(("hidden", 1.0))
        for kind, weight in heard:
            yield Order(kind=kind, weight=weight, place=text.name)
        place = msgspec.structs.replace(place, first=False, decoded=True)


def _decoded_views(raw: str, plain: str) -> Iterator[str]:
    """What is written in another way: tag characters, look-alike letters, encodings."""
    if not raw.isascii():
        yield tag_text(raw)
        if MIXED.search(plain):
            yield plain.translate(LOOKALIKES)
    if len(plain) >= 24:
        yield from (piece.text for piece in decode(plain[:MAX_TEXT]).pieces)


def _hear_view(view: str, place: Place, is_late: Callable[[], bool]) -> Iterator[tuple[str, float]]:
    if phrases.HIDDEN_BLOCK.search(view):
        yield "block", 0.5
    for number, said in enumerate(sentences_of(view)):
        if is_late() or number >= MAX_SENTENCES:
            yield "unread", 1.0
            return
        yield from hear_sentence(said, place)
        if place.first:
            place = msgspec.structs.replace(place, first=False)


@functools.lru_cache(maxsize=2048)
def hear_sentence(said: str, place: Place) -> tuple[tuple[str, float], ...]:
    """(kind, weight) of each order in one sentence. Servers say the same of many tools, and again in every session."""
    one = Sentence(said, place)
    return tuple(order for family in FAMILIES for order in family(one))
