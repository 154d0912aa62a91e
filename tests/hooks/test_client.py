"""One protocol, one suite: the Python client, the compiled client as built here, as a release brings it, and under sanitizers."""

from __future__ import annotations

import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from harness import PYTHON_CLIENT, WARNINGS, Client, sending, zig_environment
from payloads import COMMAND, HOSTILE, HOSTILE_CURSOR, SENSELESS, encoded, pre_tool

from hooks import client as python_client
from sensor import wire

MALICIOUS = encoded(pre_tool())
REPLY = wire.render_reply(2, b'{"a": "\xc3\xa4"}', b"because\n")
FULL = 16 * 1024 * 1024


# -- the sensor answers


def test_the_answer_is_passed_on_to_the_byte(client, sensor):
    sensor(sending(REPLY))
    assert client.run(MALICIOUS) == (2, b'{"a": "\xc3\xa4"}', b"because\n")


@pytest.mark.parametrize("body", [b"", b"{}", MALICIOUS, bytes(range(256)) * 3, b"\n" * 5, HOSTILE["UTF-16"]], ids=["none", "short", "call", "bytes", "lines", "utf16"])
def test_the_event_is_passed_on_to_the_byte(client, sensor, body):
    peer = sensor(sending(wire.render_reply(0, b"", b"")))
    assert client.run(body, "cursor") == (0, b"", b"")
    ((header, sent),) = peer.requests
    assert sent == body and wire.parse_header(header) == ("hook", {"agent": "cursor", "len": str(len(body)), "truncated": "0"})


@pytest.mark.parametrize(("size", "kept", "truncated"), [(FULL, FULL, "0"), (FULL + 1, FULL, "1"), (50_000_000, FULL, "1")])
def test_the_size_is_capped(client, sensor, size, kept, truncated):
    peer = sensor(sending(wire.render_reply(0, b"ok", b"")))
    client.configure(timeout_ms="20000")
    assert client.run(b"x" * size).out == b"ok"
    ((header, sent),) = peer.requests
    assert len(sent) == kept and wire.parse_header(header)[1]["truncated"] == truncated


def test_an_answer_in_many_pieces(client, sensor):
    sensor(sending(*(REPLY[at : at + 1] for at in range(len(REPLY))), pause=0.001))
    assert client.run(MALICIOUS).code == 2


def test_a_large_answer(client, sensor):
    text = b"t" * (256 * 1024 - 10)
    sensor(sending(wire.render_reply(0, text, b"e" * 10)))
    assert client.run(MALICIOUS) == (0, text, b"e" * 10)


def test_unknown_header_fields_are_ignored(client, sensor):
    sensor(sending(b"HR1 reply exit=0 new=thing out=2 err=0 also=1\nok"))
    assert client.run(MALICIOUS).out == b"ok"


def test_while_a_person_is_asked_it_waits(client, sensor):
    client.configure(timeout_ms="1000")
    sensor(sending(b"HR1 hold ms=20000\n", b"HR1 hold ms=20000\n", b"", REPLY, pause=0.5))
    assert client.run(MALICIOUS).code == 2 and not client.spooled()


def test_an_agent_that_does_not_read_harms_nobody(client, sensor):
    sensor(sending(wire.render_reply(0, b"x" * 100_000, b"")))
    read, write = os.pipe()
    os.close(read)
    process = client.start(stdout=write)
    os.close(write)
    process.communicate(MALICIOUS, timeout=40)
    assert process.returncode == 0, "not killed by SIGPIPE"


# -- the sensor does not answer: the fallback decides, and the answer is well-formed

