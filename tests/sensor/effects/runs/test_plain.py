"""Ordinary programs."""

from __future__ import annotations

import msgspec
import pytest

from sensor.effects import derive_effects
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind


@pytest.mark.parametrize(("command", "expected"), [
    ('rm ~/x; unknown-tool ./a.txt word https://a.example', ['rm D:~/x', 'unknown-tool R:./a.txt']),
    ('git -C sub rm x; rm y', ['git D:./sub/x', 'rm D:./y']),
    ('npm --prefix sub test', ['npm']),
    ('cat a.txt > b.txt', ['cat R:./a.txt W:./b.txt']),
])
def test_ordinary_programs(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize("command", [
    "watch 'rm() { :; }'", "su -c 'alias rm=true'", "ssh h 'rm() { :; }'", "git -c alias.x='!rm() { :; }' x", "awk 'BEGIN { system(\"rm() { :; }\") }'", "echo 'rm() { :; }' | at now",
    "aws ssm send-command --parameters 'commands=rm() { :; }'", "watch 'cd /'", "echo 'rm() { :; }' | sh", "python3 -c 'import os; os.system(\"rm() { :; }\")'", "echo 'rm() { :; }' > s.sh; sh s.sh", "sh -c 'rm() { :; }'", "find . -execdir sh -c 'rm() { :; }' ';'",
])
def test_what_a_shell_of_its_own_sets_does_not_come_back(brief, command):
    assert brief(f"{command}; rm ./x")[-1] == "rm D:./x"


@pytest.mark.parametrize(("command", "is_lost"), [
    ("mv * /tmp", True), ("mv -t /tmp -- ./*", True), ("mv . /tmp/x", True), ("mv .[!.]* * ~/x", True), ("rsync -a --remove-source-files . /tmp/x", True), ("git mv * x", True),
    ("mv a /tmp", False), ("mv src lib", False), ("mv *.txt old/", False), ("cp -r * /tmp", False), ("mv /tmp/a/* .", False),
])
@pytest.mark.parametrize("cwd", ["", ".."])
def test_a_folder_that_nobody_named_is_lost_when_all_of_it_is_moved(around, cwd, command, is_lost):
    call = ToolCall(agent="a", event="e", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash", action=ShellAction(command=command), cwd=cwd)
    (effect,) = derive_effects(call, around).effects
    assert ("delete" in effect.flags) == is_lost
    (told,) = derive_effects(msgspec.structs.replace(call, cwd="/home/dev/project"), around).effects
    assert "delete" not in told.flags
