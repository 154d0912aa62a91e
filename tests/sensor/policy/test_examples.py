from __future__ import annotations

import pytest

from sensor.model.calls import McpAction, OtherAction, Phase, ReadAction, ToolKind, WriteAction
from sensor.policy.examples import PROJECT, example_call, trials
from sensor.policy.rule import Example


@pytest.mark.parametrize(
    ("tool", "given", "kind"),
    [
        ("Bash", {"command": "ls"}, ToolKind.SHELL), ("Read", {"file_path": "a"}, ToolKind.FILE_READ), ("Grep", {"pattern": "a"}, ToolKind.SEARCH),
        ("Write", {"file_path": "a", "content": "b"}, ToolKind.FILE_WRITE), ("Edit", {"file_path": "a", "old_string": "b", "new_string": "c"}, ToolKind.FILE_WRITE),
        ("Delete", {"file_path": "a"}, ToolKind.FILE_DELETE), ("WebFetch", {"url": "https://a"}, ToolKind.NETWORK), ("Task", {"prompt": "a"}, ToolKind.SUBAGENT),
        ("Prompt", {"prompt": "a"}, ToolKind.PROMPT), ("mcp__a__b", {"c": 1}, ToolKind.MCP), ("Novel", {"c": 1}, ToolKind.UNKNOWN),
    ],
)
def test_the_call_of_each_tool(tool, given, kind):
    call = example_call(Example(tool=tool, input=given))
    assert call.kind is kind and call.phase is Phase.BEFORE and call.cwd == PROJECT and call.arguments == given


def test_actions():
    assert example_call(Example(tool="Read", input={"file_path": "a"})).action == ReadAction(paths=("a",))
    edit = example_call(Example(tool="Edit", input={"file_path": "a", "old_string": "b", "new_string": "c"})).action
    assert isinstance(edit, WriteAction) and (edit.files[0][1][0].old, edit.files[0][1][0].new) == ("b", "c")
    assert example_call(Example(tool="mcp__a__b__c", input={})).action == McpAction(server="a", tool="b__c", arguments={})


def test_a_result_and_a_definition():
    result = example_call(Example(tool="Read", input={"file_path": "a"}, result="text"))
    assert (result.event, result.phase, result.result) == ("PostToolUse", Phase.AFTER, "text")
    definition = example_call(Example(definition={"name": "n", "description": "d"}))
    assert definition.phase is Phase.LIFECYCLE and isinstance(definition.action, OtherAction) and definition.tool == "mcp__server__n"


def test_a_folder_below_the_project():
    assert example_call(Example(input={"command": "ls"}, cwd="sub/..//x")).cwd == PROJECT + "/x"


def test_an_example_that_does_not_fit_its_tool():
    with pytest.raises(ValueError, match="Write needs 'file_path'"):
        example_call(Example(tool="Write", input={"content": "x"}))


def test_trials_of_a_rule(make_rule):
    found = list(trials((make_rule("effect: {command: [rm]}"),)))
    assert [(trial.name, trial.positive) for trial in found] == [
        ("TEAM-TEST-001-yes-1", True), ("TEAM-TEST-001-yes-2", True), ("TEAM-TEST-001-no-1", False), ("TEAM-TEST-001-no-2", False)]
