from __future__ import annotations

import msgspec
import pytest

from sensor.policy.load import load_rules
from sensor.policy.rule import NO_EXAMPLES
from sensor.policy.stored import StoredRules, pack


def test_the_shipped_rules_come_back_whole():
    """Every field of every rule survives; what stands for nothing is left out in the file and is there again."""
    rules = load_rules(None).rules
    packed = pack(rules)
    bare = [msgspec.structs.replace(rule, examples=NO_EXAMPLES) for rule in rules]
    stored = StoredRules(packed)
    assert list(stored) == bare and len(stored) == len(rules) and [stored[number] for number in (0, 5, -1)] == [bare[0], bare[5], bare[-1]]
    assert len(packed.data) < sum(len(msgspec.msgpack.encode(rule)) for rule in bare) / 3


def test_a_part_of_them_is_numbered_anew(make_rule):
    rules = [make_rule("effect: {command: [a]}", id=f"TEAM-TEST-{number:03}") for number in range(5)]
    stored = StoredRules(pack(rules))
    part = stored[1:4]
    assert [rule.id for rule in part] == ["TEAM-TEST-001", "TEAM-TEST-002", "TEAM-TEST-003"] and part[0].id == "TEAM-TEST-001" and part[1:][1].id == "TEAM-TEST-003"
    assert part[0] is part[0] and not stored._known, "what is asked for one by one is kept, by whom it was asked"
    with pytest.raises(IndexError):
        part[3]


def test_no_rules(make_rule):
    assert list(StoredRules(pack(()))) == []
