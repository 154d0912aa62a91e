"""Every event of Cursor becomes the call that it is; both reports of one action become the same call."""

from __future__ import annotations

import msgspec
import pytest
from payloads import HOSTILE_CURSOR, SENSELESS, encoded, own, pre_tool, shared

from hooks.cursor_parse import EVENTS, parse_event
from sensor.access.repeats import Repeats, identify
from sensor.model.calls import (
    Abilities,
    DeleteAction,
    Edit,
    InputProblem,
    McpAction,
    Phase,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    WriteAction,
)


def call(event: dict) -> ToolCall:
    parsed = parse_event(encoded(event), False)
    assert isinstance(parsed, ToolCall)
    return parsed


@pytest.mark.parametrize("row", own("cursor"))
def test_our_events(row):
    parsed = call(row["event"])
    assert (parsed.phase.value, parsed.kind.value, parsed.problems) == (row["phase"], row["kind"], ())
    assert parsed.event == row["event"]["hook_event_name"] and parsed.agent_version in ("3.20.21",)
    msgspec.json.encode(parsed)


def test_our_events_cover_every_event():
    assert {row.values[0]["event"]["hook_event_name"] for row in own("cursor")} - {"beforeTimeTravel"} == set(EVENTS)


@pytest.mark.parametrize(("row", "body"), shared("cursor"))
def test_shared_events(row, body):
    parsed = parse_event(body, False)
    assert isinstance(parsed, ToolCall)
    msgspec.json.encode(parsed)
    if row["agent"] == "cursor" and "thirdparty" not in row["event"]:
        assert parsed.event in EVENTS and not parsed.problems


@pytest.mark.parametrize("name", [*HOSTILE_CURSOR, *SENSELESS])
def test_what_cannot_be_read_is_a_tool_call(name):
    parsed = parse_event({**HOSTILE_CURSOR, **SENSELESS}[name], False)
    assert isinstance(parsed, ToolCall) and parsed.phase is Phase.BEFORE and parsed.abilities.deny


