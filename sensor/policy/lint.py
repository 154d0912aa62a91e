"""What can only be said of rules as a set, or with a pipeline at hand: dead rules, thin examples, rules in each other's way.

Each check is a small class of its own; `CHECKS` is the list. What is wrong with one rule alone is `sensor.policy.check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sensor.policy.examples import trials
from sensor.policy.rule import Rule
from sensor.policy.trials import Judge, failures
from sensor.strict_yaml import Problem


class Check(Protocol):
    """One thing that a rule set must be."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]: ...


MIN_EXAMPLES = 2


class EnoughExamples:
    """Two hits show that a rule is more than one literal, two near misses where it ends."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for rule in rules:
            for name in ("true_positive", "true_negative"):
                count = len(getattr(rule.examples, name))
                if count < MIN_EXAMPLES:
                    yield Problem(rule.where, f"{rule.id} has {count} {name} examples; at least {MIN_EXAMPLES} are needed")


class ExamplesBehave:
    """Every rule fires on its true positives (so none is dead) and not on its near misses."""

    def run(self, rules: Sequence[Rule], judge: Judge) -> Iterator[Problem]:
        for failure in failures(trials(tuple(rules)), judge):
            yield Problem(failure.trial.example.where, f"{failure.trial.rule.id} {failure.problem}")


CHECKS: tuple[Check, ...] = (EnoughExamples(), ExamplesBehave())


def lint_rules(rules: Sequence[Rule], judge: Judge) -> tuple[Problem, ...]:
    """Every complaint of every check, in the order of the files."""
    found = [problem for check in CHECKS for problem in check.run(rules, judge)]
    return tuple(sorted(found, key=lambda problem: (problem.where.source, problem.where.line, problem.message)))
