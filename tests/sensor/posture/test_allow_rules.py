"""Permission rules and flags are parsed, not searched."""

from __future__ import annotations

import time

import pytest

from sensor.posture.allow_rules import bypass_flag, deny_covers, started_with, wide_rule


@pytest.mark.parametrize("rule", [
    "*", "Bash", "Bash(*)", "Bash(:*)", "Bash(python3:*)", "Bash(sudo *)", "Bash(/usr/bin/curl:*)", "Bash(bash -c:*)", "Shell(node)", "Shell(*)", "run_shell_command", "Bash(npx:*)",
])
def test_rules_that_allow_anything(rule):
    assert wide_rule(rule)


@pytest.mark.parametrize("rule", [
    "Bash(git status)", "Bash(git commit:*)", "Bash(npm run test:*)", "Bash(sync:*)", "Bash(retrieval *)", "Bash(curl --version)", "Bash(python3 -m pytest:*)", "Bash(make test:*)",
    "Read", "Edit(src/**)", "WebFetch(domain:example.com)", "mcp__files__*", "Shell(git)", "", "((",
])
def test_rules_that_name_something(rule):
    assert wide_rule(rule) == ""


@pytest.mark.parametrize(("rule", "path", "covers"), [
    ("Read(~/.ssh/**)", "/h/.ssh", True), ("Read(~/.ssh)", "/h/.ssh", True), ("Read(~/.ssh/id_*)", "/h/.ssh", False), ("Read", "/h/.ssh", True), ("Read(**)", "/h/.ssh", True),
    ("Read(//h/.ssh/**)", "/h/.ssh", True), ("Read(//other/.ssh/**)", "/h/.ssh", False), ("Read(.env)", "/h/.env", True), ("Read(**/.env)", "/h/.env", True), ("Read(./.env)", "/h/.env", True),
    ("Edit(~/.ssh/**)", "/h/.ssh", False), ("Read(~/.sshx/**)", "/h/.ssh", False), ("Bash(cat ~/.ssh/x)", "/h/.ssh", False),
])
def test_deny_rules(rule, path, covers):
    assert deny_covers(rule, path, "/h") is covers


@pytest.mark.parametrize(("agent", "words", "flag"), [
    ("claude-code", ("claude", "--dangerously-skip-permissions"), "--dangerously-skip-permissions"), ("claude-code", ("claude", "--permission-mode", "bypassPermissions"), "bypassPermissions"),
    ("claude-code", ("claude", "--permission-mode", "plan"), ""), ("gemini", ("gemini", "--approval-mode=yolo"), "--approval-mode=yolo"), ("codex", ("codex", "-y"), ""), ("unknown", ("x", "--yolo"), ""),
])
def test_flags(agent, words, flag):
    assert bypass_flag(agent, words) == flag


@pytest.mark.parametrize(("line", "flag"), [
    ("alias claude='claude --dangerously-skip-permissions'", "--dangerously-skip-permissions"), ("alias c=claude\\ --x", ""), ('y() { gemini --yolo "$@"; }', "--yolo"),
    ("cd x && codex --yolo", "--yolo"), ("# claude --dangerously-skip-permissions", ""), ("echo claude --dangerously-skip-permissions", ""), ("pkill cursor; rm -f x", ""), ("export A=1", ""), ("", ""),
    ("alias c=claude; ls -f", ""),
])
def test_lines_of_start_up_files(line, flag):
    assert started_with(line) == flag


def test_patterns_and_lines_of_megabytes_are_read_in_time():
    began = time.process_time()
    assert deny_covers("Read(" + "**/" * 5000 + "x)", "/h/a/b/x", "/h") and not deny_covers("Read(" + "**/a*" * 5000 + ")", "/h/a/a/a/a/a/a/a/b", "/h")
    assert started_with("alias " * 200_000) == started_with("a=b " * 200_000) == ""
    assert time.process_time() - began < 2
