"""Facts about real processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys

import pytest

from sensor.host.machine.processes import (
    _parent_by_look,
    agent_at_or_above,
    agent_of,
    ancestry,
    describe_holder,
    listener_on,
    look,
    parent_finder,
    running_agents,
)


def test_ancestry_starts_here_and_ends_at_the_first_process():
    chain = ancestry(os.getpid())
    assert chain[0].pid == os.getpid() and chain[1].pid == os.getppid()
    assert ancestry(2**22 + 1) == ()


def test_who_listens_on_a_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert listener_on(port) is None
        listener.listen()
        assert listener_on(port).pid == os.getpid() and describe_holder(port).startswith(f"process {os.getpid()} (")
    assert describe_holder(port) == "another process"


@pytest.mark.parametrize(
    ("name", "command", "agent"),
    [
        ("claude", ["claude"], "claude-code"),
        ("node", ["node", "/usr/lib/node_modules/x/codex.js"], "codex"),
        ("Cursor", ["/opt/Cursor/cursor"], "cursor"),
        ("bash", ["bash", "-c", "claude"], ""),
        ("claudette", ["claudette"], ""),
        ("", [], ""),
    ],
)
def test_agents_are_known_by_program(name, command, agent):
    assert agent_of(name, command) == agent


def test_a_running_agent_is_found(tmp_path):
    program = tmp_path / "claude"
    shutil.copy(shutil.which("sleep"), program)
    process = subprocess.Popen([str(program), "30"], env={"HOME": str(tmp_path)})
    try:
        assert [(agent, fact.pid) for agent, fact in running_agents(tmp_path)] == [("claude-code", process.pid)]
        assert not any(fact.pid == process.pid for _, fact in running_agents(tmp_path / "another"))
    finally:
        process.kill()
        process.wait()


def test_a_process_is_looked_at_cheaply_and_an_ended_one_is_none():
    own = look(os.getpid())
    assert own is not None and own.parent == os.getppid() and own.started > 0 and own.name
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert look(ended.pid) is None


@pytest.mark.parametrize("find", [parent_finder(), _parent_by_look])
def test_the_parent_of_a_process_is_told_and_of_an_ended_one_none(find):
    assert find(os.getpid()) == os.getppid()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert find(child.pid) == os.getpid()
    child.communicate(b"\n")
    assert find(child.pid) == 0


def test_without_the_newest_kernel_the_parent_is_read_where_it_always_was(monkeypatch):
    monkeypatch.setattr("sensor.host.machine.processes._GET_INFO", 0)
    assert parent_finder() is _parent_by_look


def test_an_agent_is_found_above_its_children(tmp_path):
    agent = tmp_path / "claude"
    agent.symlink_to("/bin/sh")
    child = subprocess.Popen([str(agent), "-c", "sleep 30 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    try:
        inner = int(child.stdout.readline())
        assert agent_at_or_above(inner) == agent_at_or_above(child.pid) == "claude-code"
    finally:
        os.kill(inner, 9)
        child.wait()
