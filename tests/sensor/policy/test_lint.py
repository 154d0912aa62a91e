from __future__ import annotations

import pytest

from sensor.judging import example_judge
from sensor.patterns import engines
from sensor.policy.lint import CHECKS, ExcusesExcuse, lint_rules
from sensor.policy.load import load_rules

MATCH = "effect: {command: [rm]}"
GOOD = {"true_positive": ["rm a", "rm b"], "true_negative": ["ls", "pwd"]}


def said(*rules) -> str:
    return "\n".join(map(str, lint_rules(rules, example_judge(rules))))


def test_nothing_to_complain_about(make_rule):
    assert said(make_rule(MATCH, examples=GOOD)) == ""


@pytest.mark.parametrize(
    ("match", "changes", "complaint"),
    [
        (MATCH, {"examples": {"true_positive": ["rm a"], "true_negative": ["ls", "pwd"]}}, "has 1 true_positive examples"),
        (MATCH, {"examples": {"true_positive": ["rm a", "rm b"], "true_negative": []}}, "has 0 true_negative examples"),
        (MATCH, {"examples": {"true_positive": ["rm a", "rm a"], "true_negative": ["ls", "pwd"]}}, "has this example twice"),
        ("effect: {command: [rm], flags: [--force]}", {"examples": GOOD}, "flag '--force' must be without dashes"),
        ("effect: {command: [rm], flags: ['fo*']}", {"examples": GOOD}, "without wild cards"),
        ("effect: {command: [/bin/rm]}", {"examples": GOOD}, "must be a base name"),
        ("effect: {command: [never]}", {"examples": GOOD}, "does not fire on true_positive 1"),
        ("effect: {command: [rm, ls]}", {"examples": GOOD}, "fires on true_negative 1"),
        ("effect: {args: ['re:(?:a+)+b']}", {"examples": GOOD}, "can be split in many ways"),
        ("patterns: {any: [{type: regex, value: '(?:a+)+b'}]}", {"examples": GOOD}, "can be split in many ways"),
        ("patterns: {fields: [command], any: [{type: regex, value: '^rm'}]}\nexcludes: [{patterns: {any: [{type: contains, value: allowed}]}}]",
         {"examples": {"true_positive": ["rm a", "rm b"], "true_negative": ["ls", "rm a allowed"]}}, "exclude 1 excuses none of its true_negative"),
    ],
)
def test_what_is_complained_about(make_rule, match, changes, complaint):
    found = said(make_rule(match, **changes))
    assert complaint in found and "test.yaml:" in found and "TEAM-TEST-001" in found


def test_rules_beside_are_compared_and_not_checked_themselves(make_rule):
    from msgspec import structs

    own = make_rule(MATCH, examples=GOOD)
    other = structs.replace(make_rule(MATCH, examples={"true_positive": [], "true_negative": []}), id="TEAM-TEST-002", where=structs.replace(own.where, source="other.yaml"))
    found = [str(problem) for problem in lint_rules((own,), example_judge((own,)), (other,))]
    assert len(found) == 1 and "TEAM-TEST-001 matches exactly what TEAM-TEST-002 matches" in found[0]


@pytest.mark.skipif(engines.available()[0] != "hyperscan", reason="the other engines take what is in the dialect")
@pytest.mark.parametrize(("match", "reason"), [
    ("patterns: {any: [{type: regex, value: 'rm $a'}]}", "Embedded end anchors"), ("effect: {args: ['re:a^b']}", "Embedded start anchors"),
    (r"effect: {hosts: ['re:a\bb']}", "never match")])
def test_what_the_native_engine_refuses_is_complained_about(make_rule, match, reason):
    complaints = [line for line in said(make_rule(match, examples=GOOD)).splitlines() if "refuses" in line]
    assert len(complaints) == 1 and "TEAM-TEST-001: hyperscan refuses a pattern or word of it" in complaints[0] and reason in complaints[0]


def test_an_excuse_that_saves_a_near_miss(make_rule):
    match = "patterns: {fields: [command], any: [{type: regex, value: '^rm'}]}\nexcludes: [{patterns: {any: [{type: regex, value: '^rm .*allowed'}]}}]"
    assert said(make_rule(match, examples={"true_positive": ["rm a", "rm b"], "true_negative": ["ls", "rm a allowed"]})) == ""


def test_two_rules_with_one_match(make_rule):
    assert "matches exactly what TEAM-TEST-001 matches" in said(make_rule(MATCH, examples=GOOD), make_rule(MATCH, id="TEAM-TEST-002", examples=GOOD))


def test_shipped_rules_name_their_source(make_rule):
    rule = make_rule(MATCH, shipped=True, id="HR-DST-900", category="destructive-shell", references={}, examples=GOOD)
    assert "names no technique" in said(rule) and "names no technique" not in said(make_rule(MATCH, references={}, examples=GOOD))


def test_the_shipped_rules_pass_every_check_that_needs_no_pipeline():
    """Their examples are tried in tests/rules."""
    rules = load_rules(None).rules
    assert not [str(problem) for check in CHECKS[:-2] for problem in check.run(rules, lambda call: pytest.fail("needs no pipeline"))]


def test_every_shipped_exclude_by_patterns_saves_a_near_miss():
    rules = [rule for rule in load_rules(None).rules if any(exclude.patterns for exclude in rule.match.excludes)]
    assert rules and not list(map(str, ExcusesExcuse().run(rules, example_judge(rules))))
