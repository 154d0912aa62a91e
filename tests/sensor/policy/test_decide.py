from __future__ import annotations

import datetime
import itertools

import msgspec
import pytest

from sensor.model.calls import Phase
from sensor.model.findings import Finding, Severity, Stage, Status
from sensor.model.verdicts import Verdict
from sensor.policy.decide import DEFAULT_VERDICTS, VerdictPolicy, decide, gist, gravest_usual, printable, usual_verdict
from sensor.policy.overrides import Override

TODAY = datetime.date(2030, 1, 15)
DEFAULT = VerdictPolicy()


def finding(rule: str = "HR-X-1", severity: Severity = Severity.HIGH, **changes: object) -> Finding:
    return Finding(rule=rule, severity=severity, message="Something happened", remedy="Do less.", **changes)


@pytest.fixture
def call(shell_call):
    return shell_call("ls")


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [("INFO", "CLEAN"), ("LOW", "FLAG"), ("MEDIUM", "FLAG"), ("HIGH", "QUARANTINE"), ("CRITICAL", "BLOCK")])
def test_the_usual_map(call, severity, verdict):
    assert decide(call, [finding(severity=Severity[severity])], DEFAULT, TODAY).verdict is Verdict[verdict]


def test_nothing_found_is_clean_and_says_nothing(call):
    decision = decide(call, [], DEFAULT, TODAY)
    assert (decision.verdict, decision.deciding, decision.reason, decision.advice) == (Verdict.CLEAN, None, "", "")


@pytest.mark.parametrize(("status", "verdict"), [(Status.STABLE, Verdict.BLOCK), (Status.TEST, Verdict.QUARANTINE), (Status.EXPERIMENTAL, Verdict.FLAG)])
def test_status_caps(status, verdict):
    assert usual_verdict(finding(severity=Severity.CRITICAL, status=status), DEFAULT_VERDICTS) is verdict


def test_the_gravest_of_several_verdicts_counts_and_none_is_clean():
    held = finding(severity=Severity.CRITICAL, status=Status.TEST)
    assert gravest_usual(()) is Verdict.CLEAN
    assert gravest_usual((finding(severity=Severity.MEDIUM), held)) is gravest_usual((held,)) is Verdict.QUARANTINE


def test_the_worst_decides_in_any_order(call):
    findings = [finding(f"R{s}", s) for s in Severity]
    for order in itertools.permutations(findings):
        assert decide(call, order, DEFAULT, TODAY).deciding.rule == "R4"


def test_texts_name_rule_next_step_and_number_of_others(call):
    decision = decide(call, [finding(), finding("B", Severity.MEDIUM)], DEFAULT, TODAY)
    assert "HR-X-1" in decision.reason and "1 more finding in" in decision.reason and "Do less." in decision.advice
    assert decision.reason.startswith("Needs your decision")
    assert decide(call, [finding(severity=Severity.CRITICAL)], DEFAULT, TODAY).reason.startswith("Blocked")
    assert decide(call, [finding(severity=Severity.LOW)], DEFAULT, TODAY).reason.startswith("Noted")
    after = msgspec.structs.replace(call, phase=Phase.AFTER)
    assert "in what this call returned" in decide(after, [finding()], DEFAULT, TODAY).advice


@pytest.mark.parametrize(("stage", "liftable"), [(Stage.ESCALATION, True), (Stage.RULES, False)])
def test_a_block_says_whether_a_person_may_lift_it(call, stage, liftable):
    decision = decide(call, [finding(severity=Severity.CRITICAL, stage=stage)], DEFAULT, TODAY)
    assert decision.verdict is Verdict.BLOCK and decision.is_releasable is liftable
    assert ["handrail quarantine list" in text for text in (decision.reason, decision.advice)] == [liftable] * 2
    assert ("do it yourself outside the agent" in decision.reason) is not liftable


@pytest.mark.parametrize(
    ("override", "verdict"),
    [
        ({"action": Verdict.CLEAN}, Verdict.CLEAN),
        ({"severity": Severity.LOW}, Verdict.FLAG),
        ({"severity": Severity.CRITICAL}, Verdict.BLOCK),
        ({"action": Verdict.CLEAN, "core": True}, Verdict.FLAG),
        ({"action": Verdict.BLOCK}, Verdict.BLOCK),
        ({"action": Verdict.CLEAN, "expires": datetime.date(2030, 1, 15)}, Verdict.CLEAN),
        ({"action": Verdict.CLEAN, "expires": datetime.date(2030, 1, 14)}, Verdict.QUARANTINE),
        ({"action": Verdict.CLEAN, "apply_to_tools": ("mcp",)}, Verdict.QUARANTINE),
        ({"action": Verdict.CLEAN, "exempt_tools": ("Bash",)}, Verdict.QUARANTINE),
        ({"action": Verdict.CLEAN, "rule": "OTHER"}, Verdict.QUARANTINE),
    ],
)
def test_overrides(call, override, verdict):
    policy = VerdictPolicy(overrides=(Override(**{"rule": "HR-X-1", **override}),))
    assert decide(call, [finding()], policy, TODAY).verdict is verdict


def test_what_was_overridden_or_has_lapsed_is_named(call):
    past = datetime.date(2029, 1, 1)
    policy = VerdictPolicy(overrides=(Override(rule="A", action=Verdict.FLAG), Override(rule="B", action=Verdict.FLAG, expires=past)))
    decision = decide(call, [finding("A"), finding("B")], policy, TODAY)
    assert decision.overridden == ("A",) and decision.lapsed == ("B",) and decision.deciding.rule == "B"


def test_a_map_of_the_user(call):
    policy = VerdictPolicy(verdicts=DEFAULT_VERDICTS | {Severity.HIGH: Verdict.FLAG})
    assert decide(call, [finding()], policy, TODAY).verdict is Verdict.FLAG


@pytest.mark.parametrize("bad", ["\x1b[31mred", "a\u202eb", "a\u200bb", "a\nb", "x\U000e0041y", "a\x85b"])
def test_texts_hold_no_control_or_invisible_characters(call, bad):
    decision = decide(call, [Finding(rule="A", severity=Severity.HIGH, message=bad, remedy=bad)], DEFAULT, TODAY)
    for text in (decision.reason, decision.advice, printable(bad, 100)):
        assert text.isprintable() and "\u202e" not in text and "\u200b" not in text


def test_long_texts_are_cut():
    assert printable("x" * 50, 10) == "x" * 9 + "…"


def test_the_gist_of_a_reason_is_what_was_found(call):
    for severity in (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL):
        found = [msgspec.structs.replace(finding(severity=severity), message="Deletes it. All of it"), finding("HR-X-2")]
        assert gist(decide(call, found, DEFAULT, TODAY).reason) in ("Deletes it. All of it", "Something happened")
    assert gist("Too many calls") == "Too many calls" and gist("") == ""
