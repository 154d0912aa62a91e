from __future__ import annotations

import datetime

import pytest

from sensor.model.findings import Severity
from sensor.model.verdicts import Verdict
from sensor.policy.overrides import Override, parse_override, parse_overrides, weakened
from sensor.settings import OverrideSettings


def words(**given: object) -> OverrideSettings:
    return OverrideSettings(**{"reason": "because", **given})


def test_an_override_from_its_words():
    made = parse_override("HR-DST-001", words(action="flag", expires="2030-01-31", apply_to_tools=("mcp",)), core=True)
    assert made == Override(rule="HR-DST-001", action=Verdict.FLAG, expires=datetime.date(2030, 1, 31), apply_to_tools=("mcp",), reason="because", core=True)
    assert parse_override("A", words(action="ignore")).action is Verdict.CLEAN and parse_override("A", words(severity="low")).severity is Severity.LOW


def test_core_rules_that_are_weakened_today_are_told_with_how_until_when_and_why():
    today = datetime.date(2030, 1, 31)
    given = {"A": words(action="ignore", expires="2030-01-31"), "B": words(severity="low"), "C": words(severity="critical", exempt_tools=("mcp",)), "D": words(action="block"),
             "E": words(action="flag", expires="2030-01-30"), "plain": words(action="ignore"), "wrong": words(action="nothing")}
    overrides, wrong = parse_overrides(given, lambda rule: rule != "plain")
    assert weakened(overrides, today) == {
        "A": "a core rule no longer stops anything until 2030-01-31: because", "B": "a core rule is lowered to low: because", "C": "a core rule does not count for mcp: because"}
    assert [one.rule for one in overrides] == ["A", "B", "C", "D", "E", "plain"] and len(wrong) == 1 and "overrides.wrong.action" in wrong[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"severity": "grave"}, "'grave' is not one of"), ({"action": "allow"}, "'allow' is not one of"), ({}, "needs severity or action"),
        ({"action": "flag", "reason": " "}, "needs a reason"), ({"action": "flag", "expires": "soon"}, "not a date like"),
    ],
)
def test_wrong_words(given, said):
    with pytest.raises(ValueError, match=said):
        parse_override("HR-DST-001", words(**given))


@pytest.mark.parametrize(("day", "lapsed"), [("2030-01-30", False), ("2030-01-31", False), ("2030-02-01", True)])
def test_the_last_day_counts(day, lapsed):
    override = Override(rule="A", expires=datetime.date(2030, 1, 31))
    assert override.has_lapsed(datetime.date.fromisoformat(day)) is lapsed and not Override(rule="A").has_lapsed(datetime.date.fromisoformat(day))
