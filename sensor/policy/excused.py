"""Rules that an excuse alone keeps from firing on a call, and which excuse it is: for people who ask (`explain`, `rules test`), never for judging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from sensor.model.calls import ToolCall, Value
from sensor.model.effects import Effects
from sensor.model.verdicts import ScanProfile
from sensor.patterns import engines
from sensor.patterns.finder import Finder
from sensor.policy.patterns import pattern_text
from sensor.policy.rule import EffectCondition, EffectMatch, Exclude, Rule, Words
from sensor.policy.ruleset import RuleSet

MAX_SHOWN = 80


class Excused(Value):
    """A rule that would fire but for excuses. `by` says of each that suffices alone what it is; of several that do not, that they do together."""

    rule: str
    name: str
    by: tuple[str, ...]


def excused_rules(rules: Sequence[Rule], call: ToolCall, effects: Effects, profile: ScanProfile) -> tuple[Excused, ...]:
    """The rules that excuses keep from firing on the call. Compiles those that have any: a fifth of a second for the shipped ones. Raises PatternError."""

    def fires(*tried: Rule) -> set[str]:
        return {finding.rule for finding in RuleSet.compile(tried, engine=_quick_engine()).match(call, effects, profile)}

    def reasons(rule: Rule) -> Iterator[str]:
        bare = _without_excuses(rule)
        for number, exclude in enumerate(rule.match.excludes, 1):
            if not fires(_with_excludes(bare, (exclude,))):
                yield f"exclude {number}: {_told(exclude, effects)}"
        if not fires(_with_excludes(rule, ())):
            yield "`except`: what would match is known"

    bare = {rule.id: one for rule in rules if (one := _without_excuses(rule)).match != rule.match}
    if not bare:
        return ()
    found = fires(*bare.values())
    silent = [rule for rule in rules if rule.id in found and not fires(rule)]
    return tuple([Excused(rule=rule.id, name=rule.name, by=tuple(reasons(rule)) or ("its excuses together",)) for rule in silent])


def _quick_engine() -> str:
    """The engine that compiles fastest of those that take every pattern."""
    return next(name for name in engines.available() if name != "hyperscan")


def _with_excludes(rule: Rule, excludes: tuple[Exclude, ...]) -> Rule:
    return replace(rule, match=replace(rule.match, excludes=excludes))


def _without_excuses(rule: Rule) -> Rule:
    effect = rule.match.effect
    if effect is not None:
        effect = EffectMatch(alternatives=tuple(tuple(map(_without_exceptions, group)) for group in effect.alternatives))
    return replace(rule, match=replace(rule.match, effect=effect, excludes=()))


def _without_exceptions(condition: EffectCondition) -> EffectCondition:
    changed = {key: replace(words, besides=()) for key in ("args", "env") if (words := getattr(condition, key)) and words.besides}
    return replace(condition, **changed) if changed else condition


def _told(exclude: Exclude, effects: Effects) -> str:
    """What the exclude is about, with the text that it takes away."""
    if exclude.effect is not None:
        condition = exclude.effect
        told = (f"{key} {_words(value) if isinstance(value, Words) else value}" for key in EffectCondition.__struct_fields__
                if (value := getattr(condition, key)) not in (None, ()))
        return ", ".join(told)
    patterns = exclude.patterns.patterns if exclude.patterns else ()
    for text in effects.texts:
        data = text.text.encode("utf-8", "replace")
        for pattern in patterns:
            place = Finder(pattern_text(pattern)).find(data)
            if place is not None:
                return f"known: {data[place[0]:place[1]].decode('utf-8', 'replace')[:MAX_SHOWN]}"
    return "its patterns"


def _words(words: Words) -> str:
    parts = (f"{name} of {', '.join(group)}"[:MAX_SHOWN] for name, group in (("any", words.any), ("all", words.all), ("none", words.none)) if group)
    return " and ".join(parts)