FAILURES = {
    "closes at once": sending(), "closes in the header": sending(b"HR1 reply ex"), "closes in the body": sending(REPLY[:-3]),
    "garbage": sending(b"\x00\xff garbage\n"), "speaks HTTP": sending(b"HTTP/1.1 200 OK\r\n\r\n"), "a newer protocol": sending(b"HR2 reply exit=0 out=0 err=0\n"),
    "an unknown kind": sending(b"HR1 party exit=0 out=0 err=0\n"), "no exit code": sending(b"HR1 reply out=0 err=0\n"),
    "a bad exit code": sending(b"HR1 reply exit=256 out=0 err=0\n"), "a negative length": sending(b"HR1 reply exit=0 out=-1 err=0\n"),
    "a huge length": sending(b"HR1 reply exit=0 out=999999999 err=0\n"), "a number too long": sending(b"HR1 reply exit=0 out=" + b"9" * 60 + b" err=0\n"),
    "a wrong number": sending(b"HR1 reply exit=0 out=1x err=0\n"), "too large an answer": sending(b"HR1 reply exit=0 out=200000 err=200000\n" + b"x" * 400_000),
    "a header without end": sending(b"H" * 100_000), "silence": sending(linger=1.0), "a trickle": sending(*[b"H"] * 20, pause=0.05),
    "a hold without end": sending(b"HR1 hold ms=50\n", linger=1.0), "a bad hold": sending(b"HR1 hold ms=soon\n"), "an empty line": sending(b"\n" * 3),
    "nothing but a kind": sending(b"HR1\n"), "NUL bytes": sending(b"HR1 reply exit=0\x00 out=0 err=0\n"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("agent", ["claude-code", "cursor"])
def test_a_sensor_that_fails(client, sensor, agent, failure):
    client.configure(timeout_ms="300")
    sensor(FAILURES[failure])
    assert client.run(encoded(pre_tool(agent=agent)), agent).says(agent) == "deny"
    (record,) = client.spooled()
    assert record["answer"] == "deny" and record["agent"] == agent


def test_a_sensor_that_is_absent(client):
    assert client.run(MALICIOUS).says("claude-code") == "deny" and client.spooled()[0]["reason"] == "absent"


def test_the_shell_wrapper_is_told_that_nobody_answered(client, sensor):
    """Nothing is started, decided or kept: the wrapper stays out of the way."""
    client.more = ("--unanswered", "4")
    assert client.run(MALICIOUS, "shell") == (4, b"", b"") and not client.spooled()
    client.conf.unlink()
    assert client.run(MALICIOUS, "shell") == (4, b"", b"")
    client.configure()
    sensor(sending(b"garbage\n"))
    assert client.run(MALICIOUS, "shell") == (4, b"", b"")


def test_the_shell_wrapper_gets_the_answer_that_there_is(client, sensor):
    client.more = ("--unanswered", "4")
    sensor(sending(REPLY))
    assert client.run(MALICIOUS, "shell").code == 2


def test_a_socket_without_a_listener(client):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(client.socket))
    assert client.run(MALICIOUS).says("claude-code") == "deny" and client.spooled()[0]["reason"] == "refused"


def test_a_socket_whose_queue_is_full(client):
    client.configure(timeout_ms="300")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(client.socket))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            one = socket.socket(socket.AF_UNIX)
            one.setblocking(False)
            waiting.append(one)
            try:
                one.connect(str(client.socket))
            except BlockingIOError:
                break
        assert client.run(MALICIOUS).says("claude-code") == "deny"
        for one in waiting:
            one.close()


def test_a_queue_that_gets_room_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(python_client, "CONNECT_SECONDS", 10)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        listener.bind(str(tmp_path / "s.sock"))
        listener.listen(0)
        first.connect(str(tmp_path / "s.sock"))
        makes_room = threading.Timer(0.05, lambda: listener.accept()[0].close())
        makes_room.start()
        python_client.connect(second, str(tmp_path / "s.sock"))
        makes_room.join()
        assert second.getpeername() == str(tmp_path / "s.sock")


def test_something_else_in_the_place_of_the_socket(client):
    client.socket.mkdir()
    assert client.run(MALICIOUS).says("claude-code") == "deny"


def test_a_socket_path_that_is_too_long(client):
    client.configure(socket="/tmp/" + "x" * 300)
    assert client.run(MALICIOUS).says("claude-code") == "deny"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_users_sensor_is_not_believed(client):
    os.chmod(client.folder, 0o777)
    for folder in client.folder.parents:
        if str(folder).startswith("/tmp/"):
            os.chmod(folder, 0o755)
    code = ("import os, socket, sys; os.setuid(12345); s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); s.listen();"
            "print('up', flush=True); c, _ = s.accept(); c.sendall(b'HR1 reply exit=0 out=0 err=0\\n'); c.recv(100); c.close()")
    foreign = subprocess.Popen([sys.executable, "-I", "-S", "-c", code, str(client.socket)], stdout=subprocess.PIPE)
    try:
        assert foreign.stdout is not None and foreign.stdout.readline() == b"up\n"
        assert client.run(MALICIOUS).says("claude-code") == "deny" and client.spooled()[0]["reason"] == "foreign"
    finally:
        foreign.kill()
        foreign.communicate()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_without_a_sensor(shipped_client, name):
    assert shipped_client.run(HOSTILE[name]).says("claude-code") == "deny"


@pytest.mark.parametrize("name", HOSTILE_CURSOR)
def test_hostile_bytes_of_cursor_without_a_sensor(shipped_client, name):
    assert shipped_client.run(HOSTILE_CURSOR[name], "cursor").says("cursor") == "deny"


