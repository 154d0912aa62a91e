from __future__ import annotations

import zlib

import msgspec

from sensor.policy.facts import Clauses, Facts, digest, facts_of
from sensor.policy.index import IndexFacts
from sensor.policy.load import load_rules
from sensor.strict_yaml import Where


def test_the_facts_survive_the_cache(make_rule):
    rules = [make_rule("{effect: {tool: [Bash], command: [a]}, patterns: {any: [{type: contains, value: alpha}]}}", phase=["after"]),
             make_rule("effect: {any: [{all: [{command: [b]}, {args: ['x*']}]}, {unresolved: true}]}", id="TEAM-TEST-002", tags=["core"])]
    facts = facts_of(rules)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts
    index = msgspec.msgpack.decode(zlib.decompress(facts.index), type=IndexFacts)
    assert facts.ids == ("TEAM-TEST-001", "TEAM-TEST-002") and [(head.before, head.after, head.is_core, head.rules) for head in facts.heads] == [
        (False, True, False, (0,)), (True, False, True, (1,))]
    clauses = Clauses(facts.clauses)
    assert [(one.rule, one.alternative, one.part) for one in clauses] == [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 0)] and clauses.rules() == [0, 1, 1, 1]
    assert [clauses[number] for number in range(4)] == list(clauses)
    assert list(facts.tools) == [0] and index.wide == (3,) and index.groups == ((1, 2),) and facts.words.args.own == ("x*",)


def test_every_condition_of_the_shipped_rules_is_a_clause():
    rules = load_rules(None).rules
    facts = facts_of(rules)
    assert sorted(number for head in facts.heads for number in head.rules) == list(range(len(rules))) and len(set(facts.heads)) == len(facts.heads)
    assert len(Clauses(facts.clauses).rules()) == sum(len(rule.match.effect.conditions) for rule in rules if rule.match.effect)


def test_the_digest_is_of_what_rules_mean(make_rule):
    one, two = make_rule("effect: {command: [a]}"), make_rule("effect: {command: [b]}", id="TEAM-TEST-002")
    moved = msgspec.structs.replace(one, where=Where("elsewhere.yaml", 9, 9), examples=two.examples)
    assert digest([one, two]) == digest([two, moved]) and digest([one]) != digest([two])
    assert digest([make_rule("effect: {command: [a]}", severity="low")]) != digest([one])
