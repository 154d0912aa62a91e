"""Effects of file, web and other tools."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.arguments import MAX_PATHS, SINGLE_TEXTS
from sensor.model.calls import (
    AgentAction,
    ConfigAction,
    DeleteAction,
    Edit,
    FetchAction,
    PromptAction,
    ReadAction,
    SearchAction,
    WriteAction,
)


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
