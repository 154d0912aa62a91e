"""Real processes that no person stands behind: below an agent, ended, too deep, left behind by an agent; and one at a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap

import pytest

from sensor.host.machine import requester
from sensor.host.machine.requester import LONGEST_CHAIN, why_no_person, why_no_person_on_port

CLEAN = {"PATH": os.environ["PATH"]}
# Prints the number of a process that has left the tree, and waits for the end of its input.
DETACHED = """
    import os, sys
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    while os.getppid() not in (1, int(sys.argv[1])):
        pass
    print(os.getpid(), flush=True)
    input()
"""


@pytest.fixture
def started(tmp_path):
    """Start a program below an agent of this name ("" = below none); gives what it prints first. All end with the test."""
    processes = []

    def start(program: str, agent: str = "claude", **environment: str) -> int:
        script = tmp_path / f"{len(processes)}.py"
        script.write_text(textwrap.dedent(program))
        words = [sys.executable, str(script), str(os.getppid())]
        if agent:
            (tmp_path / agent).unlink(missing_ok=True)
            (tmp_path / agent).symlink_to(sys.executable)
            words = [str(tmp_path / agent), "-c", f"import subprocess; subprocess.run({words!r})"]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=CLEAN | environment)
        processes.append(process)
        return int(process.stdout.readline())

    yield start
    for process in processes:
        process.communicate()


def test_a_process_of_nobody_may_be_a_persons(started):
    assert why_no_person(os.getpid()) == ""
    assert why_no_person(started("import os; print(os.getpid(), flush=True); input()", agent="")) == ""
    assert why_no_person(started(DETACHED, agent="")) == ""


def test_below_an_agent_is_nobody(started):
    assert "claude-code (process" in why_no_person(started("import os; print(os.getpid(), flush=True); input()"))


def test_an_agent_itself_is_nobody(started):
    assert "claude-code" in why_no_person(started("import os; print(os.getppid(), flush=True); input()"))


def test_who_has_ended_or_is_of_another_container_is_nobody():
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert "has ended" in why_no_person(ended.pid)
    assert "container" in why_no_person(0)


def test_an_agent_is_found_above_any_number_of_processes(started):
    deep = """
        import os
        for _ in range({depth}):
            if child := os.fork():
                os.waitpid(child, 0)
                os._exit(0)
        print(os.getpid(), flush=True)
        input()
    """
    assert "claude-code" in why_no_person(started(deep.format(depth=100)))
    assert f"more than {LONGEST_CHAIN}" in why_no_person(started(deep.format(depth=LONGEST_CHAIN)))


@pytest.mark.parametrize(("mark", "agent"), [("CLAUDE_CODE_CHILD_SESSION", "claude-code"), ("CURSOR_AGENT", "cursor"), ("AI_AGENT", "an agent")])
def test_who_has_left_the_tree_still_carries_the_mark(started, mark, agent):
    why = why_no_person(started(DETACHED, **{mark: "1"}))
    assert agent in why and mark in why


def test_the_mark_of_a_parent_counts_as_well(started):
    inner = "[sys.executable, '-c', 'import os; print(os.getpid(), flush=True); input()'], env={}"
    program = textwrap.dedent(DETACHED).replace("print(os.getpid(), flush=True)\ninput()", f"import subprocess\nsubprocess.run({inner})")
    assert "CURSOR_AGENT" in why_no_person(started(program, CURSOR_AGENT="1"))


def test_a_terminal_of_an_editor_with_an_agent_in_it_is_a_persons(started):
    assert why_no_person(started(DETACHED, agent="", CLAUDECODE="1", CURSOR_TRACE_ID="x")) == ""


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as one:
        one.settimeout(20)
        yield one


CONNECTED = """
    import os, socket
    one = socket.create_connection(("127.0.0.1", {port}))
    print(os.getpid(), flush=True)
    input()
"""


def asked_from(listener: socket.socket) -> str:
    with listener.accept()[0] as connection:
        return why_no_person_on_port(connection.getpeername()[1], listener.getsockname()[1])


def test_the_program_at_a_port_is_found(started, listener):
    port = listener.getsockname()[1]
    started(CONNECTED.format(port=port), agent="")
    assert asked_from(listener) == ""
    started(CONNECTED.format(port=port))
    assert "claude-code" in asked_from(listener)
    started(CONNECTED.format(port=port), agent="", AI_AGENT="some")
    assert "AI_AGENT" in asked_from(listener)


def test_a_program_that_asks_in_the_other_family_is_found(started, listener):
    mapped = CONNECTED.replace('socket.create_connection(("127.0.0.1", {port}))', 'socket.socket(socket.AF_INET6); one.connect(("::ffff:127.0.0.1", {port}))')
    started(mapped.format(port=listener.getsockname()[1]))
    assert "claude-code" in asked_from(listener)


def test_who_asks_and_ends_is_nobody(listener):
    subprocess.run([sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]})).send(b'POST')"], check=True)
    assert "has ended" in asked_from(listener)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell whose a connection is")
@pytest.mark.parametrize("uid, why", [(os.getuid() + 4242, "this request comes from another user of this machine"), (os.getuid(), ""), (0, "")])
def test_another_user_of_the_machine_is_nobody(tmp_path, monkeypatch, uid, why):
    table = tmp_path / "tcp"
    table.write_text(f"  sl  local_address rem_address   st\n   0: 0100007F:1F90 0100007F:1306 01 00000000:00000000 00:00000000 00000000  {uid}        0 4026531 1\n")
    monkeypatch.setattr(requester, "TABLES", {str(table): "0100007F"})
    assert why_no_person_on_port(0x1F90, 0x1306) == why
