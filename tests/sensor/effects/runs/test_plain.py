"""Ordinary programs."""

from __future__ import annotations

import pytest


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
