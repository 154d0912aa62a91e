"""Every shipped rule fires on its own examples through the whole pipeline and stays silent on its near misses."""

from __future__ import annotations

import pytest

from sensor.effects import derive_effects
from sensor.model.verdicts import ScanProfile
from sensor.patterns import engines
from sensor.policy.check import CATEGORIES
from sensor.policy.examples import AROUND, example_call, trials
from sensor.policy.load import load_rules
from sensor.policy.prepared import load_ruleset
from sensor.policy.rule import Rule
from sensor.policy.ruleset import RuleSet
from sensor.policy.trials import attempt
from sensor.policy.words import Tables

LOADED = load_rules(None)


def test_the_shipped_files_load_without_a_problem():
    assert LOADED.problems == ()


@pytest.mark.skipif(engines.available()[0] != "hyperscan", reason="nothing is compiled without hyperscan")
def test_no_word_keeps_all_others_on_the_slower_engine(rule_cache, tmp_path):
    for words in Tables(load_ruleset(None, rule_cache).ruleset.facts.words, tmp_path).uncompiled():
        for word in words:
            engines.HyperscanEngine([word]).compile()


@pytest.mark.parametrize("rule", LOADED.rules, ids=lambda rule: rule.id)
def test_rule_has_examples_of_both_kinds(rule: Rule):
    assert len(rule.examples.true_positive) >= 2 and len(rule.examples.true_negative) >= 2


@pytest.mark.parametrize("trial", list(trials(LOADED.rules)), ids=lambda trial: trial.name)
def test_example(trial, judge):
    failure = attempt(trial, judge)
    assert failure is None, f"{failure}\nseen: {failure.effects.effects}\nfired: {[finding.rule for finding in failure.findings]}"


def test_no_two_rules_say_the_same():
    matches = {}
    for rule in LOADED.rules:
        matches.setdefault((repr(rule.match), rule.apply_to_tools, rule.phase), []).append(rule.id)
    assert not [ids for ids in matches.values() if len(ids) > 1]


@pytest.mark.parametrize("engine", [name for name in engines.ENGINES if name != engines.available()[0]])
def test_every_engine_finds_the_same_on_every_example(shipped, rule_cache, engine):
    if engine not in engines.available():
        pytest.skip(f"{engine} is not installed here")
    best, other = RuleSet.compile(shipped, rule_cache), RuleSet.compile(shipped, engine=engine)
    assert best.engine != other.engine == engine and not other.problems
    for trial in trials(shipped):
        call = example_call(trial.example)
        effects = derive_effects(call, AROUND)
        found = [tuple((one.rule, one.field, one.form) for one in rules.match(call, effects, ScanProfile.STRICT)) for rules in (best, other)]
        assert found[0] == found[1], trial.name


def test_the_catalogue_is_covered():
    assert {rule.category for rule in LOADED.rules} == set(CATEGORIES) and len(LOADED.rules) >= 320
