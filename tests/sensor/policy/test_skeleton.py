from __future__ import annotations

import pytest

from sensor.judging import example_judge
from sensor.policy.lint import lint_rules
from sensor.policy.load import load_text
from sensor.policy.skeleton import render_skeleton
from sensor.strict_yaml import YamlErrors


@pytest.mark.parametrize(("rule_id", "category"), [("TEAM-DEPLOY-001", "team-deploy"), ("ACME-1", "acme")])
def test_it_loads_and_behaves(rule_id, category):
    rules = load_text(render_skeleton(rule_id, "new.yaml"), "new.yaml")
    assert [(rule.id, rule.category) for rule in rules] == [(rule_id, category)] and lint_rules(rules, example_judge(rules)) == ()


@pytest.mark.parametrize("rule_id", ["deploy", "HR-DST-999", 'A-1"\nx: y'])
def test_a_wrong_id_does_not_load(rule_id):
    with pytest.raises(YamlErrors):
        load_text(render_skeleton(rule_id, "new.yaml"), "new.yaml")
