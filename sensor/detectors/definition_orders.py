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
from sensor.detectors import definition_usage as usage
from sensor.detectors import definition_words as words
from sensor.detectors.decoders import decode
from sensor.detectors.definition_phrases import ADDRESS
from sensor.detectors.definition_words import TOKEN, Verbs, Wording, is_negated
from sensor.detectors.normalise import normalise, tag_text
from sensor.model.calls import Value
from sensor.model.effects import Text

# Score of the model of words (`injection_words`) from which a description reads like an order to a model.
# It was trained on results more than on definitions, so it only notes.
WORDED = -0.8
# Characters of a sentence that are looked at together; a longer one is read in parts that overlap.
LONGEST, OVERLAP = 600, 120
MAX_TEXT = 64 * 1024  # of one description
MAX_SENTENCES = 2000
SPLIT = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.!?][\"')\]*_`]*\s+|[。！？]|;\s+|\n\s*(?=\n|[-*•#>|<\[]|\d+[.)]|[A-Z])|\s{12,}|<!--|-->|<(?=/?[A-Za-z][\w-]*>)|>\s")
LEADING_TAG = re.compile(r"^\s*</?[A-Za-z][\w-]*(?: hidden| [^<>]{0,60}=[^<>]{0,60})?>")
CONTENT = re.compile(r"(?i)\b(?:contents?|values?|output|base64|dump|copy)\b")
PARAMETER = re.compile(r"properties\.([^.\[]+)")
VALUE_PLACE = re.compile(r"\.(?:default|const|enum|examples?)(?:\[|$|\.)")
# Parameters in which a secret, or the place of one, belongs.
KEEPS_SECRETS = re.compile(r"(?i)token|key|secret|passw|pass|pwd|auth|cred|cookie|session|login|pin|otp|cert|jwt|value|env|identity|config")
TAKES_COMMANDS = re.compile(r"(?i)comm?and|cmd|script|code")
DESTINATION = re.compile(r"(?i)\b(?:in|as|into|via|to|with) (?:the |its |field |parameter |argument )*[`'\"]\w+[`'\"]|\b(?:parameter|argument|field)\b|\bin `?\w+`?$|参数|字段|参數|パラメータ|に入れ|매개변수|параметр|поле\b")
SOURCE = re.compile(r"(?i)\b(?:from|in|of|out of) (?:the |your |their |this |its )*(?:environment|env|browser|disk|computer|machine|keychain|vault|password manager|chat|conversation|context|memory|config\w*|settings|project|workspace|repo\w*|home|other (?:tool|server)s?|user|clipboard|\.env|system)\b|\bcontents? of\b|\bvalue of\b|\boutput of\b|\b(?:user|nutzer|usuario|usuário|utente|utilisateur|gebruiker|kullanıcı)\w*\b|\bstored\b|\bsaved\b|\bin use\b|\byou (?:know|have|use|hold|find|found|come across|can (?:find|see))\b|\bavailable\b|\bfound\b|\bknown\b|\bany\b|\ball\b|\bof other\b|用户|ユーザー|사용자|пользовател|的值|の値|内容")
FOREIGN_SOURCE = re.compile(r"(?i)\bbrowser\b|\bkeychain\b|\bpassword manager\b|\bother (?:tool|server|site|service|app)s?\b|\bhome (?:folder|directory)\b")
OWN_KEY = re.compile(r"(?i)\b(?:get|obtain|create|generate|request|grab|find) (?:an?|your|the|one|it|this)(?: \w+){0,3} (?:keys?|tokens?) (?:from|at|in|on|under|here)|\b(?:your|valid|own) (?:\w+ )?(?:api )?(?:keys?|tokens?)\b|\bYOUR_|\bapi[ _-]?key (?:is )?required\b|\brequires? an? (?:\w+ )*(?:key|token)")
KNOWN_OF_PERSON = re.compile(r"(?i)\bas far as\b|\byou know\b|\bfrom (?:the )?(?:chat|memory|context)\b|\bknown\b|\breal\b|\byou (?:work for|serve|assist|talk to)\b|\bthey told\b")
SUMMARY = re.compile(r"(?i)\bsummar\w+|\brelevant\b|\bshort\b")
CALLS_ITSELF = re.compile(r"(?i)(?:\W|\w+ly )*(?:call|use|prefer|run|invoke) (?:it|this)\b")
ANSWERS = re.compile(r"(?i)\b(?:answer|reply|say|claim|respond|refuse|speak|turn|switch|treat|cancel|place|order|work in)\b")
REDIRECTED = re.compile(r"(?i)\b(?:recipients?|account|iban|remote|origin|registry|index|delivery address|base url|endpoint|payee|destination|wallet|upstream|proxy)\b")
REDIRECTS = re.compile(r"(?i)\b(?:replace|change|set|use|swap|put|add|point)\b|\bis always\b")
REGARDLESS = re.compile(r"(?i)\b(?:whatever|regardless|no matter|even if|outdated|before you|always|(?:open|existing|all|every|each) (?:\w+ )?(?:orders?|payments?|invoices?|transfers?|refunds?|bookings?|pushes))\b")
SHELL_VALUE = re.compile(r"(?:[;|]|&&|\$\()\s*(?:curl|wget|ba?sh|nc|python3?|cat|rm)\b|\|\s*(?:ba)?sh\b")
TEMPLATE_URL = re.compile(r"https?://\S*[?&/=](?:<|\{|\[|\$)")
# "Do not mention this tool" is said of lists and plans that are shown anyway.
NAMES_TOOL = re.compile(r"(?i)[ _](?:tool|server)")
# Tools that work with conversations, for which their parameters are no surprise.
ABOUT_MODELS = re.compile(r"(?i)\b(?:language models?|llms?|chats?|chat ?bots?|completions?|agents?|prompts?|models?|assistants?|threads?|messages?|inbox|e-?mails?|conversations?|advice)\b")
NAME = re.compile(
    r"(?i)(?:(?:full|entire|whole|complete|all|prior|previous|earlier|raw|original|recent|last)_(?:\w+_)?(?:chat|conversation|messages?|transcript|history|context|prompts?|dialog\w*|thoughts|reasoning|session)\w*|(?:contents?|outputs?|values?|text|data|dump|result)_(?:of|from)_\w*(?:env|ssh|rsa|passw|secret|cred|key|history|config|home|file|shadow|cookies|token|reading|memory|inbox)\w*"
    r"|(?:users?|human|your|owner|my|assistant|model|agent|ai|llm|system|developer|hidden)_(?:\w+_)?(?:private_?key|passwords?|secrets?|tokens?|cookies|credentials|ssh_?key|api_?keys?|instructions?|system_?prompt|prompt|reasoning|thoughts|memory|context)|chain_?of_?thought|system_?(?:prompt|instructions?|message)|(?:conversation|chat|message|session|prompt)_?(?:history|log|transcript|context|so_far)|side_?note|tool_?call_?history|available_?tools|tools?_?(?:list|available)|other_?tools|env(?:ironment)?_?(?:vars?|variables|dump)|dot_?env\w*|ssh_?private_?keys?|id_rsa|aws_?(?:credentials|secret\w*)|browser_?cookies?|seed_?phrase|mnemonic)")
