"""Every event of Claude Code becomes the call that it is."""

from __future__ import annotations

import msgspec
import pytest
from payloads import HOSTILE, SENSELESS, encoded, own, pre_tool, shared

from hooks.claude_parse import OTHER_EVENTS, TOOL_EVENTS, parse_event
from sensor.model.calls import (
    Abilities,
    Edit,
    FetchAction,
    Heartbeat,
    InputProblem,
    McpAction,
    Phase,
    ShellAction,
    ToolCall,
    ToolKind,
)


def call(event: dict) -> ToolCall:
    parsed = parse_event(encoded(event), False)
    assert isinstance(parsed, ToolCall)
    return parsed


@pytest.mark.parametrize("row", own("claude-code"))
def test_our_events(row):
    parsed = call(row["event"])
    assert (parsed.phase.value, parsed.kind.value, parsed.problems) == (row["phase"], row["kind"], ())
    assert (parsed.event, parsed.session, parsed.turn) == (row["event"]["hook_event_name"], "ses-1", "pr-1")
    msgspec.json.encode(parsed)


def test_our_events_cover_every_event():
    assert {row.values[0]["event"]["hook_event_name"] for row in own("claude-code")} - {"FromTheFuture"} == {*TOOL_EVENTS, *OTHER_EVENTS}


@pytest.mark.parametrize(("row", "body"), shared("claude-code"))
def test_shared_events(row, body):
    parsed = parse_event(body, False)
    msgspec.json.encode(parsed)
    if isinstance(parsed, ToolCall) and row["agent"] == "claude-code":
        assert parsed.event == row["event"].removeprefix("thirdparty-") and not parsed.problems


@pytest.mark.parametrize("name", [*HOSTILE, *SENSELESS])
def test_what_cannot_be_read_is_a_tool_call(name):
    parsed = parse_event({**HOSTILE, **SENSELESS}[name], False)
    assert isinstance(parsed, ToolCall) and parsed.phase is Phase.BEFORE and parsed.abilities.deny
    msgspec.json.encode(parsed)


def test_details_that_decide():
    edit = call(pre_tool(tool_name="Edit", tool_input={"file_path": "/a", "old_string": "1", "new_string": "2"})).action
    assert edit.files == (("/a", (Edit(new="2", old="1"),)),)
    mcp = call(pre_tool(tool_name="mcp__plugin_x_srv__do_it", tool_input={"a": 1}, mcp_server={"name": "srv"})).action
    assert mcp == McpAction(server="srv", tool="do_it", arguments={"a": 1})
    assert call(pre_tool(tool_name="mcp__srv__a__b")).action.tool == "a__b"
    assert call(pre_tool(tool_name="Monitor", tool_input={"ws": {"url": "wss://x"}})).action == FetchAction(url="wss://x")
    sub = call(pre_tool(agent_id="a-1", agent_type="Explore"))
    assert (sub.subagent, sub.subagent_type, sub.tool_use_id) == ("a-1", "Explore", "toolu_1")


def test_results_and_errors_are_text():
    after = call(pre_tool(hook_event_name="PostToolUse", tool_response={"stdout": "out", "stderr": "err"}))
    assert after.result == "out\nerr" and after.phase is Phase.AFTER and after.abilities == Abilities(replace_result=True)
    assert call(pre_tool(hook_event_name="PostToolUseFailure", error="Exit code 1")).result == "Exit code 1"
    assert call(pre_tool(hook_event_name="PostToolUseFailure", tool_response={"success": False, "stdout": "a"}, error={"m": "b"})).result == 'a\n{"m":"b"}'
    assert call(pre_tool(tool_name="mcp__x__get", hook_event_name="PostToolUse", tool_response={"success": True, "url": "b"})).result == '{"success":true,"url":"b"}'


@pytest.mark.parametrize(("mode", "ask"), [("default", True), ("plan", True), ("acceptEdits", True), ("auto", True), ("", True), ("bypassPermissions", False), ("dontAsk", False)])
@pytest.mark.parametrize("event", ["PreToolUse", "PermissionRequest"])
def test_where_nobody_is_asked_a_question_is_no_answer(event, mode, ask):
    assert call(pre_tool(hook_event_name=event, permission_mode=mode)).abilities == Abilities(deny=True, ask=ask)


