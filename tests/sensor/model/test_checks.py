"""Names of built-in checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sensor.model.checks import FAMILIES, check_name

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("rule", "name"), [
    ("HR-ESC-001", "Risk of the session"), ("HR-XXX-001", ""), ("TEAM-ESC-001", ""), ("HR-ESC", ""), ("", ""), ("HR-SEC-some-token", "A secret"), ("HR-INT-READ", "Words and deed differ"),
    ("HR-INT-001", "A call that could not be judged"),
])
def test_a_family_has_a_name(rule, name):
    assert check_name(rule) == name


def test_every_step_of_the_decision_is_named():
    found = {family for folder in ("access", "detectors") for file in (ROOT / "sensor" / folder).glob("*.py")
             for family in re.findall(r"""["']HR-([A-Z]{3})-""", file.read_text())}
    loaded = {rule for file in (ROOT / "rules").glob("*.yaml") for rule in re.findall(r"id: HR-([A-Z]{3})-", file.read_text())}
    assert found - loaded <= set(FAMILIES), found - loaded - set(FAMILIES)
