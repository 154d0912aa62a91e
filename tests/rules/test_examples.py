"""Every shipped rule fires on its own examples through the whole pipeline and stays silent on its near misses."""

from __future__ import annotations

import re

import pytest

from sensor.effects import derive_effects
from sensor.model.calls import ToolCall
from sensor.model.effects import Effects
from sensor.model.verdicts import ScanProfile, Verdict
from sensor.patterns import engines
from sensor.policy.check import CATEGORIES
from sensor.policy.examples import AROUND, example_call, trials
from sensor.policy.load import load_rules
from sensor.policy.patterns import pattern_text
from sensor.policy.prepared import load_ruleset
from sensor.policy.rule import Example, Rule
from sensor.policy.ruleset import RuleSet
from sensor.policy.trials import failures
from sensor.policy.words import Tables

LOADED = load_rules(None)
MOST_COMPILED = 200_000  # bytes of a pattern's database when it is compiled alone; the largest of ours has 150,000, most have less than 20,000


def test_the_shipped_files_load_without_a_problem():
    assert LOADED.problems == ()


@pytest.mark.skipif(engines.available()[0] != "hyperscan", reason="nothing is compiled without hyperscan")
def test_no_word_keeps_all_others_on_the_slower_engine(rule_cache, tmp_path):
    sets = Tables(load_ruleset(None, rule_cache).ruleset.facts.words, tmp_path).uncompiled()
    assert sets
    engines.compile_all(sets, rule_cache)  # raises PatternError, with the words that are refused


@pytest.mark.skipif(engines.available()[0] != "hyperscan", reason="nothing is compiled without hyperscan")
@pytest.mark.timeout(300)
def test_no_pattern_costs_the_compiler_too_much():
    """The size of its database tells: it does not depend on the machine's load. A pattern over it is split, or loses alternatives that stand beside open repeats."""
    patterns = {pattern_text(pattern): rule.id for rule in LOADED.rules if rule.match.patterns for pattern in rule.match.patterns.patterns}
    assert {f"{rule}: {pattern[:60]}": size for pattern, rule in patterns.items() if (size := engines.compiled_size(pattern)) > MOST_COMPILED} == {}


@pytest.mark.parametrize("rule", LOADED.rules, ids=lambda rule: rule.id)
def test_rule_behaves_on_its_examples_of_both_kinds(rule: Rule, judge):
    assert len(rule.examples.true_positive) >= 2 and len(rule.examples.true_negative) >= 2
    failed = [f"{one}\nseen: {one.effects.effects}\nfired: {[finding.rule for finding in one.findings]}" for one in failures(trials([rule]), judge)]
    assert not failed, "\n".join(failed)


ADVISED = sorted({(rule.id, command) for rule in LOADED.rules for command in re.findall(r"`([^`]+)`", rule.remediation)})


@pytest.mark.parametrize(("rule", "command"), ADVISED)
def test_what_a_rule_advises_instead_is_not_stopped_itself(rule, command, judge):
    judged = judge(example_call(Example(input={"command": command})))
    assert judged.verdict < Verdict.QUARANTINE, judged.reason


def test_no_two_rules_say_the_same():
    matches = {}
    for rule in LOADED.rules:
        matches.setdefault((repr(rule.match), rule.apply_to_tools, rule.phase), []).append(rule.id)
    assert not [ids for ids in matches.values() if len(ids) > 1]


@pytest.fixture(scope="module")
def examples(shipped, rule_cache):
    """Every example as (its name, call, effects, what the best engine finds in it)."""
    best = RuleSet.compile(shipped, rule_cache)
    assert best.engine == engines.available()[0]
    calls = [(trial.name, call, derive_effects(call, AROUND)) for trial in trials(shipped) for call in [example_call(trial.example)]]
    return [(name, call, effects, found(best, call, effects)) for name, call, effects in calls]


def found(rules: RuleSet, call: ToolCall, effects: Effects):
    return [(one.rule, one.field, one.form) for one in rules.match(call, effects, ScanProfile.STRICT)]


@pytest.mark.timeout(900)  # half a minute where nothing else runs
@pytest.mark.parametrize("engine", [name for name in engines.ENGINES if name != engines.available()[0]])
def test_every_engine_finds_the_same_on_every_example(shipped, examples, engine):
    if engine not in engines.available():
        pytest.skip(f"{engine} is not installed here")
    other = RuleSet.compile(shipped, engine=engine)
    assert other.engine == engine and not other.problems
    for name, call, effects, by_the_best in examples:
        assert found(other, call, effects) == by_the_best, name


@pytest.mark.skipif(engines.available()[:2] != ("hyperscan", "re2"), reason="something waits for a compiler only where there are both engines")
@pytest.mark.timeout(900)
def test_a_sensor_that_waits_for_its_compiler_finds_the_same_on_every_example(shipped, examples, tmp_path):
    waiting = RuleSet.compile(shipped, tmp_path)
    assert waiting.patterns.uncompiled and not waiting.problems
    for name, call, effects, by_the_best in examples:
        assert found(waiting, call, effects) == by_the_best, name


def test_the_catalogue_is_covered():
    assert {rule.category for rule in LOADED.rules} == set(CATEGORIES) and len(LOADED.rules) >= 320
