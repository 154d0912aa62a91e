"""Finds the few conditions that an effect could satisfy, so that hundreds of rules cost microseconds.

A set of clauses is a number with one bit for each. Every kind of need (a program, a subcommand, a flag, a label on a path) is
an axis: it knows which clauses each word satisfies and which clauses do not ask. A candidate satisfies every axis, so it
is left over by one "and" per axis; what is costly to know of an effect is asked only while a clause that needs it is left.
`candidates` may give too many, never too few.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable, Iterator, Sequence

from sensor.model.calls import Value
from sensor.model.effects import Effect, Effects, Origin, Sink
from sensor.policy.conditions import PLACE_KEYS, View, is_call_wide, labels_of_some, matches_name
from sensor.policy.rule import EffectCondition, Words

MAX_PROGRAMS = 4096
MAX_NAME = 255  # no file has a longer name
FEATURES = ("privilege", "opaque", "background", "assignments", "wrappers", *PLACE_KEYS, "executes")
KINDS = ("call", "command", "subcommand", "flags", "args", "executes", *PLACE_KEYS, "without", "with")
ANYTHING = "anything"


class Clause(Value, array_like=True, gc=False):
    """Where one condition stands: member `part` of the group `alternative` of a rule."""

    rule: int
    alternative: int
    part: int


class IndexFacts(Value):
    """What an index is made of, as the cache keeps it.

    `sets` are different sets of clauses, little-endian; `words` has, per kind of need, the place among them of each word's clauses. `wide` are the
    clauses that are about the whole call, `groups` those that must hold together.
    """

    size: int
    wide: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    sets: tuple[bytes, ...]
    words: dict[str, dict[str, int]]


def index_facts(clauses: Sequence[Clause], conditions: Sequence[EffectCondition]) -> IndexFacts:
    """The facts of clauses and their conditions."""
    words: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    groups: dict[tuple[int, int], list[int]] = {}
    wide = []
    for number, (clause, condition) in enumerate(zip(clauses, conditions, strict=True)):
        groups.setdefault((clause.rule, clause.alternative), []).append(number)
        if is_call_wide(condition):
            wide.append(number)
        for kind, needed in _needs(condition):
            of_kind = words[kind]
            for word in needed:
                of_kind[word] = of_kind.get(word, 0) | 1 << number
    places: dict[int, int] = {}
    placed = {kind: {word: places.setdefault(bits, len(places)) for word, bits in of_kind.items()} for kind, of_kind in words.items()}
    return IndexFacts(
        size=len(clauses), wide=tuple(wide), groups=tuple(tuple(group) for group in groups.values() if len(group) > 1), words=placed,
        sets=tuple(bits.to_bytes((bits.bit_length() + 7) // 8, "little") for bits in places))


class Axis:
    """The clauses by what they need of one kind. `bound` need one of its words, `free` nothing of this kind."""

    __slots__ = ("bound", "by_word", "free")

    def __init__(self, facts: IndexFacts, sets: Sequence[int], kind: str) -> None:
        self.by_word = {word: sets[place] for word, place in facts.words[kind].items()}
        self.bound = functools.reduce(operator.or_, self.by_word.values(), 0)
        self.free = (1 << facts.size) - 1 & ~self.bound

    def fitting(self, words: Iterable[str]) -> int:
        """Clauses that these words satisfy or that do not ask."""
        found, by_word = self.free, self.by_word
        for bits in filter(None, map(by_word.get, words)):
            found |= bits
        return found


class EffectIndex:
    """Sets of clauses by what they need."""

    def __init__(self, facts: IndexFacts) -> None:
        sets = [int.from_bytes(one, "little") for one in facts.sets]
        axis = functools.partial(Axis, facts, sets)
        self._own = (1 << facts.size) - 1 & ~as_set(facts.wide)
        self._programs: dict[str, int] = {}
        self._names = axis("command")
        self._wild = [(word, bits) for word, bits in self._names.by_word.items() if "*" in word]
        self._features: dict[tuple[bool, ...], int] = {}
        self._with, self._without, self._call_wide = axis("with"), axis("without"), axis("call")
        self._subcommands, self._flags, self._args, self._origins = axis("subcommand"), axis("flags"), axis("args"), axis("executes")
        # Of places `all` means that each has one of these labels, of words that all of them are there.
        self._places = tuple((key, axis(key)) for key in PLACE_KEYS)
        self._placed = functools.reduce(operator.or_, [axis.bound for _, axis in self._places])
        self._group_of = {number: as_set(group) for group in facts.groups for number in group}
        self._grouped = as_set(self._group_of)

    def candidates(self, view: View, within: int = -1) -> int:
        """The clauses, of those `within`, that could hold on the effect of `view`."""
        effect = view.effect
        left = within & self._for_program(view.program) & self._for_features(effect)
        if left & self._subcommands.bound:
            left &= self._subcommands.fitting({row[0] for row in view.rows})
        if left & self._flags.bound:
            left &= self._flags.fitting(view.flags)
        if left & self._origins.bound:
            left &= self._origins.fitting([origin.value for origin in effect.executes])
        for key, axis in self._places if left & self._placed else ():
            if left & axis.bound:
                left &= axis.fitting(itertools.chain.from_iterable(view.labels(key)))
        if left & self._args.bound:
            left &= self._args.fitting(view.args())
        return left

    def within_call(self, views: Sequence[View], within: int) -> int:
        """Without the clauses on arguments and paths that no command of the call has: one look at all of them instead of one at each."""
        if len(views) < 2:
            return within
        tables = views[0].tables
        if within & self._args.bound:
            within &= self._args.fitting(tables.args.labels_of_some_lines("\n".join([view.argument_lines for view in views])))
        paths = [ref for view in views for ref in view.paths]
        if len(paths) > 1 and within & self._placed:
            labels = labels_of_some(paths, tables)
            for key, axis in self._places:
                within &= axis.fitting(labels) if key != "hosts" else -1
        return within

    def completable(self, found: int) -> int:
        """The candidates of a call without those of which another part of the same alternative has no candidate in the call."""
        left = found & self._grouped
        while left:
            group = self._group_of[(left & -left).bit_length() - 1]
            if group & found != group:
                found &= ~group
            left &= ~group
        return found

    def call_candidates(self, effects: Effects) -> int:
        """The clauses about the whole call that could hold."""
        if not self._call_wide.bound:
            return 0
        keys = [ANYTHING, *(_flow(flow.origin, flow.sink) for flow in effects.flows)]
        keys += [name for name in ("unresolved", "exhausted") if getattr(effects, name)]
        found = 0
        for key in keys:
            found |= self._call_wide.by_word.get(key, 0)
        return found

    def _for_program(self, program: str) -> int:
        program = program[:MAX_NAME]  # an invented one of a megabyte costs no more than others
        found = self._programs.get(program)
        if found is None:
            found = self._own & self._names.fitting((program,))
            for word, bits in self._wild:
                if found & bits != bits and matches_name(word, program):
                    found |= bits & self._own
            if len(self._programs) < MAX_PROGRAMS:  # names come from the agent: do not let them fill the memory
                self._programs[program] = found
        return found

    def _for_features(self, effect: Effect) -> int:
        have = (effect.privilege, effect.opaque, effect.background, effect.assignments != (), effect.wrappers != (), effect.reads != (),
                effect.writes != (), effect.deletes != (), effect.hosts != (), bool(effect.executes))
        found = self._features.get(have)
        if found is None:
            found = self._own
            for name, has in zip(FEATURES, have, strict=True):
                found &= ~(self._without if has else self._with).by_word.get(name, 0)
            self._features[have] = found
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


def _first_words(words: Words | None) -> tuple[str, ...]:
    """First words of which a subcommand must have one; () when that cannot be said."""
    firsts = tuple(group.lower().split()[0] for group in _one_of(words))
    return () if any("*" in word for word in firsts) else firsts


def _needs(condition: EffectCondition) -> Iterator[tuple[str, Iterable[str]]]:
    """Per kind of need the words of which one must be there; nothing where it does not ask. "without": features that must not be there."""
    yield "call", _needs_of_call(condition) if is_call_wide(condition) else ()
    yield "command", [word.lower() for word in condition.command.any] if condition.command else ()
    yield "subcommand", _first_words(condition.subcommand)
    yield "flags", _one_of(condition.flags)
    yield "args", _one_of(condition.args)
    yield "executes", [origin.value for origin in condition.executes]
    for key in PLACE_KEYS:
        words = getattr(condition, key)
        yield key, words.any or words.all if words else ()
    wanted = [(name, getattr(condition, name)) for name in ("privilege", "opaque", "background")]
    yield "without", [name for name, value in wanted if value is False]
    yield "with", [
        *(name for name, value in wanted if value), *(key for key in (*PLACE_KEYS, "executes") if getattr(condition, key)),
        *(name for name, words in (("assignments", condition.env), ("wrappers", condition.wrappers)) if _one_of(words))]


def _needs_of_call(condition: EffectCondition) -> Iterable[str]:
    if condition.flow:
        return [_flow(origin, sink) for origin in condition.flow.origins for sink in condition.flow.sinks]
    return [name for name in ("unresolved", "exhausted") if getattr(condition, name)][:1] or (ANYTHING,)


def _flow(origin: Origin, sink: Sink) -> str:
    return f"{origin.value}>{sink.value}"
