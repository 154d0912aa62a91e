"""What a client gets to see of a server's tools, and who may accept a changed one."""

from __future__ import annotations

import msgspec
import pytest

from hooks.adapters import CHANNELS
from sensor.access.pins import ToolPins
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.definitions import Definitions, use_of
from sensor.model.calls import Caller, McpAction
from sensor.model.errors import UsageError
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict

MCP = CHANNELS["mcp"]
ME = Caller(uid=1000)


def definition(description="d", agent="claude-code", event="tools/list"):
    body = {"hook_event_name": event, "mcp_client": agent, "mcp_server_name": "my files", "mcp_server_id": "01", "tool_name": "read.it",
            "tool_input": {"name": "read.it", "description": description}}
    return MCP.parse_event(msgspec.json.encode(body), False)


def judged(pins, call, mode=Mode.ENFORCE):
    findings = pins.check(call)
    verdict = Verdict.QUARANTINE if findings else Verdict.CLEAN
    return Judgement(verdict=verdict, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=mode, profile=ScanProfile.STRICT, reason="changed", advice="it changed", findings=findings)


class Desk:
    def __init__(self, folder):
        self.pins, self.offered, self.changes, self.fails = ToolPins(folder / "pins.json", lambda: 0.0), True, [], False
        self.definitions = Definitions(self.pins, offers=self.offers, recorder=self, person=self.person)
        self.asked: list = []
        self.below_agent = False

    def offers(self, call):
        self.asked.append(call)
        return self.offered

    def person(self, caller):
        if self.below_agent:
            raise UsageError("only a person")

    def change(self, what, before, after, by, then):
        if self.fails:
            raise AuditUnavailable(Cause.DISK_FULL, "full")
        self.changes.append((what, before, after, by))
        then()

    def list(self, call, mode=Mode.ENFORCE) -> tuple[str, bool]:
        judgement = judged(self.pins, call, mode)
        news = self.definitions.news(call, judgement)
        return msgspec.json.decode(self.definitions.reply(MCP, call, judgement).stdout)["answer"], news

    def op(self, name, **args):
        answers: list = []
        self.definitions.table()[name](args, ME, lambda code, value: answers.append((code, value)))
        ((code, value),) = answers
        assert code == 0
        return value


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_known_tool_is_shown(desk):
    assert desk.list(definition()) == ("allow", True) and desk.list(definition()) == ("allow", False)


def test_a_changed_tool_is_withheld_until_a_person_accepts_it(desk):
    desk.list(definition())
    assert desk.list(definition("other")) == ("deny", True) and desk.list(definition("other")) == ("deny", False)
    (tool,) = desk.op("mcp.tools")["tools"]
    assert (tool["server"], tool["tool"], tool["withheld"]) == ("my files", "read.it", "HR-DEF-001")
    with pytest.raises(UsageError, match="now"):
        desk.op("mcp.accept", server="my files", tool="read.it", definition="00" if tool["seen"][:2] != "00" else "11", by="dev")
    assert desk.op("mcp.accept", server="my files", tool="read.it", definition=tool["seen"][:12], by="dev")["accepted"][0]["tool"] == "read.it"
    assert desk.changes == [("definition of read.it of the MCP server my files", "withheld", "accepted", "dev")]
    assert desk.list(definition("other")) == ("allow", True)


def test_observe_withholds_nothing(desk):
    desk.list(definition())
    desk.offered = False
    assert desk.list(definition("other"), Mode.OBSERVE) == ("allow", True)


def test_a_tool_beyond_the_rights_of_the_agent_is_not_shown(desk):
    desk.offered = False
    assert desk.list(definition())[0] == "deny"
    assert desk.asked[0].action == McpAction(server="my files", tool="read_it", arguments={}) and desk.asked[0].tool == "mcp__my_files__read_it"


def test_rights_to_tools_say_nothing_of_instructions(desk):
    desk.offered = False
    assert desk.list(definition(event="initialize")) == ("allow", True) and desk.asked == []


def test_the_use_of_a_tool_has_the_agents_name():
    assert use_of(definition(agent="cursor")).tool == "MCP:read.it" and not use_of(definition()).is_definition


def test_an_agent_may_not_accept(desk):
    desk.list(definition())
    desk.list(definition("other"))
    desk.below_agent = True
    with pytest.raises(UsageError):
        desk.op("mcp.accept", server="my files")
    assert desk.pins.withheld(definition())


def test_what_cannot_be_recorded_is_not_accepted(desk):
    desk.list(definition())
    desk.list(definition("other"))
    desk.fails = True
    with pytest.raises(AuditUnavailable):
        desk.op("mcp.accept", server="my files")
    assert desk.pins.withheld(definition())


@pytest.mark.parametrize("args", [{"server": 7}, {"server": "x" * 501}, {"server": "my files", "tool": []}])
def test_bad_arguments(desk, args):
    with pytest.raises(UsageError):
        desk.op("mcp.accept", **args)


def test_a_definition_that_could_not_be_judged_is_withheld(desk):
    assert b'"deny"' in desk.definitions.withhold(MCP, definition()).stdout
