"""Reading fields that may be absent or of another type, and results as text."""

from __future__ import annotations

import pytest

from hooks.fields import Fields, join_problems, missing, one_path, render_result, whole_file
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
    assert join_problems((), ()) == () and one_path("") == ()
    joined = join_problems((InputProblem.TOO_DEEP,), (InputProblem.LOSSY, InputProblem.TOO_DEEP))
    assert joined == (InputProblem.LOSSY, InputProblem.TOO_DEEP)


@pytest.mark.parametrize(("value", "text"), [
    ("text", "text"), (None, ""), ({"stdout": "a", "stderr": "b"}, "a\nb"), ({"stdout": "a"}, "a"), ({"file": {"content": "c"}}, "c"),
    ([{"type": "text", "text": "a"}, {"text": "b"}], "a\nb"), ({"content": [{"text": "a"}]}, "a"), ({"output": "o"}, "o"), ({"result": "r", "code": 200}, "r"),
    ({"filePath": "/f", "structuredPatch": []}, "/f"), ({"unknown": {"text": "kept"}}, '{"unknown":{"text":"kept"}}'), ([1], "[1]"), (7, "7"),
])
def test_results_as_the_model_reads_them(value, text):
    assert render_result(value) == text


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
