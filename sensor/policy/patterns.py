"""All text patterns of a rule set, in one pass per text, and what each hit means for which rule.

Texts of different kinds are scanned with different databases: most rules on results and descriptions never look at a
command, and what is not in the database costs nothing. Patterns of rules that also have an effect part (gated rules) have
databases of their own. Over a short text they are scanned at once, so that effects are asked only for rules of which a
pattern was found; over a long one, only when the effect part of one of these rules holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from sensor.model.calls import Value
from sensor.model.effects import Span, TextField
from sensor.patterns import engines, syntax
from sensor.policy.rule import Exclude, Pattern, Rule, TextMatch

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


class Wanted(Value):
    """The patterns of one rule by number: `some` needs one, `every` all, `excuses` cancel."""

    fields: frozenset[TextField]
    some: Numbers
    every: Numbers
    excuses: tuple[tuple[Numbers, Numbers], ...]


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
    """Build, `compile`, then `look` at each text, and `match` what was seen. `gated` are the rules that have an effect part too."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.patterns: list[str] = []
        self.engine = ""
        self._groups: dict[TextField, Group] = {}
        self._gated_groups: dict[TextField, Group] = {}
        self.gated = frozenset(number for number, rule in enumerate(rules) if rule.match.patterns is not None and rule.match.effect)
        self._ungated: set[int] = set()
        self._numbers: dict[str, int] = {}
        self._fields: list[set[TextField]] = []
        self._rules_of: dict[int, list[int]] = {}
        self._wanted: dict[int, Wanted] = {}
        for number, rule in enumerate(rules):
            if rule.match.patterns is not None:
                self._add(number, rule.match.patterns, rule.match.excludes)
        self._finders = [engines.Finder(pattern) for pattern in self.patterns]

    def _add(self, number: int, text: TextMatch, excludes: Sequence[Exclude]) -> None:
        wanted = Wanted(
            fields=text.fields or DEFAULT_FIELDS, some=self._number_all(text.any), every=self._number_all(text.all),
            excuses=tuple((self._number_all(e.patterns.any), self._number_all(e.patterns.all)) for e in excludes if e.patterns),
        )
        self._wanted[number] = wanted
        for pattern in wanted.some | wanted.every:
            self._rules_of.setdefault(pattern, []).append(number)
        needed = wanted.some.union(wanted.every, *(one | two for one, two in wanted.excuses))
        for pattern in needed:
            self._fields[pattern] |= wanted.fields
        if number not in self.gated:
            self._ungated |= needed

    def _number_all(self, patterns: Iterable[Pattern]) -> Numbers:
        return frozenset(self._number(pattern) for pattern in patterns)

    def _number(self, pattern: Pattern) -> int:
        text = pattern.value if pattern.type == "regex" else syntax.literal_pattern(pattern.value)
        if text not in self._numbers:
            self._numbers[text] = len(self.patterns)
            self.patterns.append(text)
            self._fields.append(set())
        return self._numbers[text]

    def compile(self, cache: Path | None, engine: str) -> None:
        """Build the databases. Raises PatternError."""
        for fields in FIELD_GROUPS:
            numbers = [number for number, own in enumerate(self._fields) if own & fields]
            for groups, is_gated in ((self._groups, False), (self._gated_groups, True)):
                own = tuple(number for number in numbers if (number not in self._ungated) is is_gated)
                group = Group(engine=engines.build([self.patterns[number] for number in own], cache, engine), numbers=own)
                groups |= dict.fromkeys(fields, group)
                self.engine = group.engine.name

    def look(self, data: bytes, field: TextField) -> Look:
        """Scan a text."""
        is_long = len(data) > LONG_TEXT
        hits = self._scan(self._groups[field], data)
        return Look(data=data, field=field, hits=hits if is_long else hits + self._scan(self._gated_groups[field], data), is_long=is_long)

    def worth_asking(self, looks: Sequence[Look]) -> Numbers:
        """The gated rules that may have a pattern in one of these texts."""
        if any(look.is_long for look in looks):
            return self.gated
        return self.gated.intersection([number for look in looks for pattern, _ in look.hits for number in self._rules_of.get(pattern, ())])

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
            for number in self._rules_of.get(pattern, ()):
                if number in scope and number not in seen and (number in fired or number not in self.gated):
                    seen.add(number)
                    if self._holds(self._wanted[number], field, have):
                        start, stop = self._finders[pattern].find_near(data, end)
                        yield number, Span(start=start, end=stop)

    def _scan(self, group: Group, data: bytes) -> tuple[engines.Hit, ...]:
        hits = group.engine.scan(data)
        return tuple([(group.numbers[index], end) for index, end in hits]) if hits else ()

    def _holds(self, wanted: Wanted, field: TextField, have: Numbers) -> bool:
        return (field in wanted.fields and _found(wanted.some, wanted.every, have)
                and not any(_found(some, every, have) for some, every in wanted.excuses))


def _found(some: Numbers, every: Numbers, have: Numbers) -> bool:
    return (not some or not some.isdisjoint(have)) and every <= have and bool(some or every)
