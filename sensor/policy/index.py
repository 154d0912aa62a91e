"""Finds the few conditions that an effect could satisfy, so that hundreds of rules cost microseconds.

A condition with plain command names is filed under each; one without under the labels it needs on a path or host; the
rest under the feature it needs. `candidates` may give too many, never too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sensor.model.calls import Value
from sensor.policy.conditions import PLACE_KEYS, Condition, View, matches_name

MAX_PROGRAMS = 4096


class Clause(Value):
    """One condition of a rule: member `part` of the group `alternative`."""

    rule: int
    alternative: int
    part: int
    condition: Condition


class EffectIndex:
    """Clauses by command, by label and by feature."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.call_wide = tuple(clause for clause in clauses if clause.condition.is_call_wide)
        self._named: list[Clause] = []
        self._by_label: dict[tuple[str, str], list[Clause]] = {}
        self._by_feature: dict[str, list[Clause]] = {}
        self._programs: dict[str, tuple[Clause, ...]] = {}
        for clause in clauses:
            if not clause.condition.is_call_wide:
                self._file(clause)

    def _file(self, clause: Clause) -> None:
        source = clause.condition.source
        if source.command and source.command.any:
            self._named.append(clause)
            return
        for key in PLACE_KEYS:
            words = getattr(source, key)
            if words and (words.any or words.all):
                for word in words.any or words.all:
                    self._by_label.setdefault((key, word), []).append(clause)
                return
        self._by_feature.setdefault(_feature(clause), []).append(clause)

    def candidates(self, view: View) -> Iterable[Clause]:
        """Each clause that could hold on the effect of `view`; some more than once."""
        effect = view.effect
        if effect.program:
            yield from self._for_program(effect.program.lower())
        for key in PLACE_KEYS:
            if getattr(effect, key):
                yield from self._by_feature.get(key, ())
                for labels in view.labels(key):
                    for label in labels:
                        yield from self._by_label.get((key, label), ())
        for feature in ("executes", "opaque", "privilege", "background", "assignments", "wrappers"):
            if getattr(effect, feature):
                yield from self._by_feature.get(feature, ())
        yield from self._by_feature.get("", ())

    def _for_program(self, program: str) -> tuple[Clause, ...]:
        found = self._programs.get(program)
        if found is None:
            found = tuple(clause for clause in self._named
                          if any(matches_name(word, program) for word in clause.condition.source.command.any))  # type: ignore[union-attr]
            if len(self._programs) < MAX_PROGRAMS:  # names come from the agent: do not let them fill the memory
                self._programs[program] = found
        return found


def _feature(clause: Clause) -> str:
    """What an effect must have at least; "" when nothing can be said."""
    source = clause.condition.source
    for key in PLACE_KEYS:
        if getattr(source, key):
            return key
    if source.executes:
        return "executes"
    for name in ("opaque", "privilege", "background"):
        if getattr(source, name):
            return name
    if source.env and (source.env.any or source.env.all):
        return "assignments"
    return "wrappers" if source.wrappers and (source.wrappers.any or source.wrappers.all) else ""