@pytest.mark.parametrize("name", SENSELESS)
@pytest.mark.parametrize("agent", ["claude-code", "cursor", "unheard-of"])
def test_senseless_bytes_without_a_sensor(shipped_client, agent, name):
    assert shipped_client.run(SENSELESS[name], agent).says("cursor" if agent == "cursor" else "claude-code") == "deny"


@pytest.mark.parametrize(("event", "answer"), [
    (pre_tool("git status"), "allow"), (pre_tool("make"), "ask"), (pre_tool("make", permission_mode="dontAsk"), "deny"), (pre_tool(hook_event_name="PostToolUse"), "allow"),
    (pre_tool(hook_event_name="PermissionRequest"), "deny"), (pre_tool("make", hook_event_name="PreSkillShellCommand"), "deny"),
])
def test_the_risk_table_decides(shipped_client, event, answer):
    assert shipped_client.run(encoded(event)).says("claude-code") == answer
    (record,) = shipped_client.spooled()
    assert record["answer"] == answer and record["event"]["hook_event_name"] == event["hook_event_name"]


def test_observe_lets_everything_through(client):
    (client.state / "client-policy.json").write_text('{"mode": "observe", "agents": {}}')
    assert client.run(MALICIOUS) == (0, b"", b"") and client.spooled()[0]["mode"] == "observe"


def test_a_session_is_told_once(client):
    first, second = (client.run(encoded(pre_tool("git status"))) for _ in range(2))
    assert "not running" in first.answer["systemMessage"] and second.answer == {}
    assert "not running" in client.run(encoded(pre_tool("git status", session_id="other"))).answer["systemMessage"]


# -- whatever else may be wrong


def test_input_that_does_not_end(client):
    """Both clients give up after INPUT_SECONDS and decide on what they have."""
    process = client.start()
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(MALICIOUS[:-1])
    process.stdin.flush()
    assert process.wait(timeout=60) == 2 and b"deny" in process.stdout.read()
    process.stdin.close()


def test_a_signal_while_it_waits(client, sensor):
    peer = sensor(sending(linger=20))
    client.configure(timeout_ms="30000")
    process = client.start()
    assert process.stdin is not None
    process.stdin.write(MALICIOUS)
    process.stdin.close()
    while not peer.requests:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 2
    process.stdout.close()
    process.stderr.close()


BROKEN_CONF = {
    "missing": None, "empty": b"", "noise": os.urandom(5000), "long": b"socket=" + b"x" * 100_000, "no equals": b"socket\npython\n", "comment": b"# socket=/x\n",
}


@pytest.mark.parametrize("name", BROKEN_CONF)
@pytest.mark.parametrize("agent", ["claude-code", "cursor"])
def test_a_broken_settings_file(client, agent, name):
    content = BROKEN_CONF[name]
    client.conf.unlink()
    if content is not None:
        client.conf.write_bytes(content)
    assert client.run(encoded(pre_tool(agent=agent)), agent).says(agent) == "deny"


def test_settings_that_are_a_folder(client):
    client.conf.unlink()
    client.conf.mkdir()
    assert client.run(MALICIOUS).says("claude-code") == "deny"


@pytest.mark.parametrize("timeout", ["abc", "-5", "0", "99999999999999999999", ""])
def test_a_senseless_timeout(client, sensor, timeout):
    sensor(sending(REPLY))
    client.configure(timeout_ms=timeout)
    assert client.run(MALICIOUS).says("claude-code") == "deny"


def test_a_spool_that_cannot_be_written(client):
    (client.state / "spool").write_text("in the way")
    answered = client.run(MALICIOUS)
    assert answered.says("claude-code") == "deny" and b"could not be kept" in answered.err


def test_a_disk_that_is_full(client):
    """No file may grow: neither the spool nor a file that the event is handed over in."""
    no_room = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))}
    assert client.run(MALICIOUS, **no_room).says("claude-code") == "deny"
    assert client.run(encoded(pre_tool(agent="cursor")), "cursor", **no_room).says("cursor") == "deny"
    assert not client.spooled()


def test_no_state_folder(client):
    client.state.rmdir()
    assert client.run(MALICIOUS).says("claude-code") == "deny"
    asked = client.run(encoded(pre_tool(tool_name="Write", tool_input={"file_path": "/home/sam/p/a.py", "content": "x"}, cwd="/home/sam/p")))
    assert asked.says("claude-code") == "ask" and b"nothing can be kept" in asked.out


