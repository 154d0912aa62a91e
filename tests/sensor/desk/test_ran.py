"""What ran is compared with what was judged before it."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from sensor.desk.ran import RULE, ran_otherwise, tells_what_ran
from sensor.model.calls import AgentAction, DeleteAction, Edit, OtherAction, Phase, ShellAction, ToolKind, WriteAction
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict
from sensor.policy.decide import VerdictPolicy, decide

CLEAN = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)
GRAVE = Finding(rule="HR-DST-001", severity=Severity.CRITICAL, message="Takes the home folder away")
SECRET = Finding(rule="HR-SEC-AWS", severity=Severity.MEDIUM, message="A key in the result")


class InForce:
    """The part of a policy that decides."""

    @staticmethod
    def decide(call, findings):
        return decide(call, findings, VerdictPolicy(), datetime.date.min)


@pytest.fixture
def ran(shell_call):
    return lambda **changes: shell_call("rm -rf ~", **{"phase": Phase.AFTER, "event": "PostToolUse", "result": "x", **changes})


def test_a_harmless_other_command_is_noted(ran):
    judged = []
    found = ran_otherwise(ran(), CLEAN, InForce, lambda call: judged.append(call) or CLEAN)
    assert (found.verdict, found.answer, [one.rule for one in found.findings]) == (Verdict.FLAG, Answer.ALLOW, [RULE])
    assert "not what was judged" in found.reason
    assert (judged[0].phase, judged[0].result, judged[0].action) == (Phase.BEFORE, "", ShellAction(command="rm -rf ~"))


def test_a_grave_one_is_judged_as_what_ran_and_can_be_stopped_no_more(ran):
    found = ran_otherwise(ran(), CLEAN, InForce, lambda call: msgspec.structs.replace(CLEAN, verdict=Verdict.BLOCK, answer=Answer.DENY, findings=(GRAVE,)))
    assert (found.verdict, found.answer, [one.rule for one in found.findings]) == (Verdict.BLOCK, Answer.ALLOW, [RULE, "HR-DST-001"])
    assert "It has run: Takes the home folder away (rule HR-DST-001, critical)" in found.reason and "Tell the user" in found.advice


def test_what_the_result_holds_stays_found(ran):
    found = ran_otherwise(ran(), msgspec.structs.replace(CLEAN, findings=(SECRET, GRAVE)), InForce, lambda call: msgspec.structs.replace(CLEAN, findings=(GRAVE,)))
    assert [one.rule for one in found.findings] == [RULE, "HR-DST-001", "HR-SEC-AWS"]


def test_what_a_person_may_have_corrected_is_only_kept(ran):
    written = ran(kind=ToolKind.FILE_WRITE, action=WriteAction(files=(("a", (Edit(new="x"),)),)))
    found = ran_otherwise(written, CLEAN, InForce, lambda call: CLEAN)
    assert (found.verdict, [one.severity for one in found.findings]) == (Verdict.CLEAN, [Severity.INFO])


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, True), ({"phase": Phase.BEFORE}, False), ({"action": ShellAction(command="")}, False), ({"kind": ToolKind.SESSION, "action": OtherAction(arguments={})}, False),
    ({"kind": ToolKind.FILE_DELETE, "action": DeleteAction(paths=("a",))}, True), ({"kind": ToolKind.SUBAGENT, "action": AgentAction(prompt="x")}, True),
    ({"kind": ToolKind.FILE_WRITE, "action": WriteAction(files=(("a", (Edit(new=""),)),))}, False),
    ({"kind": ToolKind.FILE_WRITE, "action": WriteAction(files=(("a", (Edit(new="x"),)),))}, True),
])
def test_reports_that_say_what_ran(ran, changes, expected):
    assert tells_what_ran(ran(**changes)) is expected


def test_a_running_sensor_tells_the_agent_and_the_log(own_live):
    own_live.start()
    event = {"session_id": "s", "cwd": str(own_live.prefix), "tool_name": "Bash", "tool_use_id": "x1"}
    assert own_live.hook({**event, "hook_event_name": "PreToolUse", "tool_input": {"command": "ls"}})[1] == {}
    same = own_live.hook({**event, "hook_event_name": "PostToolUse", "tool_input": {"command": "ls", "timeout": 5}, "tool_response": {"stdout": ""}})
    assert same[1] == {}
    _, answer, _ = own_live.hook({**event, "hook_event_name": "PostToolUse", "tool_input": {"command": "rm -rf ~"}, "tool_response": {"stdout": "", "stderr": ""}})
    assert answer["decision"] == "block" and "HR-DST-001" in answer["reason"]
    last = [entry for entry in own_live.entries() if entry["kind"] == "call"][-1]
    assert (last["phase"], last["verdict"], last["summary"]["text"]) == ("after", "block", "rm -rf ~")
    assert {RULE, "HR-DST-001"} <= {rule["id"] for rule in last["rules"]}
