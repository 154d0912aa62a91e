"""Rules as a test writes them: a snippet of YAML, completed to a whole rule."""

from __future__ import annotations

import json
import textwrap

import pytest

from sensor.effects import derive_effects
from sensor.model.verdicts import ScanProfile
from sensor.policy.examples import AROUND, example_call
from sensor.policy.load import load_text
from sensor.policy.rule import Example, Rule
from sensor.policy.ruleset import RuleSet


def rule_text(match: str, **changes: object) -> str:
    """The YAML of one rule; `match` is the text below `match:`, `changes` replace keys."""
    keys = {
        "id": "TEAM-TEST-001", "name": "A test", "description": "For a test.", "severity": "high", "category": "team", "status": "stable",
        "phase": ["before"], "examples": {"true_positive": ["ls a", "ls b"], "true_negative": ["pwd", "id"]}, "remediation": "Do not.",
        "references": {"mitre": ["T1485"], "asi": ["ASI02"]}, **changes,
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in keys.items()]
    lines += ["match:", textwrap.indent(textwrap.dedent(match).strip("\n"), "  ")]
    return "- " + "\n".join(lines).replace("\n", "\n  ") + "\n"


@pytest.fixture(name="rule_text")
def rule_text_fixture():
    return rule_text


@pytest.fixture
def make_rule():
    """Make a rule: `make_rule("effect: {command: [rm]}", severity="low")`."""

    def make(match: str, shipped: bool = False, **changes: object) -> Rule:
        return load_text(rule_text(match, **changes), "test.yaml", shipped)[0]

    return make


@pytest.fixture
def fires(make_rule):
    """Whether a rule with this `match` fires on a shell command, or on an `Example`."""

    def check(match: str, tried: str | Example, profile: ScanProfile = ScanProfile.STRICT, **changes: object) -> bool:
        example = Example(input={"command": tried}) if isinstance(tried, str) else tried
        call = example_call(example)
        return bool(RuleSet.compile([make_rule(match, **changes)], engine="re").match(call, derive_effects(call, AROUND), profile))

    return check


@pytest.fixture
def folders(tmp_path, rule_text):
    """A small shipped folder, an empty folder of the user and a cache."""
    shipped, user, cache = tmp_path / "shipped", tmp_path / "user", tmp_path / "cache"
    for folder in (shipped, user, cache):
        folder.mkdir()
    (shipped / "git-loss.yaml").write_text(rule_text("effect: {command: [git]}", id="HR-GIT-001", category="git-loss"))
    return shipped, user, cache
