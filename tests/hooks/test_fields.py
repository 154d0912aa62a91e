"""Reading fields that may be absent or of another type, and results as text."""

from __future__ import annotations

import pytest

from hooks.fields import Fields, is_call, join_problems, missing, not_an_object, render_result, whole_file
from sensor.model.calls import (
    AgentAction,
    DeleteAction,
    Edit,
    FetchAction,
    InputProblem,
    McpAction,
    OtherAction,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolKind,
    WriteAction,
)

ODD = Fields({"a": None, "b": 7, "c": "", "d": "text", "e": ["x", 1, {"k": "v"}], "f": {"g": "h"}})


def test_no_type_raises():
    assert ODD.text("a", "b", "c", "d") == "d"[:0] + "text" and ODD.text("zz", "b") == ""
    assert ODD.below("f").text("g") == "h" and ODD.below("b").obj == {}
    assert ODD.texts("e") == ("x",) and ODD.items("d") == [] and [one.text("k") for one in ODD.objects("e")] == ["v"]
    assert ODD.without(frozenset({"a", "b", "c", "d", "e"})) == {"f": {"g": "h"}}


@pytest.mark.parametrize("empty", [
    ShellAction(command=""), ReadAction(paths=()), WriteAction(files=()), DeleteAction(paths=()), FetchAction(), SearchAction(pattern=""),
    McpAction(server="s", tool="", arguments={}),
])
def test_an_action_without_its_object_cannot_be_judged(empty):
    assert missing(empty) == (InputProblem.MISSING_FIELD,)


@pytest.mark.parametrize("action", [
    ShellAction(command="ls"), ReadAction(paths=("a",)), FetchAction(query="q"), AgentAction(prompt=""), PromptAction(text=""), OtherAction(arguments={}),
])
def test_an_action_with_its_object(action):
    assert missing(action) == ()


@pytest.mark.parametrize(("given", "edits"), [
    ({"p": "f", "content": "new"}, (Edit(new="new"),)), ({"p": "f", "old_string": "a", "new_string": "b"}, (Edit(new="b", old="a"),)),
    ({"p": "f", "edits": [{"old_string": "a", "new_string": "b"}, "odd"]}, (Edit(new="b", old="a"),)), ({"p": "f", "content": ""}, (Edit(new=""),)),
])
def test_writes(given, edits):
    assert whole_file(Fields(given), "p") == WriteAction(files=(("f", edits),))


def test_problems_are_joined_once():
    assert join_problems((), ()) == ()
    joined = join_problems((InputProblem.TOO_DEEP,), (InputProblem.LOSSY, InputProblem.TOO_DEEP))
    assert joined == (InputProblem.LOSSY, InputProblem.TOO_DEEP)


UNKNOWN, SHELL, READ, WRITE, WEB, AGENT = ToolKind.UNKNOWN, ToolKind.SHELL, ToolKind.FILE_READ, ToolKind.FILE_WRITE, ToolKind.NETWORK, ToolKind.SUBAGENT


@pytest.mark.parametrize(("value", "kind", "text"), [
    ("text", UNKNOWN, "text"), (None, UNKNOWN, ""), ({"stdout": "a", "stderr": "b"}, SHELL, "a\nb"), ({"stdout": "a"}, SHELL, "a"), ({"file": {"content": "c"}}, UNKNOWN, "c"),
    ({"stdout": "", "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": True, "backgroundTaskId": "b1"}, SHELL, ""), ({"output": "o", "exitCode": 1}, SHELL, "o"),
    ({"type": "text", "file": {"filePath": "/f", "content": "c", "numLines": 1, "startLine": 1, "totalLines": 1}}, READ, "c"),
    ([{"type": "text", "text": "a"}, {"text": "b"}], UNKNOWN, "a\nb"), ({"content": [{"text": "a"}], "isError": False}, UNKNOWN, "a"), ({"content": "a"}, UNKNOWN, "a"),
    ({"bytes": 9, "code": 200, "codeText": "OK", "result": "r", "durationMs": 3, "url": "https://a.example"}, WEB, "r"),
    ({"type": "update", "filePath": "/f", "content": "x", "structuredPatch": [], "originalFile": None}, WRITE, "/f"), ({"file_path": "/f", "success": True}, WRITE, "/f"),
    ({"filePath": "/f", "oldString": "a", "newString": "b", "originalFile": "x", "structuredPatch": [{"lines": ["+b"]}], "userModified": False, "replaceAll": True}, WRITE, "/f"),
    ({"status": "completed", "content": [{"type": "text", "text": "done"}], "prompt": "do", "totalTokens": 3, "usage": {"input_tokens": 1}}, AGENT, "done"),
    ({"unknown": {"text": "kept"}}, UNKNOWN, '{"unknown":{"text":"kept"}}'), ([1], UNKNOWN, "[1]"), (7, UNKNOWN, "7"), ({"pin": 1234}, UNKNOWN, '{"pin":1234}'),
])
def test_results_as_the_model_reads_them(value, kind, text):
    assert render_result(value, kind) == text