COMMON = {"conversation_id": "c", "generation_id": "g", "workspace_roots": ["/home/sam/p"]}
PAIRS = {
    "shell": ({"tool_name": "Shell", "tool_input": {"command": "make", "working_directory": "/home/sam/p"}}, {"hook_event_name": "beforeShellExecution", "command": "make", "cwd": "", "sandbox": False}),
    "read": ({"tool_name": "Read", "tool_input": {"file_path": "/home/sam/p/a"}}, {"hook_event_name": "beforeReadFile", "file_path": "/home/sam/p/a", "content": "text"}),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("swap", [False, True])
def test_both_reports_of_an_action_are_one(name, swap):
    first, second = PAIRS[name]
    reports = [{**COMMON, "hook_event_name": "preToolUse", "tool_use_id": "t1", "cwd": "/home/sam/p", **first}, {**COMMON, **second}]
    one, two = (identify(call(event)) for event in (reversed(reports) if swap else reports))
    repeats: Repeats[str] = Repeats(lambda: 1.0)
    repeats.remember(one, "entry 1")
    assert repeats.find(two) == "entry 1"


def test_a_retry_of_an_event_has_the_same_identity():
    event = {**COMMON, "hook_event_name": "preToolUse", "tool_use_id": "t1", "tool_name": "Write", "tool_input": {"file_path": "/a", "content": "x"}}
    assert identify(call(event)) == identify(call(event))


@pytest.mark.parametrize(("event", "abilities"), [
    ({"hook_event_name": "beforeShellExecution", "command": "ls"}, Abilities(deny=True, ask=True)),
    ({"hook_event_name": "beforeMCPExecution", "tool_name": "t", "tool_input": "{}"}, Abilities(deny=True, ask=True)),
    ({"hook_event_name": "preToolUse", "tool_name": "Shell", "tool_input": {"command": "ls"}}, Abilities(deny=True, asks_later=True)),
    ({"hook_event_name": "preToolUse", "tool_name": "MCP:t", "tool_input": {}}, Abilities(deny=True, asks_later=True)),
    ({"hook_event_name": "preToolUse", "tool_name": "Write", "tool_input": {"file_path": "a", "content": ""}}, Abilities(deny=True)),
    ({"hook_event_name": "preToolUse", "tool_name": "Delete", "tool_input": {"file_path": "a"}}, Abilities(deny=True)),
    ({"hook_event_name": "beforeReadFile", "file_path": "a"}, Abilities(deny=True)),
    ({"hook_event_name": "stop"}, Abilities()),
])
def test_what_each_event_lets_us_answer(event, abilities):
    assert call({**COMMON, **event}).abilities == abilities


def test_mcp_input_is_an_object_in_a_string():
    parsed = call({**COMMON, "hook_event_name": "beforeMCPExecution", "tool_name": "t", "tool_input": '{"a": {"b": 1}}', "mcp_server_name": "srv"})
    assert parsed.action == McpAction(server="srv", tool="t", arguments={"a": {"b": 1}}) and not parsed.problems
    broken = call({**COMMON, "hook_event_name": "beforeMCPExecution", "tool_name": "t", "tool_input": '{"a":', "mcp_server_name": "srv"})
    assert InputProblem.NOT_JSON in broken.problems


@pytest.mark.parametrize("name", ["beforeMCPExecution", "preToolUse"])
def test_mcp_input_in_a_list_is_a_problem(name):
    listed = call({**COMMON, "hook_event_name": name, "tool_name": "MCP:t", "tool_input": [{"command": "ls"}]})
    assert InputProblem.NOT_OBJECT in listed.problems


@pytest.mark.parametrize(("name", "more", "phase"), [("pretooluse", {}, Phase.BEFORE), ("", {}, Phase.BEFORE), ("new", {}, Phase.BEFORE), ("new", {"tool_output": "x"}, Phase.LIFECYCLE)])
def test_a_call_whose_event_has_no_known_name_has_yet_to_run(name, more, phase):
    assert call({**COMMON, "hook_event_name": name, "tool_name": "Shell", "tool_input": {"command": "ls"}, **more}).phase is phase


@pytest.mark.parametrize(("event", "folder"), [
    (pre_tool(agent="cursor", cwd=""), "/home/sam/p"), (pre_tool(agent="cursor", cwd="/x"), "/x"),
    ({"hook_event_name": "preToolUse", "tool_name": "Shell", "tool_input": {"command": "ls", "working_directory": "/w"}, "cwd": "/x"}, "/w"),
])
def test_where_a_call_happens(event, folder):
    assert call(event).cwd == folder


TWO = {"file_path": "/p/a", "path": "/home/sam", "paths": ["/p/b"]}


@pytest.mark.parametrize(("tool", "given", "action"), [
    ("Read", TWO, ReadAction(paths=("/p/a", "/home/sam", "/p/b"))),
    ("Delete", TWO, DeleteAction(paths=("/p/a", "/home/sam", "/p/b"))),
    ("delete_file", {"target_file": "/home/sam"}, DeleteAction(paths=("/home/sam",))),
    ("Grep", {"pattern": ".", "path": "/p", "targetDirectory": "/home/sam/.ssh"}, SearchAction(pattern=".", path="/p", also=("/home/sam/.ssh",))),
    ("Write", {"file_path": "/p/a", "path": "/p/b", "contents": "x"}, WriteAction(files=(("/p/a", (Edit(new="x"),)), ("/p/b", (Edit(new="x"),))))),
    ("StrReplace", {"path": "/p/a", "old_string": "o", "new_string": "n"}, WriteAction(files=(("/p/a", (Edit(new="n", old="o"),)),))),
    ("StrReplace", {"path": "/p/a", "replacements": [{"old": "o", "new": "n"}]}, WriteAction(files=(("/p/a", (Edit(new="n", old="o"),)),))),
    ("EditNotebook", {"target_notebook": "/p/a.ipynb", "old_string": "", "new_string": "!ls"}, WriteAction(files=(("/p/a.ipynb", (Edit(new="!ls"),)),))),
    ("edit_file", {"target_file": "/p/a", "code_edit": "n"}, WriteAction(files=(("/p/a", (Edit(new="n"),)),))),
    ("run_terminal_cmd", {"command": "ls"}, ShellAction(command="ls")),
])
def test_every_field_that_names_a_file_counts(tool, given, action):
    assert call({**COMMON, "hook_event_name": "preToolUse", "tool_name": tool, "tool_input": given}).action == action


def test_every_path_of_a_read_event_counts():
    parsed = call({**COMMON, "hook_event_name": "beforeReadFile", "file_path": "/p/a", "path": "/home/sam/.ssh/id_rsa"})
    assert parsed.action == ReadAction(paths=("/p/a", "/home/sam/.ssh/id_rsa")) and "id_rsa" in parsed.arguments["file_path"]


def test_results_are_text():
    after = {**COMMON, "hook_event_name": "postToolUse", "tool_name": "Shell", "tool_input": {"command": "ls"}, "tool_output": '{"exitCode": 0, "stdout": "a"}'}
    assert call(after).result == "a"
    assert call({**after, "tool_output": "plain"}).result == "plain"
    assert call({**after, "tool_output": "[broken"}).result == "[broken"
    assert call({**after, "tool_output": '{"stdout": "a", "data": "b"}', "error_message": "c"}).result == 'a\n{"data":"b"}\nc'
    mcp = call({**COMMON, "hook_event_name": "afterMCPExecution", "tool_name": "t", "tool_input": "{}", "result_json": '{"content": [{"text": "one"}]}'})
    odd = {**COMMON, "hook_event_name": "afterMCPExecution", "tool_name": "t", "tool_input": "{}"}
    assert call({**odd, "result_json": '{"success": true, "d": "x"}'}).result == '{"success":true,"d":"x"}' == call({**odd, "result_json": {"success": True, "d": "x"}}).result
    assert mcp.result == "one" and mcp.phase is Phase.AFTER
