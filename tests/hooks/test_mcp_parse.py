"""What the MCP proxy reports, as a call of the agent behind it."""

from __future__ import annotations

import pytest
from payloads import HOSTILE, encoded

from hooks.mcp_parse import parse_event
from sensor.model.calls import InputProblem, McpAction, OtherAction, Phase, Surface, ToolKind


def event(**changes):
    return encoded({"hook_event_name": "tools/call", "mcp_client": "claude-code", "mcp_server_name": "my files", "mcp_server_id": "01", "mcp_method": "tools/call", "session_id": "s",
                    "tool_name": "read.it", "tool_input": {"path": "a"}, "tool_use_id": "t1", "cwd": "/p", **changes})


def test_a_call():
    call = parse_event(event(), False)
    assert (call.agent, call.session, call.tool_use_id, call.cwd, call.server_id) == ("claude-code", "s", "t1", "/p", "01")
    assert (call.phase, call.kind, call.surface, call.problems) == (Phase.BEFORE, ToolKind.MCP, Surface.MCP, ())
    assert call.abilities.deny and not call.abilities.ask
    assert call.tool == "mcp__my_files__read_it" and call.action == McpAction(server="my files", tool="read_it", arguments={"path": "a"})


@pytest.mark.parametrize(("agent", "tool"), [("cursor", "MCP:read.it"), ("claude-code", "mcp__my_files__read_it"), ("other", "mcp__my files__read.it")])
def test_tools_have_the_names_of_the_agents_own_hooks(agent, tool):
    assert parse_event(event(mcp_client=agent), False).tool == tool


@pytest.mark.parametrize("agent", ["", "Claude", "a b", "x" * 50, 7, None, "../x"])
def test_an_odd_agent_is_unknown(agent):
    assert parse_event(event(mcp_client=agent), False).agent == "unknown"


def test_a_result():
    call = parse_event(event(hook_event_name="tools/result", tool_response="hello"), False)
    assert (call.phase, call.result, call.tool) == (Phase.AFTER, "hello", "mcp__my_files__read_it")


def test_a_resource_is_the_call_that_claude_code_reports():
    given = {"server": "my files", "uri": "file:///a"}
    call = parse_event(event(hook_event_name="resources/read", mcp_method="resources/read", tool_name="resource", tool_input=given), False)
    assert (call.phase, call.tool, call.action) == (Phase.BEFORE, "ReadMcpResource", McpAction(server="my files", tool="resource", arguments=given))
    after = parse_event(event(hook_event_name="tools/result", mcp_method="resources/read", tool_name="resource", tool_input=given, tool_response="x"), False)
    assert (after.phase, after.tool) == (Phase.AFTER, "ReadMcpResource")


def test_a_definition():
    definition = {"name": "read.it", "description": "d"}
    call = parse_event(event(hook_event_name="tools/list", tool_input=definition), False)
    assert call.is_definition and call.phase is Phase.LIFECYCLE and call.tool == "mcp__my files__read.it" and call.action == OtherAction(arguments=definition)
    assert not parse_event(event(), False).is_definition


@pytest.mark.parametrize(("name", "tool"), [("initialize", "@instructions"), ("prompts/list", "@prompt/a__b"), ("resources/list", "@resource/file:///a")])
def test_what_else_a_server_says_of_itself_is_a_definition(name, tool):
    given = {"name": tool, "description": "d"}
    call = parse_event(event(hook_event_name=name, tool_name=tool, tool_input=given), False)
    assert call.is_definition and call.phase is Phase.LIFECYCLE and call.tool == f"mcp__my files__{tool}" and call.action == OtherAction(arguments=given)


@pytest.mark.parametrize("changes", [{"tool_name": ""}, {"mcp_server_name": None}, {"tool_name": ["x"]}])
def test_a_call_without_a_name_cannot_be_judged(changes):
    assert InputProblem.MISSING_FIELD in parse_event(event(**changes), False).problems


@pytest.mark.parametrize("body", [b"", b"{", b"[]", *HOSTILE.values()])
def test_what_cannot_be_read_counts_as_a_call(body):
    call = parse_event(body, False)
    assert call.phase is Phase.BEFORE and call.problems and call.abilities.deny


@pytest.mark.parametrize(("given", "odd"), [([{"a": 1}], True), ("a", True), ({}, False), (None, False)])
def test_arguments_that_are_no_object_are_a_problem(given, odd):
    assert (InputProblem.NOT_OBJECT in parse_event(event(tool_input=given), False).problems) is odd