@pytest.mark.parametrize(("event", "agent", "answer"), [
    (pre_tool(), "claude-code", "deny"), (pre_tool("ls"), "claude-code", "deny"), (pre_tool(agent="cursor"), "cursor", "deny"), (b"", "claude-code", "deny"),
    (b"", "cursor", "deny"), (pre_tool(hook_event_name="PostToolUse"), "claude-code", "allow"), (pre_tool(agent="cursor", hook_event_name="stop"), "cursor", "allow"),
    (pre_tool(agent="cursor", hook_event_name="beforeReadFile"), "cursor", "deny"), (pre_tool(hook_event_name="Stop"), "unheard-of", "allow"),
    (pre_tool(hook_event_name="PreSkillShellCommand"), "claude-code", "deny"),
])
def test_without_the_fallback_nothing_runs_unjudged(client, tmp_path, event, agent, answer):
    """The last resort: the rest of the installation is gone."""
    if client.kind == "python":
        (tmp_path / "hooks").mkdir()
        alone = tmp_path / "hooks" / "client.py"
        alone.write_bytes(PYTHON_CLIENT.read_bytes())
        client.words[-1] = str(alone)
    else:
        client.configure(python="/nonexistent/python3")
    body = event if isinstance(event, bytes) else encoded(event)
    answered = client.run(body, agent)
    assert answered.says("cursor" if agent == "cursor" else "claude-code") == answer and b"handrail doctor" in answered.err


@pytest.mark.parametrize("agent", ["../../etc", "a b", "x" * 500, "", "claude-code\n", "ünï", "Claude"])
def test_odd_names_of_agents(client, sensor, agent):
    peer = sensor(sending(REPLY))
    client.run(MALICIOUS, agent)
    assert [wire.parse_header(header)[1]["agent"] for header, _ in peer.requests] == ["unknown"]


def test_words_without_values(client):
    for words in ([], ["--agent"], ["--conf"], ["--new", "thing"], ["--agent", "claude-code", "--conf"]):
        done = subprocess.run([*client.words, *words], input=MALICIOUS, capture_output=True, env={"HOME": str(client.folder)}, cwd=client.folder, check=False, timeout=60)
        assert done.returncode == 2 and done.stderr, words


SENSOR_PROGRAM = """
import socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()
c, _ = s.accept()
while b"}}" not in c.recv(65536): pass
c.sendall(b"HR1 reply exit=0 out=7 err=0\\nstarted")
c.recv(1)
"""


def test_it_starts_the_sensor_and_asks_again(client):
    program = client.folder / "a sensor.py"
    program.write_text(SENSOR_PROGRAM)
    client.configure(handrail=shlex.join([sys.executable, "-I", "-S", str(program), str(client.socket)]))
    assert client.run(encoded({"tool_input": {"command": COMMAND}})).out == b"started"
    assert not client.spooled()


def test_a_sensor_that_does_not_come_up(client):
    client.configure(handrail="/bin/false")
    assert client.run(MALICIOUS).says("claude-code") == "deny" and len(client.spooled()) == 1


# -- what start-up costs


def test_the_python_client_imports_nothing_that_is_not_built_in(programs, tmp_path_factory):
    """Until the sensor fails to answer: no json, no socket, no os, nothing of ours."""
    from harness import FakeSensor

    client = Client("python", None, tmp_path_factory.mktemp("c"))
    peer = FakeSensor(client.socket, sending(wire.render_reply(0, b"", b"")))
    client.words = [sys.executable, "-I", "-S", "-X", "importtime", str(PYTHON_CLIENT)]
    loaded = _imported(client.run(MALICIOUS).err.decode())
    peer.close()
    nothing = subprocess.run([sys.executable, "-I", "-S", "-X", "importtime", "-c", "pass"], capture_output=True, text=True, check=True)
    assert loaded - _imported(nothing.stderr) <= {"_socket", "_signal", "time"} and "_socket" in loaded


def _imported(text: str) -> set[str]:
    return {line.rsplit("|", 1)[1].strip() for line in text.splitlines() if line.startswith("import time:") and "imported package" not in line}


@pytest.mark.parametrize("compiler", [("cc",), ("musl-gcc",), (sys.executable, "-m", "ziglang", "cc")], ids=["cc", "musl-gcc", "zig"])
def test_the_compiled_client_compiles_without_a_warning(compiler, tmp_path):
    try:
        done = subprocess.run([*compiler, *WARNINGS, "-O2", "-o", tmp_path / "hook", PYTHON_CLIENT.with_suffix(".c")], env=zig_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"{compiler[0]} is not installed")
    assert done.returncode == 0 and not done.stderr, done.stderr
