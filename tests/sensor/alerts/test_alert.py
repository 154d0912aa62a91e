import msgspec
import pytest

from sensor.alerts.alert import COOL_DOWN, MAX_KNOWN, CoolDown, alert_of
from sensor.model.calls import Caller, OtherAction, Phase, ToolKind
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, ApprovalUse, JudgedCall, Judgement, Mode, ScanProfile, Verdict


def judged(call, verdict, findings=(Finding(rule="HR-X-1", severity=Severity.HIGH, message="m"),)):
    judgement = Judgement(verdict=verdict, answer=Answer.DENY, would_answer=Answer.DENY, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, reason="why", findings=findings, hold="Q1")
    return JudgedCall(call=call, caller=Caller(uid=1), judgement=judgement)


@pytest.mark.parametrize(("verdict", "kind"), [(Verdict.BLOCK, "block"), (Verdict.QUARANTINE, "quarantine"), (Verdict.FLAG, None), (Verdict.CLEAN, None)])
def test_what_is_worth_an_alert(shell_call, verdict, kind):
    alert = alert_of(judged(shell_call("x"), verdict))
    assert (alert.kind if alert else None) == kind
    if alert:
        assert (alert.rule, alert.text, alert.hold, alert.agent) == ("HR-X-1", "why", "Q1", "claude-code")


def test_what_already_happened_is_none(shell_call):
    assert alert_of(judged(shell_call("x", phase=Phase.AFTER), Verdict.BLOCK)) is None


def test_a_withheld_tool_of_a_server_is_worth_an_alert(shell_call):
    def definition(name):
        return shell_call("", event="tools/list", phase=Phase.LIFECYCLE, kind=ToolKind.MCP, tool=f"mcp__notes__{name}", action=OtherAction(arguments={"name": name}))

    alert = alert_of(judged(definition("read"), Verdict.BLOCK))
    assert alert.kind == "quarantine" and "withholds a tool" in alert.title
    assert alert.key != alert_of(judged(definition("write"), Verdict.BLOCK)).key
    assert alert_of(judged(definition("read"), Verdict.FLAG)) is None


def test_what_a_person_said_yes_to_is_none(shell_call):
    one = judged(shell_call("x"), Verdict.QUARANTINE)
    allowed = msgspec.structs.replace(one.judgement, answer=Answer.ALLOW, hold="", approval=ApprovalUse(id="A1", by="sam", consent="c"))
    assert alert_of(msgspec.structs.replace(one, judgement=allowed)) is None


def test_the_same_alert_comes_once_in_five_minutes_and_counts_the_others():
    now = [0.0]
    cool = CoolDown(lambda: now[0])
    assert [cool.admit("a"), cool.admit("a"), cool.admit("b"), cool.admit("a")] == [(0, True), None, (0, True), None]
    now[0] = COOL_DOWN
    assert cool.admit("a") == (2, True) and cool.admit("a") is None


def test_some_of_a_kind_are_let_through_and_the_last_of_them_is_known():
    now = [0.0]
    cool = CoolDown(lambda: now[0])
    assert [cool.admit("a", 3) for _ in range(5)] == [(0, False), (0, False), (0, True), None, None]
    now[0] = COOL_DOWN
    assert cool.admit("a", 3) == (2, False)


def test_memory_is_bounded():
    cool = CoolDown(lambda: 0.0)
    for number in range(MAX_KNOWN + 5):
        cool.admit(str(number))
    assert len(cool._known) == MAX_KNOWN
