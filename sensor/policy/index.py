"""Finds the few conditions that an effect could satisfy, so that hundreds of rules cost microseconds.

A set of clauses is a number with one bit for each. Every kind of need (a program, a subcommand, a flag, a label on a path) is
an axis: it knows which clauses each word satisfies and which clauses do not ask. A candidate satisfies every axis, so it
is left over by one "and" per axis; what is costly to know of an effect is asked only while a clause that needs it is left.
`candidates` may give too many, never too few.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence

from sensor.model.calls import Value
from sensor.model.effects import Effect, Effects
from sensor.policy.conditions import PLACE_KEYS, Condition, View
from sensor.policy.rule import EffectCondition, Words

MAX_PROGRAMS = 4096
MAX_NAME = 255  # no file has a longer name
FEATURES = ("privilege", "opaque", "background", "assignments", "wrappers", *PLACE_KEYS, "executes")

Key = tuple[str, object]
ANYTHING: Key = ("anything", "")


class Clause(Value):
    """One condition of a rule: member `part` of the group `alternative`."""

    rule: int
    alternative: int
    part: int
    condition: Condition


class Axis:
    """The clauses by what they need of one kind. `bound` need one of their words, `free` nothing of this kind."""

    __slots__ = ("_by_word", "bound", "free")

    def __init__(self, needs: Sequence[Iterable[object]]) -> None:
        """`needs[n]` are the words of which clause n must have one, empty when it does not ask."""
        self._by_word: dict[object, int] = {}
        self.bound = 0
        for number, words in enumerate(needs):
            for word in words:
                self.bound |= 1 << number
                self._by_word[word] = self._by_word.get(word, 0) | 1 << number
        self.free = (1 << len(needs)) - 1 & ~self.bound

    def fitting(self, words: Iterable[object]) -> int:
        """Clauses that these words satisfy or that do not ask."""
        found, by_word = self.free, self._by_word
        for word in words:
            found |= by_word.get(word, 0)
        return found


class EffectIndex:
    """Sets of clauses by what they need."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        sources = [clause.condition.source for clause in clauses]
        self._sources = sources
        wide = [clause.condition.is_call_wide for clause in clauses]
        self._own = as_set(number for number, is_wide in enumerate(wide) if not is_wide)
        self._programs: dict[str, int] = {}
        self._names = _Programs(sources)
        self._features: dict[tuple[bool, ...], int] = {}
        self._subcommands = Axis([_first_words(source.subcommand) for source in sources])
        self._flags = Axis([_one_of(source.flags) for source in sources])
        self._args = Axis([_one_of(source.args) for source in sources])
        self._origins = Axis([source.executes for source in sources])
        # Of places `all` means that each has one of these labels, of words that all of them are there.
        self._places = tuple((key, Axis([_labels_of(getattr(source, key)) for source in sources])) for key in PLACE_KEYS)
        groups: dict[tuple[int, int], int] = {}
        for number, clause in enumerate(clauses):
            place = (clause.rule, clause.alternative)
            groups[place] = groups.get(place, 0) | 1 << number
        self._group_of = {number: group for group in groups.values() if group & group - 1 for number in members(group)}
        self._grouped = as_set(self._group_of)
        self._call_wide: dict[Key, int] = {}
        for number, source in enumerate(sources):
            for key in _needs_of_call(source) if wide[number] else ():
                self._call_wide[key] = self._call_wide.get(key, 0) | 1 << number

    def candidates(self, view: View, within: int = -1) -> int:
        """The clauses, of those `within`, that could hold on the effect of `view`."""
        effect = view.effect
        left = within & self._for_program(view.program) & self._for_features(effect)
        if left & self._subcommands.bound:
            left &= self._subcommands.fitting({row[0] for row in view.rows})
        if left & self._flags.bound:
            left &= self._flags.fitting(view.flags)
        if left & self._origins.bound:
            left &= self._origins.fitting(effect.executes)
        for key, axis in self._places:
            if left & axis.bound:
                left &= axis.fitting([label for labels in view.labels(key) for label in labels])
        if left & self._args.bound:
            left &= self._args.fitting(view.args())
        return left

    def within_call(self, views: Sequence[View], within: int) -> int:
        """Without the clauses on arguments that no command of the call has: one look at all of them instead of one at each."""
        if len(views) < 2 or not within & self._args.bound:
            return within
        lines = "\n".join([view.argument_lines for view in views])
        return within & self._args.fitting(views[0].tables.args.labels_of_some_lines(lines))

    def completable(self, found: int) -> int:
        """The candidates of a call without those of which another part of the same alternative has no candidate in the call."""
        for number in members(found & self._grouped):
            group = self._group_of[number]
            if group & found != group:
                found &= ~group
        return found

    def call_candidates(self, effects: Effects) -> int:
        """The clauses about the whole call that could hold."""
        if not self._call_wide:
            return 0
        keys = [ANYTHING, *(("flow", (flow.origin, flow.sink)) for flow in effects.flows)]
        keys += [(name, "") for name in ("unresolved", "exhausted") if getattr(effects, name)]
        found = 0
        for key in keys:
            found |= self._call_wide.get(key, 0)
        return found

    def _for_program(self, program: str) -> int:
        program = program[:MAX_NAME]  # an invented one of a megabyte costs no more than others
        found = self._programs.get(program)
        if found is None:
            found = self._own & self._names.fitting(program)
            if len(self._programs) < MAX_PROGRAMS:  # names come from the agent: do not let them fill the memory
                self._programs[program] = found
        return found

    def _for_features(self, effect: Effect) -> int:
        have = (effect.privilege, effect.opaque, effect.background, effect.assignments != (), effect.wrappers != (), effect.reads != (),
                effect.writes != (), effect.deletes != (), effect.hosts != (), bool(effect.executes))
        found = self._features.get(have)
        if found is None:
            known = dict(zip(FEATURES, have, strict=True))
            found = self._features[have] = as_set(number for number, source in enumerate(self._sources) if _has_features(source, known))
        return found


