"""Finds the few conditions that an effect could satisfy, so that hundreds of rules cost microseconds.

Every condition is filed once, under what it cannot do without: a command (and the first word of its subcommand), a label on
a path, host or argument, a flag, an origin of executed code, or a feature. Looking up an effect is a union of sets of
numbers. `candidates` may give too many, never too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sensor.model.calls import Value
from sensor.model.effects import Effects
from sensor.policy.conditions import PLACE_KEYS, Condition, View, matches_name
from sensor.policy.rule import EffectCondition, Words

MAX_PROGRAMS = 4096
NOTHING: frozenset[int] = frozenset()
FEATURES = ("opaque", "privilege", "background", "assignments", "wrappers")

Key = tuple[str, object]
ANYTHING: Key = ("anything", "")


class Clause(Value):
    """One condition of a rule: member `part` of the group `alternative`."""

    rule: int
    alternative: int
    part: int
    condition: Condition


class ProgramClauses(Value):
    """Clauses on one program: those with a known first word of the subcommand, and the others."""

    others: frozenset[int]
    by_word: dict[str, frozenset[int]]


class EffectIndex:
    """Numbers of clauses by what they need."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._named: list[tuple[int, EffectCondition]] = []
        self._programs: dict[str, ProgramClauses] = {}
        filed: dict[Key, set[int]] = {}
        call_wide: dict[Key, set[int]] = {}
        for number, clause in enumerate(clauses):
            source = clause.condition.source
            if clause.condition.is_call_wide:
                _file(call_wide, _needs_of_call(source), number)
            elif source.command and source.command.any:
                self._named.append((number, source))
            else:
                _file(filed, _needs(source), number)
        self._filed = {key: frozenset(numbers) for key, numbers in filed.items()}
        self._call_wide = {key: frozenset(numbers) for key, numbers in call_wide.items()}
        families = {family for family, _ in self._filed}
        self._places = tuple(key for key in PLACE_KEYS if key in families)
        self._looks_at_args = "args" in families
        self._looks_at_flags = "flags" in families

    def candidates(self, view: View) -> set[int]:
        """Numbers of the clauses that could hold on the effect of `view`."""
        effect, filed = view.effect, self._filed
        found = set(filed.get(ANYTHING, NOTHING))
        found |= self._for_program(view)
        for key in self._places:
            if getattr(effect, key):
                found |= filed.get((key, ""), NOTHING)
                for labels in view.labels(key):
                    for label in labels:
                        found |= filed.get((key, label), NOTHING)
        if effect.executes:
            found.update(*(filed.get(("executes", origin), NOTHING) for origin in effect.executes))
        if self._looks_at_flags and effect.flags:
            found.update(*(filed.get(("flags", flag), NOTHING) for flag in view.flags))
        if self._looks_at_args and len(effect.argv) > 1:
            found.update(*(filed.get(("args", word), NOTHING) for word in view.args()))
        for feature in FEATURES:
            if getattr(effect, feature):
                found |= filed.get((feature, ""), NOTHING)
        return found

    def call_candidates(self, effects: Effects) -> set[int]:
        """Numbers of the clauses about the whole call that could hold."""
        if not self._call_wide:
            return set()
        keys = [ANYTHING, *(("flow", (flow.origin, flow.sink)) for flow in effects.flows)]
        keys += [(name, "") for name in ("unresolved", "exhausted") if getattr(effects, name)]
        return set().union(*(self._call_wide.get(key, NOTHING) for key in keys))

    def _for_program(self, view: View) -> frozenset[int]:
        clauses = self._programs.get(view.program)
        if clauses is None:
            clauses = self._of_program(view.program)
            if len(self._programs) < MAX_PROGRAMS:  # names come from the agent: do not let them fill the memory
                self._programs[view.program] = clauses
        if not clauses.by_word:
            return clauses.others
        first = {row[0] for row in view.rows}
        return clauses.others.union(*(clauses.by_word.get(word, NOTHING) for word in first))

    def _of_program(self, program: str) -> ProgramClauses:
        others: set[int] = set()
        by_word: dict[str, set[int]] = {}
        for number, source in self._named:
            if not any(matches_name(word, program) for word in source.command.any):  # type: ignore[union-attr]
                continue
            words = _first_words(source.subcommand)
            if words:
                for word in words:
                    by_word.setdefault(word, set()).add(number)
            else:
                others.add(number)
        return ProgramClauses(others=frozenset(others), by_word={word: frozenset(numbers) for word, numbers in by_word.items()})


def _file(filed: dict[Key, set[int]], keys: Iterable[Key], number: int) -> None:
    for key in keys:
        filed.setdefault(key, set()).add(number)


def _first_words(words: Words | None) -> tuple[str, ...]:
    """First words of which a subcommand must have one; () when that cannot be said."""
    if words is None or not (words.any or words.all):
        return ()
    firsts = tuple(group.lower().split()[0] for group in words.any or words.all[:1])
    return () if any("*" in word for word in firsts) else firsts


def _needs(source: EffectCondition) -> tuple[Key, ...]:
    """What an effect must have at least: one of these keys."""
    if source.executes:
        return tuple(("executes", origin) for origin in source.executes)
    for key in (*PLACE_KEYS, "args", "flags"):
        words: Words | None = getattr(source, key)
        if words and (words.any or words.all):  # of places `all` means that each has one of these labels, of words all of them
            return tuple((key, word) for word in words.any or (words.all if key in PLACE_KEYS else words.all[:1]))
    for key in PLACE_KEYS:
        if getattr(source, key):
            return ((key, ""),)
    for name in ("opaque", "privilege", "background"):
        if getattr(source, name):
            return ((name, ""),)
    for name, words in (("assignments", source.env), ("wrappers", source.wrappers)):
        if words and (words.any or words.all):
            return ((name, ""),)
    return (ANYTHING,)


def _needs_of_call(source: EffectCondition) -> tuple[Key, ...]:
    if source.flow:
        return tuple(("flow", (origin, sink)) for origin in source.flow.origins for sink in source.flow.sinks)
    for name in ("unresolved", "exhausted"):
        if getattr(source, name):
            return ((name, ""),)
    return (ANYTHING,)