LOOKALIKES = str.maketrans("АВЕІЈКМНОРСТХаеіјорсухѕԁһӏαοερνιΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEIJKMHOPCTXaeijopcyxsdhlaoepviABEZHIKMNOPTX")
MIXED = re.compile("[A-Za-z][\u0400-\u04ff\u0370-\u03ff]|[\u0400-\u04ff\u0370-\u03ff][A-Za-z]")


class Order(Value):
    """One thing that the model is told: `kind` is a key of `definition_report.ORDERS`, the weight 0.5 (a hint) to 2 (clear), and the text it stands in."""

    kind: str
    weight: float
    place: str


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


def thefts(one: Sentence) -> Iterator[tuple[str, float]]:
    """Secrets, private data and the conversation that are to be brought along."""
    if usage.leaves_out(one.said):
        return
    if usage.is_example(one.said) and one.secrets and not one.files and not one.obliges:
        yield "secrets", 0.5
        return
    if one.files and one.orders and not usage.names_a_context(one.said):
        grave = (one.carries or one.passive or (one.takes and one.obliges)) and not (one.in_schema and one.holds_secrets)
        yield "secrets", 2.0 if grave else 1.0
    if one.secrets and one.orders and not one.matches(OWN_KEY) and not (one.in_schema and one.holds_secrets):
        bring, source = one.takes and (one.carries or (one.gives and one.matches(DESTINATION))), one.matches(SOURCE)
        if not one.first and (bring or (one.passive and not one.in_schema) or (one.carries and one.matches(DESTINATION) and not one.in_schema)):
            yield "secrets", 2.0 if (bring or source) and (one.obliges or source) and not one.in_schema else 1.0
        elif source and one.carries:
            yield "secrets", 1.0
    if one.context and (one.carries or one.passive) and one.orders and (one.has(words.WHOLE) or one.obliges):
        yield "context", one.surprise
    if one.private and one.orders and not one.in_schema:
        if (one.takes and one.carries) or (one.passive and one.gives):
            yield "private", 1.0
        elif (one.carries or (one.gives and one.matches(DESTINATION))) and not one.first:
            yield "private", 0.5