class _Programs:
    """Which clauses may mean a program: a look at a table and at a few wild cards, because names come from the agent."""

    def __init__(self, sources: Sequence[EffectCondition]) -> None:
        self._anyone = as_set(number for number, source in enumerate(sources) if source.command is None or not source.command.any)
        self._plain: dict[str, int] = {}
        for number, source in enumerate(sources):
            for word in source.command.any if source.command is not None else ():
                self._plain[word.lower()] = self._plain.get(word.lower(), 0) | 1 << number
        self._wild = [(re.compile(fnmatch.translate(word)).match, bits) for word, bits in self._plain.items() if "*" in word]

    def fitting(self, program: str) -> int:
        """The clauses that may mean this lower-case name."""
        found = self._anyone | self._plain.get(program, 0)
        for fits, bits in self._wild:
            if found & bits != bits and fits(program):
                found |= bits
        return found


def as_set(numbers: Iterable[int]) -> int:
    """The set of these numbers as bits."""
    found = 0
    for number in numbers:
        found |= 1 << number
    return found


def members(numbers: int) -> Iterator[int]:
    """The numbers of a set, smallest first."""
    while numbers:
        lowest = numbers & -numbers
        yield lowest.bit_length() - 1
        numbers ^= lowest


def _one_of(words: Words | None) -> tuple[str, ...]:
    """Words of which one must be there; () when nothing must."""
    return words.any or words.all[:1] if words else ()


def _labels_of(words: Words | None) -> tuple[str, ...]:
    return words.any or words.all if words else ()


def _first_words(words: Words | None) -> tuple[str, ...]:
    """First words of which a subcommand must have one; () when that cannot be said."""
    firsts = tuple(group.lower().split()[0] for group in _one_of(words))
    return () if any("*" in word for word in firsts) else firsts


def _has_features(source: EffectCondition, known: dict[str, bool]) -> bool:
    """Whether an effect with these features and no others could satisfy the condition."""
    wanted = [(name, getattr(source, name)) for name in ("privilege", "opaque", "background")]
    needed = [key for key in PLACE_KEYS if getattr(source, key)]
    needed += ["executes"] if source.executes else []
    needed += [name for name, words in (("assignments", source.env), ("wrappers", source.wrappers)) if _one_of(words)]
    return all(value is None or known[name] is value for name, value in wanted) and all(known[name] for name in needed)


def _needs_of_call(source: EffectCondition) -> tuple[Key, ...]:
    if source.flow:
        return tuple(("flow", (origin, sink)) for origin in source.flow.origins for sink in source.flow.sinks)
    for name in ("unresolved", "exhausted"):
        if getattr(source, name):
            return ((name, ""),)
    return (ANYTHING,)
