"""docs/rules.md has a heading for every key of a rule file, and for nothing else; what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sensor.judging import example_judge
from sensor.model.effects import Origin, Sink, TextField
from sensor.policy.check import HOST_SETS, PATH_SETS
from sensor.policy.lint import lint_rules
from sensor.policy.load import load_text
from sensor.policy.rule import (
    EffectCondition,
    Example,
    Examples,
    Exclude,
    Match,
    Pattern,
    References,
    Rule,
    TextMatch,
    Words,
)

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
INTERNAL = {"where", "shipped"}
STRUCTS = (Rule, Match, EffectCondition, Words, TextMatch, Pattern, Exclude, Examples, Example, References)
KEYS = sorted({name for struct in STRUCTS for name in struct.__struct_encode_fields__} - INTERNAL)
HEADINGS = {name for line in TEXT.splitlines() if line.startswith("#") for name in re.findall(r"`(?:match\.)?(\w+)`", line)}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_heading(key):
    assert key in HEADINGS


def test_no_heading_is_about_a_key_that_does_not_exist():
    assert set(KEYS) >= HEADINGS


@pytest.mark.parametrize("word", [*PATH_SETS, *HOST_SETS, *(one.value for kind in (Origin, Sink, TextField) for one in kind)])
def test_every_named_set_and_word_is_told(word):
    assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT)


def test_the_rule_that_it_shows_loads_and_behaves():
    (block,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
    rules = load_text(block, "docs/rules.md")
    assert [rule.id for rule in rules] == ["TEAM-DEPLOY-001"] and lint_rules(rules, example_judge(rules)) == ()