HIDING = [
    {"success": True, "data": "ORDER"}, {"deleted": True, "note": "ORDER"}, {"structuredPatch": 1, "filePath": "a", "x": "ORDER"}, {"stdout": "ok", "data": "ORDER"}, {"stderr": "", "data": "ORDER"},
    {"stdout": {"a": "ORDER"}}, {"stdout": ["ORDER"]}, {"file": {"content": "ok"}, "data": "ORDER"}, {"file": {"content": "ok", "more": "ORDER"}}, {"file": {"content": ["ORDER"]}},
    {"result": "ok", "data": "ORDER"}, {"output": "ok", "data": "ORDER"}, {"output": ["ORDER"], "result": "ok"}, {"content": [{"type": "text", "text": "ok"}], "structuredContent": {"d": "ORDER"}},
    {"content": [], "data": "ORDER"}, {"content": {"text": "ORDER"}}, {"content": [{"text": "ok"}, "ORDER"]}, [{"type": "text", "text": "ok", "annotations": {"title": "ORDER"}}],
    [{"type": "text", "text": "ok"}, {"type": "resource", "text": "", "resource": {"text": "ORDER"}}], [{"text": "ok"}, ["ORDER"]], [["ORDER"]], {"success": "ORDER"}, {"exitCode": {"x": "ORDER"}},
    {"type": "x" * 33 + "ORDER"}, [{"text": "ok", "type": "x" * 33 + "ORDER"}], {"codeText": ["ORDER"], "result": "ok"}, {"filePath": ["ORDER"]}, {"filePath": "a", "file_path": "ORDER"}, {"ORDER": 1},
]


@pytest.mark.parametrize("kind", [SHELL, READ, WEB, AGENT, UNKNOWN, ToolKind.MCP], ids=lambda kind: kind.value)
@pytest.mark.parametrize("value", HIDING, ids=str)
def test_no_key_of_a_result_hides_another(value, kind):
    assert "ORDER" in render_result(value, kind)


def test_of_a_written_file_only_what_the_call_says_itself_is_left_out():
    given = {"content": "ORDER", "structuredPatch": [], "filePath": "/f"}
    assert (render_result(given, WRITE), render_result({**given, "more": "ORDER"}, WRITE)) == ("/f", '/f\n{"more":"ORDER"}')


@pytest.mark.parametrize("name", ["code", "success", "status", "type", "mode"])
def test_of_a_server_numbers_and_words_are_shown_too(name):
    assert "4711" in render_result({"result": "ok", name: 4711}, ToolKind.MCP) and "4711" in render_result([{"text": "ok", name: 4711}], ToolKind.MCP)
    assert "key" in render_result({name: "key"}, ToolKind.MCP)


@pytest.mark.parametrize("name", ["content", "oldString", "newString", "originalFile", "structuredPatch", "prompt", "usage", "url", "bashEditDiff", "filePath"])
def test_a_server_that_names_a_key_like_an_agents_own_hides_nothing(name):
    assert "ORDER" in render_result({"stdout": "ok", name: "ORDER"}, ToolKind.MCP) and "ORDER" in render_result({"file": {"content": "ok", name: "ORDER"}}, ToolKind.MCP)


@pytest.mark.parametrize("given", [
    {"p": "f", "content": "ok", "new_string": "bad"}, {"p": "f", "new_string": "bad", "edits": [{"old_string": "a", "new_string": "ok"}]}, {"p": "f", "content": "ok", "new_source": "bad"},
    {"p": "g", "q": "f", "content": "bad"},
])
def test_no_field_hides_another(given):
    """What a tool does with the ones it does not know is the agent's secret."""
    written = whole_file(Fields(given), "p", "q")
    assert "bad" in {edit.new for path, edits in written.files if path == "f" for edit in edits}


def test_each_field_once():
    assert Fields({"a": "x", "b": "x", "c": 1, "d": ""}).each("a", "b", "c", "d", "e") == ["x"]


@pytest.mark.parametrize(("given", "odd"), [({}, False), ({"tool_input": None}, False), ({"tool_input": {}}, False), ({"tool_input": []}, True), ({"tool_input": ""}, True), ({"tool_input": 0}, True)])
def test_an_input_is_an_object(given, odd):
    assert bool(not_an_object(Fields(given))) is odd


@pytest.mark.parametrize(("event", "expected"), [
    ({"tool_name": "t", "tool_input": None}, True), ({"tool_name": "t"}, False), ({"tool_name": "", "tool_input": {}}, False), ({"tool_input": {}}, False),
    *[({"tool_name": "t", "tool_input": {}, result: None}, False) for result in ("tool_response", "tool_output", "result_json")],
])
def test_what_has_yet_to_run(event, expected):
    assert is_call(Fields(event)) is expected
