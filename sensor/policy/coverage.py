"""What a rule set covers: rules by category, technique and key, and what no rule speaks of.

`EFFECT_KEYS` are the questions that a rule can ask about an effect; one that no rule asks is a part of the parser that
protects nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sensor.model.calls import Value
from sensor.model.effects import Origin, Sink, TextField
from sensor.policy.check import CATEGORIES, HOST_SETS, PATH_SETS
from sensor.policy.rule import EffectCondition, Rule

EFFECT_KEYS = EffectCondition.__struct_fields__
ASI = tuple(f"ASI{number:02}" for number in range(1, 11))


class Count(Value):
    """How many rules speak of one thing, by severity as well ("critical" first when shown)."""

    name: str
    rules: int
    severities: dict[str, int] = {}


class Coverage(Value):
    """`gaps` are (what, name) that no rule speaks of."""

    rules: int
    examples: int
    categories: tuple[Count, ...]
    mitre: tuple[Count, ...]
    asi: tuple[Count, ...]
    effects: tuple[Count, ...]
    fields: tuple[Count, ...]
    tools: tuple[Count, ...]
    gaps: tuple[tuple[str, str], ...]


def cover(rules: Sequence[Rule]) -> Coverage:
    """Count what `rules` speak of."""
    conditions = {rule.id: _conditions(rule) for rule in rules}
    fields = {rule.id: {field.value for field in rule.match.patterns.fields} if rule.match.patterns else set() for rule in rules}
    tools = {rule.id: {_kind(example.tool) for example in rule.examples.true_positive} for rule in rules}
    effects = {rule.id: {key for condition in conditions[rule.id] for key in EFFECT_KEYS if getattr(condition, key) not in (None, ())} for rule in rules}
    counted = {
        "category": _count(rules, {rule.id: {rule.category} for rule in rules}, tuple(CATEGORIES)),
        "asi": _count(rules, {rule.id: set(rule.references.asi) for rule in rules}, ASI),
        "effect": _count(rules, effects, EFFECT_KEYS),
        "field": _count(rules, fields, tuple(field.value for field in TextField)),
        "tool": _count(rules, tools, ()),
    }
    gaps = [(what, count.name) for what, counts in counted.items() for count in counts if not count.rules]
    gaps += [("place", name) for name in sorted((PATH_SETS | HOST_SETS) - {word for found in conditions.values() for one in found for word in _places(one)})]
    gaps += [("flow", f"{origin.value} to {sink.value}") for origin in Origin for sink in Sink if (origin, sink) not in _flows(conditions.values())]
    return Coverage(
        rules=len(rules), examples=sum(len(rule.examples.true_positive) + len(rule.examples.true_negative) for rule in rules),
        categories=counted["category"], mitre=_count(rules, {rule.id: set(rule.references.mitre) for rule in rules}, ()), asi=counted["asi"],
        effects=counted["effect"], fields=counted["field"], tools=counted["tool"], gaps=tuple(gaps),
    )


def covers(rule: Rule, name: str) -> bool:
    """Whether a category, a technique or an id of `references` named `name` belongs to `rule`."""
    references = rule.references
    return name.lower() in {word.lower() for word in (rule.id, rule.category, *references.mitre, *references.asi, *references.cwe)}


def _count(rules: Sequence[Rule], words: dict[str, set[str]], known: tuple[str, ...]) -> tuple[Count, ...]:
    names = [*known, *sorted({word for found in words.values() for word in found} - set(known))]
    counts = []
    for name in names:
        severities: dict[str, int] = {}
        for rule in rules:
            if name in words[rule.id]:
                key = rule.severity.name.lower()
                severities[key] = severities.get(key, 0) + 1
        counts.append(Count(name=name, rules=sum(severities.values()), severities=severities))
    return tuple(counts)


def _conditions(rule: Rule) -> list[EffectCondition]:
    return list(rule.match.effect.conditions) if rule.match.effect else []


def _places(condition: EffectCondition) -> set[str]:
    groups = (condition.reads, condition.writes, condition.deletes, condition.hosts)
    return {word for words in groups if words for word in words.mentioned if word.startswith("@")}


def _flows(groups: Iterable[list[EffectCondition]]) -> set[tuple[Origin, Sink]]:
    found: set[tuple[Origin, Sink]] = set()
    for conditions in groups:
        for condition in conditions:
            if condition.flow is not None:
                found |= {(origin, sink) for origin in condition.flow.origins for sink in condition.flow.sinks}
    return found


def _kind(tool: str) -> str:
    return "MCP" if tool.startswith("mcp__") else tool
