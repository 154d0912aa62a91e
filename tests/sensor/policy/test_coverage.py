from __future__ import annotations

import pytest

from sensor.policy.coverage import cover, covers
from sensor.policy.load import load_rules


@pytest.fixture
def rules(make_rule):
    return [
        make_rule("effect: {command: [rm], deletes: ['@home']}", severity="critical"),
        make_rule("effect: {flow: {from: [secret], to: [network]}}\npatterns: {fields: [command], any: [{type: contains, value: abc}]}", id="TEAM-TEST-002",
                  references={"mitre": ["T1485", "T1041"]}, examples={"true_positive": [{"tool": "mcp__a__b", "input": {"x": 1}}], "true_negative": []}),
    ]


def test_counts(rules):
    found = cover(rules)
    assert (found.rules, found.examples) == (2, 5)
    assert {count.name: count.rules for count in found.mitre} == {"T1041": 1, "T1485": 2}
    assert {count.name: count.rules for count in found.effects if count.rules} == {"command": 1, "deletes": 1, "flow": 1}
    assert {count.name: count.severities for count in found.categories if count.rules} == {"team": {"critical": 1, "high": 1}}
    assert {count.name: count.rules for count in found.tools} == {"Bash": 1, "MCP": 1} and {c.name for c in found.fields if c.rules} == {"command"}


def test_gaps(rules):
    gaps = set(cover(rules).gaps)
    assert {("effect", "writes"), ("place", "@system"), ("category", "git-loss"), ("flow", "secret to file"), ("asi", "ASI01")} <= gaps
    assert not gaps & {("effect", "deletes"), ("place", "@home"), ("flow", "secret to network"), ("asi", "ASI02")}


@pytest.mark.parametrize(("name", "covered"), [("t1041", True), ("team", True), ("TEAM-TEST-002", True), ("T1000", False)])
def test_what_a_rule_covers(rules, name, covered):
    assert covers(rules[1], name) is covered


def test_the_shipped_rules_ask_about_every_part_of_an_effect():
    gaps = cover(load_rules(None).rules).gaps
    assert not [name for what, name in gaps if what == "effect" and name not in ("unresolved", "exhausted")]
    assert not [name for what, name in gaps if what == "field"]
