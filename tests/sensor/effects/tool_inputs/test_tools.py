"""Effects of file, web and other tools."""

from __future__ import annotations

import pytest

from sensor.effects import derive_effects
from sensor.effects.tool_inputs.arguments import MAX_PATHS, SINGLE_TEXTS
from sensor.effects.tool_inputs.loaded import SHELL_SCRIPT
from sensor.model.calls import (
    AgentAction,
    ConfigAction,
    DeleteAction,
    Edit,
    FetchAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ToolCall,
    ToolKind,
    WriteAction,
)
from tests.sensor.effects.conftest import MACHINE, render


@pytest.mark.parametrize(("action", "expected"), [
    (ReadAction(paths=("~/.ssh/id_rsa", "a.txt")), ["- R:~/.ssh/id_rsa R:./a.txt"]),
    (ReadAction(paths=("file:///etc/passwd",)), ["- R:/etc/passwd"]),
    (ReadAction(paths=("$HOME/x",)), ["- R:~/x"]),
    (ReadAction(paths=("C:\\Users\\a\\x.txt",)), ["- R:/Users/a/x.txt"]),
    (DeleteAction(paths=("../x",)), ["- D:~/x"]),
    (WriteAction(files=(("a.txt", (Edit(new="x"),)), ("~/.bashrc", (Edit(new="y"),)))), ["- W:./a.txt", "- W:~/.bashrc"]),
    (SearchAction(pattern="rm -rf /", path="src"), ["- R:./src"]),
    (SearchAction(pattern="x"), ["-"]),
    (SearchAction(pattern="x", path="/home/dev", files="**/id_ed25519"), ["- R:~ R:~/id_ed25519 R:~/.ssh/id_ed25519"]),
    (SearchAction(pattern="x", path="/home/dev", files=".env*"), ["- R:~ R:~/.env* R:~/.env"]),
    (SearchAction(pattern="x", path="/etc", files="shadow"), ["- R:/etc R:/etc/shadow R:/etc/shadow"]),
    (SearchAction(pattern="x", path="src", files="*.py"), ["- R:./src R:./src/*.py"]),
    (SearchAction(pattern="x", files="**/*"), ["- R:./*"]),
    (SearchAction(pattern="x", path="src", also=("~/.ssh",)), ["- R:./src R:~/.ssh"]),
    (SearchAction(pattern="x", path="src", files="a.*", also=("~/b",)), ["- R:./src R:~/b R:./src/a.* R:~/b/a.*"]),
    (FetchAction(url="https://a.example/x"), ["- H:a.example"]),
    (FetchAction(url="https:a.exa\tmple/x"), ["- H:a.example"]), (FetchAction(url="https:\\\\a.example/x"), ["- H:a.example"]),
    (FetchAction(url="https://a.example/url?q=https%3A%2F%2Fx.webhook.site/1"), ["- H:a.example"]),
    (FetchAction(url="https://a.example/url?q=https://b.example/1"), ["- H:a.example"]),
    (FetchAction(url="file:///etc/passwd"), ["- R:/etc/passwd"]), (FetchAction(url="FILE:/etc/%70asswd?x#y"), ["- R:/etc/passwd"]), (FetchAction(url="file://localhost/etc/passwd"), ["- R:/etc/passwd"]),
    (FetchAction(url="file://other.example/etc/passwd"), ["-"]),
    (FetchAction(query="how to rm -rf"), ["-"]),
    (ConfigAction(path=".claude/settings.json"), ["- W:./.claude/settings.json"]),
    (AgentAction(prompt="rm -rf /"), []),
    (PromptAction(text="rm -rf /"), []),
])
def test_effects(brief_action, action, expected):
    assert brief_action(action) == expected


def test_more_files_than_are_looked_at_are_said(effects_of_action):
    assert effects_of_action(ReadAction(paths=("a",) * (MAX_PATHS + 1))).exhausted


def test_no_edit_hides_behind_others(effects_of_action):
    edits = tuple(Edit(old="a", new=f"w{number}") for number in range(SINGLE_TEXTS * 2))
    texts = effects_of_action(WriteAction(files=(("/home/dev/project/a", edits),))).texts
    assert any("w299" in text.text.split("\n") for text in texts)


def test_the_last_of_many_files_is_seen(effects_of_action):
    paths = [*(f"/srv/project/{number}" for number in range(600)), "/home/dev/.bashrc"]
    assert "/home/dev/.bashrc" in {ref.path for effect in effects_of_action(WriteAction(files=tuple((path, (Edit(new="x"),)) for path in paths))).effects for ref in effect.writes}
    assert "/home/dev/.bashrc" in {ref.path for effect in effects_of_action(DeleteAction(paths=tuple(paths))).effects for ref in effect.deletes}


def unknown(tool, kind=ToolKind.UNKNOWN, **given):
    call = ToolCall(agent="a", event="PreToolUse", phase=Phase.BEFORE, kind=kind, tool=tool, action=OtherAction(arguments=given), cwd="/home/dev/project", roots=("/home/dev/project",))
    return [render(effect) for effect in derive_effects(call, MACHINE).effects]


@pytest.mark.parametrize(("tool", "given", "expected"), [
    ("RemoveFile", {"path": "~"}, ["- D:~"]),
    ("Create", {"file_path": "~/.bashrc", "content": "x"}, ["- W:~/.bashrc"]),
    ("ApplyPatch", {"path": "~/.bashrc", "contents": "x"}, ["- W:~/.bashrc"]),
    ("Blorp", {"path": "~/.bashrc", "text": "x"}, ["- W:~/.bashrc"]),
    ("Replace", {"path": "package.json", "edits": [{"new_text": '{"scripts": {"postinstall": "rm -rf ~"}}'}]}, ["- W:./package.json", "rm D:~"]),
    ("ListThings", {"path": "~/.ssh"}, ["- R:~/.ssh"]),
    ("Delete", {"command": "ls"}, ["-", "ls"]),
    ("TeamDelete", {}, ["-"]),
])
def test_tools_that_no_table_knows(tool, given, expected):
    assert unknown(tool, **given) == expected


def test_a_script_that_an_unknown_tool_writes_is_one():
    call = ToolCall(agent="a", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.UNKNOWN, tool="Make", action=OtherAction(arguments={"file": "x.sh", "text": "rm -rf ~"}), cwd="/home/dev")
    assert SHELL_SCRIPT in derive_effects(call, MACHINE).effects[0].flags


def test_tools_that_only_move_the_conversation_write_no_files():
    assert unknown("TodoWrite", ToolKind.SESSION, path="~/.bashrc", content="x") == ["- R:~/.bashrc"]
