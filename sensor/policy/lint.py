"""What can only be said of rules as a set, or with a pipeline at hand: dead rules, thin examples, words that never match.

Each check is a small class of its own; `CHECKS` is the list. What is wrong with one rule alone keeps it from loading and is
`sensor.policy.check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sensor.patterns import engines, syntax
from sensor.policy.examples import example_call, trials
from sensor.policy.excused import excused_rules
from sensor.policy.profiles import choose_profile
from sensor.policy.rule import EffectCondition, Example, Rule, Words
from sensor.policy.ruleset import refusal
from sensor.policy.trials import Judge, failures
from sensor.policy.words import word_pattern
from sensor.strict_yaml import Problem

MIN_EXAMPLES = 2


class Check(Protocol):
    """One thing that a rule set must be."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        """Everything that is wrong."""
        ...


class EnoughExamples:
    """Two hits show that a rule is more than one literal, two near misses where it ends."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            for name in ("true_positive", "true_negative"):
                count = len(getattr(rule.examples, name))
                if count < MIN_EXAMPLES:
                    yield Problem(rule.where, f"{rule.id} has {count} {name} examples; at least {MIN_EXAMPLES} are needed")


class DifferentExamples:
    """The same example twice proves nothing more, and one on both sides contradicts itself."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            seen: set[str] = set()
            for example in (*rule.examples.true_positive, *rule.examples.true_negative):
                key = repr((example.tool, example.input, example.result, example.definition, example.cwd))
                if key in seen:
                    yield Problem(example.where, f"{rule.id} has this example twice")
                seen.add(key)


class ExamplesBehave:
    """Every rule fires on its true positives (so none is dead) and not on its near misses."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for failure in failures(trials(tuple(rules)), judge):
            yield Problem(failure.trial.example.where, f"{failure.trial.rule.id} {failure.problem}")


class DifferentMatches:
    """Two rules that fire on the same calls say everything twice."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        first: dict[str, Rule] = {}
        for rule in rules:
            other = first.setdefault(repr((rule.match, sorted(phase.value for phase in rule.phase), rule.apply_to_tools)), rule)
            if other is not rule:
                yield Problem(rule.where, f"{rule.id} matches exactly what {other.id} matches")


class KnowledgeIsNamed:
    """A reader must be able to look up why a rule exists."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            if rule.shipped and not (rule.references.mitre or rule.references.asi or rule.references.cwe):
                yield Problem(rule.where, f"{rule.id} names no technique in references")


class WordsCanMatch:
    """Commands are base names, flags have no dashes, subcommands belong to a command."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            for condition in rule.match.conditions:
                yield from (Problem(rule.where, f"{rule.id}: {text}") for text in _dead_words(condition))


class PatternsAreUnambiguous:
    """Where neither hyperscan nor RE2 has a wheel, a backtracking engine runs the patterns."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            for pattern in _patterns(rule):
                if syntax.nests_repeats(pattern):
                    yield Problem(rule.where, f"{rule.id}: a repeat in a repeat can be split in many ways: {pattern[:80]!r}; bound the outer one")


class EnginesTakeIt:
    """A rule with a pattern that the engine refuses is left out, and a word that it refuses keeps all words on a slower engine.

    Rules of a release were tried when it was made; compiling them all takes many seconds.
    """

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            for engine in (name for name in engines.available() if name != "re" and not rule.shipped):
                if error := refusal(rule, engine):
                    yield Problem(rule.where, f"{rule.id}: {engine} refuses a pattern or word of it: {'; '.join(reason for _, reason in error.refused)}")


class ExcusesExcuse:
    """An exclude by patterns excuses only what it matches: one that saves no near miss is dead, or matches too little of what is known."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            left = {number for number, exclude in enumerate(rule.match.excludes, 1) if exclude.patterns}
            for example in rule.examples.true_negative if left else ():
                left -= {number for number in left if f"exclude {number}:" in self._reasons(rule, example, judge)}
            for number in sorted(left):
                yield Problem(rule.where, f"{rule.id}: exclude {number} excuses none of its true_negative: it must match all that the rule would match")

    def _reasons(self, rule: Rule, example: Example, judge: Judge) -> str:
        try:
            call = example_call(example)
        except ValueError:  # said by ExamplesBehave
            return ""
        found = excused_rules((rule,), call, judge(call).effects, choose_profile(call))
        return " ".join(reason for one in found for reason in one.by)


CHECKS: tuple[Check, ...] = (
    EnoughExamples(), DifferentExamples(), DifferentMatches(), KnowledgeIsNamed(), WordsCanMatch(), PatternsAreUnambiguous(),
    EnginesTakeIt(), ExamplesBehave(), ExcusesExcuse(),
)


def lint_rules(rules: Sequence[Rule], judge: Judge, beside: Sequence[Rule] = ()) -> tuple[Problem, ...]:
    """Every complaint of every check, in the order of the files. `beside` are rules that are in force too, which are not checked themselves."""
    found = [problem for check in CHECKS for problem in check.run(rules, judge)]
    if beside:
        sources = {rule.where.source for rule in rules}
        found += [problem for problem in DifferentMatches().run((*beside, *rules), judge) if problem.where.source in sources and problem not in found]
    return tuple(sorted(found, key=lambda problem: (problem.where.source, problem.where.line, problem.message)))


def _dead_words(condition: EffectCondition) -> Iterator[str]:
    yield from (f"command {word!r} must be a base name" for word in _mentioned(condition.command) if "/" in word)
    yield from (f"flag {word!r} must be without dashes" for word in _mentioned(condition.flags) if word.startswith("-"))
    yield from (f"flag {word!r}: flags are compared as they are, without wild cards" for word in _mentioned(condition.flags) if "*" in word)


def _mentioned(words: Words | None) -> tuple[str, ...]:
    return words.mentioned if words else ()


def _patterns(rule: Rule) -> Iterator[str]:
    texts = [rule.match.patterns, *(exclude.patterns for exclude in rule.match.excludes)]
    yield from (pattern.value for text in texts if text for pattern in text.patterns if pattern.type == "regex")
    for condition in rule.match.conditions:
        mentioned = (*_mentioned(condition.args), *_mentioned(condition.hosts), *_mentioned(condition.env))
        yield from (word_pattern(word) for word in mentioned if word.startswith("re:"))