def test_code_for_javascript_that_goes_on_is_a_command():
    assert call(pre_tool(tool_name="REPL", tool_input={"code": "rm('a b')"})).action == ShellAction(command="""node -e 'rm('"'"'a b'"'"')'""")
    assert InputProblem.MISSING_FIELD in call(pre_tool(tool_name="REPL", tool_input={})).problems


def test_a_message_beside_a_prompt_is_read():
    assert call(pre_tool(tool_name="SendMessage", tool_input={"prompt": "a", "message": "b"})).action.prompt == "a\nb"


def test_a_command_in_the_text_of_a_skill_cannot_be_asked_about():
    """As Claude Code 2.1.332 sends it: the id names no call of the model, and nobody waits for an answer to a question."""
    parsed = call(pre_tool("git log -3", hook_event_name="PreSkillShellCommand", tool_use_id="u:inner:preamble-0", command_name="release", command_source="projectSettings", invoked_by="user"))
    assert parsed.action == ShellAction(command="git log -3", description="Shell command in the text of /release")
    assert (parsed.phase, parsed.kind, parsed.abilities) == (Phase.BEFORE, ToolKind.SHELL, Abilities(deny=True))


def test_cursor_reports_its_own_actions():
    both = {"cursor_version": "1", "conversation_id": "c"}
    beat = parse_event(encoded(pre_tool(**both)), False)
    assert isinstance(beat, Heartbeat) and (beat.agent, beat.through) == ("claude-code", "cursor")
    assert beat.call.action == call(pre_tool()).action
    nested = parse_event(encoded(pre_tool(tool_input={**both, "command": "ls"})), False)
    assert isinstance(nested, ToolCall)
    assert isinstance(parse_event(encoded(pre_tool(**both))[:-1], False), ToolCall), "broken: it may be anything"


@pytest.mark.parametrize("field", ["cursor_version", "conversation_id", "generation_id"])
def test_one_field_of_cursor_silences_nobody(field):
    assert isinstance(parse_event(encoded(pre_tool(**{field: "1"})), False), ToolCall)


@pytest.mark.parametrize("name", ["pretooluse", "PreToolUse ", "PreToolUse2", "", None, 7])
def test_a_call_whose_event_has_no_known_name_has_yet_to_run(name):
    parsed = call(pre_tool(hook_event_name=name))
    assert (parsed.phase, parsed.kind, parsed.abilities.deny) == (Phase.BEFORE, ToolKind.SHELL, True)


@pytest.mark.parametrize("more", [{"tool_response": {}}, {"tool_name": ""}])
def test_an_unknown_event_without_a_call_is_only_kept(more):
    assert call(pre_tool(hook_event_name="NewEvent", **more)).phase is Phase.LIFECYCLE


@pytest.mark.parametrize(("tool", "given", "odd"), [
    ("mcp__s__run", [{"command": "ls"}], True), ("mcp__s__run", "ls", True), ("Bash", "ls", True), ("New", 7, True), ("mcp__s__run", {}, False), ("mcp__s__run", None, False),
])
def test_an_input_that_is_no_object_is_a_problem(tool, given, odd):
    assert (InputProblem.NOT_OBJECT in call(pre_tool(tool_name=tool, tool_input=given)).problems) is odd


@pytest.mark.parametrize("given", [{}, {"tool_name": "Bash"}, {"tool_name": None, "tool_input": None}, {"tool_name": 7, "tool_input": []}, {"tool_name": "Bash", "tool_input": {"command": ["ls"]}}])
def test_fields_that_are_missing_are_a_problem(given):
    parsed = call({"hook_event_name": "PreToolUse", **given})
    assert InputProblem.MISSING_FIELD in parsed.problems and parsed.phase is Phase.BEFORE


def test_a_new_tool_passes_with_its_input():
    parsed = call(pre_tool(tool_name="Teleport", tool_input={"to": "moon"}))
    assert parsed.kind is ToolKind.UNKNOWN and parsed.arguments == {"to": "moon"} and parsed.action.arguments == {"to": "moon"}