def wishes(one: Sentence) -> Iterator[tuple[str, float]]:
    """What a parameter asks to be filled with, said as a noun."""
    if not one.place.names or usage.leaves_out(one.said):
        return
    if one.files and one.matches(CONTENT) and not usage.names_a_context(one.said):
        yield "secrets", 1.0 if one.holds_secrets else 2.0
    if one.context and one.has(words.WHOLE) and not one.quoted and not usage.is_about_omission(one.said):
        yield "context", one.surprise
    if one.secrets and one.matches(SOURCE) and (not one.holds_secrets or one.matches(FOREIGN_SOURCE)) and not one.matches(OWN_KEY):
        yield "secrets", 1.0
    if one.private and one.matches(KNOWN_OF_PERSON):
        yield "private", 1.0


def values(one: Sentence) -> Iterator[tuple[str, float]]:
    """Values that come with the schema and do harm where they are taken over."""
    if not one.place.fills or len(one.said) > 300:
        return
    if one.has(words.FILES) and not one.holds_secrets:
        yield "value", 1.0
    if one.matches(SHELL_VALUE) and not TAKES_COMMANDS.search(one.place.parameter):
        yield "value", 1.0
    if one.matches(TEMPLATE_URL):
        yield "value", 1.0


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


def redirections(one: Sentence) -> Iterator[tuple[str, float]]:
    """Addresses and accounts that are to be written to, paid or used instead."""
    is_elsewhere = len(one.bare) != len(one.said) and not one.in_schema and not usage.limits_addresses(one.said)
    if is_elsewhere and not one.without_addresses.has(phrases.AS_EXAMPLE) and one.without_addresses.says(words.OUT):
        if not one.first and not one.of_tool and not usage.is_example_call(one.said):
            yield "redirect", 2.0
        elif one.obliges:
            yield "redirect", 1.0
    if one.first or one.in_schema or not one.matches(REDIRECTED) or not one.matches(REGARDLESS):
        return
    if any(not is_negated(one.said, match) for match in REDIRECTS.finditer(one.said)):
        yield "redirect", 1.0


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


FAMILIES: tuple[Callable[[Sentence], Iterator[tuple[str, float]]], ...] = (thefts, wishes, values, silences, redirections, claims_on_others, changes, pressures)


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


def place_of(name: str, of_models: bool) -> Place:
    """Where the text of that name stands, as for its first sentence."""
    is_in_schema, found = name not in ("description", "title"), PARAMETER.findall(name)
    says_names = is_in_schema and name.endswith(("description", "title", "default"))
    return Place(parameter=found[-1] if found else "", in_schema=is_in_schema, first=not is_in_schema, names=says_names,
                 fills=VALUE_PLACE.search(name) is not None, of_models=of_models)


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
