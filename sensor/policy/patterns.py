"""All text patterns of a rule set, in one pass per text, and what each hit means for which rule.

What the patterns of an exclude match excuses itself and nothing beside it: it is cut out of the text, and the rule must
still hold on what is left. They are in no database, as they are looked for only where their rule holds.

Texts of different kinds are scanned with different databases: most rules on results and descriptions never look at a
command, and what is not in the database costs nothing. Patterns of rules that also have an effect part (gated rules) have
databases of their own. Over a short text they are scanned at once, so that effects are asked only for rules of which a
pattern was found; over a long one, only when the effect part of one of these rules holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from sensor.model.calls import Value
from sensor.model.effects import Span, TextField
from sensor.patterns import engines, syntax
from sensor.patterns.cutting import MAX_BYTES, cut_out, may_have
from sensor.patterns.finder import Finder
from sensor.policy.rule import Pattern, Rule, TextMatch

LONG_TEXT = 8192  # bytes
DEFAULT_FIELDS = frozenset(TextField) - {TextField.REMOVED}
FIELD_GROUPS: tuple[frozenset[TextField], ...] = (
    frozenset({TextField.COMMAND}),
    frozenset({TextField.PATH, TextField.URL, TextField.ARGS}),
    frozenset({TextField.CONTENT, TextField.REMOVED}),
    frozenset({TextField.RESULT, TextField.PROMPT}),
    frozenset({TextField.DESCRIPTION}),
)
"""Fields whose texts share a database."""

Numbers = frozenset[int]


class Database(Value, array_like=True):
    """The patterns that are compiled together, and the place in `FIELD_GROUPS` of the fields whose texts they are for.

    `gated`: only of rules with an effect part. Rules that are not `shipped` have databases of their own, so that one more is compiled alone.
    """

    fields: int
    gated: bool
    shipped: bool
    numbers: tuple[int, ...]


class BookFacts(Value):
    """What a book is made of, as the cache keeps it. `rules_of` are the rules that each pattern is looked for."""

    patterns: tuple[str, ...]
    rules_of: tuple[tuple[int, ...], ...]
    gated_rules: tuple[int, ...]
    databases: tuple[Database, ...]


def book_facts(rules: Sequence[Rule]) -> BookFacts:
    """The facts of the rules that have patterns."""
    numbers: dict[str, int] = {}
    rules_of: dict[int, list[int]] = {}
    gated_rules = []
    fields: dict[tuple[bool, int], set[TextField]] = {}
    ungated = set()
    for number, rule in enumerate(rules):
        if rule.match.patterns is None:
            continue
        for pattern in dict.fromkeys(map(pattern_text, rule.match.patterns.patterns)):
            place = (rule.shipped, numbers.setdefault(pattern, len(numbers)))
            fields.setdefault(place, set()).update(rule.match.patterns.fields or DEFAULT_FIELDS)
            if rule.match.effect is None:
                ungated.add(place)
            rules_of.setdefault(numbers[pattern], []).append(number)
        if rule.match.effect is not None:
            gated_rules.append(number)
    databases = (
        Database(fields=group, gated=gated, shipped=shipped, numbers=tuple(sorted(
            place[1] for place, own in fields.items() if place[0] is shipped and own & FIELD_GROUPS[group] and (place not in ungated) is gated)))
        for group in range(len(FIELD_GROUPS)) for gated in (False, True) for shipped in (True, False))
    return BookFacts(
        patterns=tuple(numbers), rules_of=tuple(tuple(rules_of.get(number, ())) for number in range(len(numbers))), gated_rules=tuple(gated_rules),
        databases=tuple(one for one in databases if one.numbers))


def pattern_text(pattern: Pattern) -> str:
    """The regular expression of a pattern."""
    return pattern.value if pattern.type == "regex" else syntax.literal_pattern(pattern.value)


class Excuse(msgspec.Struct, frozen=True):
    """The patterns of an exclude: `some` needs one, `every` all."""

    some: tuple[Finder, ...]
    every: tuple[Finder, ...]

    def holds(self, data: bytes) -> bool:
        return (not self.some or any(one.find(data) for one in self.some)) and all(one.find(data) for one in self.every)


class Wanted(msgspec.Struct, frozen=True):
    """The patterns of one rule by number: `some` needs one, `every` all."""

    fields: frozenset[TextField]
    some: Numbers
    every: Numbers
    excuses: tuple[Excuse, ...]


def excuse_of(patterns: TextMatch) -> Excuse:
    """The patterns of an exclude, each compiled when it is first looked for."""
    some, every = (tuple([Finder(pattern_text(pattern)) for pattern in group]) for group in (patterns.any, patterns.all))
    return Excuse(some=some, every=every)


class Look(Value):
    """A text that was scanned. `hits` are (number of the pattern, end); without those of gated rules when it `is_long`."""

    data: bytes
    field: TextField
    hits: tuple[engines.Hit, ...]
    is_long: bool


class Group(Value):
    """A database and the numbers of the patterns in it."""

    engine: engines.Engine
    numbers: tuple[int, ...]


class PatternBook:
    """`look` at each text, then `match` what was seen. `gated` are the rules that have an effect part too."""

    def __init__(self, facts: BookFacts, rules: Sequence[Rule], cache: Path | None = None, engine: str = "") -> None:
        """`facts` are those of `rules`. Raises PatternError."""
        self.patterns = facts.patterns
        self.engine = engine or engines.available()[0]
        self.gated = frozenset(facts.gated_rules)
        self._rules = rules
        self._rules_of = facts.rules_of
        self._groups: dict[TextField, list[Group]] = {field: [] for field in TextField}
        self._gated_groups: dict[TextField, list[Group]] = {field: [] for field in TextField}
        built = {one: _built(facts, one, cache, engine) for one in (True, False)}
        self.uncompiled = engines.uncompiled([database for group in built.values() for _, database in group])
        """The patterns of databases that the cache does not have, for `engines.compile_all`; until then a slower engine finds the same."""
        for one, database in (*built[True], *built[False]):
            for field in FIELD_GROUPS[one.fields]:
                (self._gated_groups if one.gated else self._groups)[field].append(Group(engine=database, numbers=one.numbers))
        self._numbers = {text: number for number, text in enumerate(facts.patterns)}
        self._wanted: dict[int, Wanted] = {}
        self._finders: dict[int, Finder] = {}

    def warm(self) -> Iterator[None]:
        """Read the databases that commands and paths are scanned with, one in each step."""
        for field in (TextField.COMMAND, TextField.PATH):
            for group in (*self._groups[field], *self._gated_groups[field]):
                group.engine.scan(b"")
                yield

    def look(self, data: bytes, field: TextField) -> Look:
        """Scan a text."""
        is_long = len(data) > LONG_TEXT
        hits = self._scan(self._groups[field], data)
        return Look(data=data, field=field, hits=hits if is_long else hits + self._scan(self._gated_groups[field], data), is_long=is_long)

    def worth_asking(self, looks: Sequence[Look]) -> Numbers:
        """The gated rules that may have a pattern in one of these texts."""
        if any(look.is_long for look in looks):
            return self.gated
        return self.gated.intersection([number for look in looks for pattern, _ in look.hits for number in self._rules_of[pattern]])

    def match(self, look: Look, scope: Numbers, fired: Collection[int] = ()) -> Iterator[tuple[int, Span]]:
        """Numbers of the rules whose patterns hold on this text, with the place of one of them.

        Gated rules count only where their effect part holds: those in `fired`.
        """
        hits, data, field = look.hits, look.data, look.field
        if look.is_long and not self.gated.isdisjoint(fired):
            hits += self._scan(self._gated_groups[field], data)
        if not hits:
            return
        have = frozenset(number for number, _ in hits)
        seen: set[int] = set()
        for pattern, end in hits:
            for number in self._rules_of[pattern]:
                if number in scope and number not in seen and (number in fired or number not in self.gated):
                    seen.add(number)
                    wanted = self._wanted_by(number)
                    if field not in wanted.fields or not _found(wanted.some, wanted.every, have):
                        continue
                    left = self._left(wanted, data) if wanted.excuses else data
                    place = self._finder(pattern).find_near(data, end) if left == data else self._place(wanted, left)
                    if place is not None:
                        yield number, Span(start=place[0], end=place[1])

    def _scan(self, groups: Sequence[Group], data: bytes) -> tuple[engines.Hit, ...]:
        return tuple([(group.numbers[index], end) for group in groups for index, end in group.engine.scan(data)])

    def _wanted_by(self, number: int) -> Wanted:
        wanted = self._wanted.get(number)
        if wanted is None:
            match = self._rules[number].match
            text = match.patterns or TextMatch()
            wanted = self._wanted[number] = Wanted(
                fields=text.fields or DEFAULT_FIELDS, some=self._number_all(text.any), every=self._number_all(text.all),
                excuses=tuple(excuse_of(exclude.patterns) for exclude in match.excludes if exclude.patterns))
        return wanted

    def _number_all(self, patterns: Iterable[Pattern]) -> Numbers:
        return frozenset(self._numbers[pattern_text(pattern)] for pattern in patterns)

    def _finder(self, pattern: int) -> Finder:
        return self._finders.setdefault(pattern, Finder(self.patterns[pattern]))

    def _left(self, wanted: Wanted, data: bytes) -> bytes:
        """What the excuses of a rule leave of a text."""
        known = [one for excuse in wanted.excuses if len(data) <= MAX_BYTES and excuse.holds(data) for one in (*excuse.some, *excuse.every)]
        return cut_out(data, known) if known else data

    def _place(self, wanted: Wanted, left: bytes) -> tuple[int, int] | None:
        """Byte range of a pattern of the rule in what is left of a text; None when the rule does not hold on that."""
        places = {number: place for number in sorted(wanted.some | wanted.every) if (place := may_have(left, self._finder(number))) is not None}
        return next(iter(places.values())) if _found(wanted.some, wanted.every, frozenset(places)) else None


def _built(facts: BookFacts, shipped: bool, cache: Path | None, engine: str) -> list[tuple[Database, engines.Engine]]:
    """The engines of our databases, which were tried when a release was made, or of a user's, which are compiled now: they may be refused."""
    ours = [one for one in facts.databases if one.shipped is shipped]
    build = engines.build_at_once if shipped else engines.build_all
    return list(zip(ours, build([[facts.patterns[number] for number in one.numbers] for one in ours], cache, engine), strict=True))


def _found(some: Numbers, every: Numbers, have: Numbers) -> bool:
    return (not some or not some.isdisjoint(have)) and every <= have and bool(some or every)
