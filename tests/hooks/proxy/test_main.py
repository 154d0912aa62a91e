"""The proxy as a process, between a test and a real server, with a small sensor that allows everything."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harness import PYTHON_CLIENT, FakeSensor, sending

from hooks.proxy.main import Options, Pipe, UsageProblem, carry, facts_of, read_options
from sensor import wire

ROOT = Path(__file__).resolve().parents[3]
PROXY = ROOT / "hooks/proxy/main.py"
SERVER = ROOT / "tests/fixtures/mcp_server.py"
ALLOWED = wire.render_reply(0, b'{"answer":"allow"}', b"")


def as_usual() -> None:
    """Tests that run in the background of a shell inherit that these are ignored, and so would the server."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Session:
    """One proxy with its server; `ask` sends a line and reads one."""

    def __init__(self, folder: Path, *server_words: str, **environment: str) -> None:
        self.folder = folder
        self.words = [sys.executable, "-I", "-S", str(PROXY), "--conf", str(folder / "conf"), "--server", "small", "--", sys.executable, str(SERVER), str(folder), *server_words]
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, preexec_fn=as_usual,
                                        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment})

    def send(self, value) -> bytes:
        line = value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"
        self.process.stdin.write(line)
        self.process.stdin.flush()
        return line

    def ask(self, value) -> dict:
        self.send(value)
        return json.loads(self.process.stdout.readline())

    def seen(self) -> bytes:
        return (self.folder / "seen").read_bytes()

    def end(self) -> int:
        self.process.stdin.close()
        return self.process.wait(60)


@pytest.fixture
def session(tmp_path, request):
    """Start a proxy; the sensor allows everything."""
    fake = FakeSensor(tmp_path / "sensor.sock", sending(ALLOWED))
    (tmp_path / "conf").write_text(f"socket={tmp_path / 'sensor.sock'}\nstate={tmp_path}\npython={sys.executable}\nclient={PYTHON_CLIENT}\n")
    request.addfinalizer(fake.close)

    def start(*words: str, **environment: str) -> Session:
        one = Session(tmp_path, *words, **environment)
        one.sensor = fake
        request.addfinalizer(one.process.kill)
        return one

    return start


def call(name="echo", number=1, **arguments):
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


def test_a_session(session):
    one = session()
    assert one.ask({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}})["result"]["serverInfo"]["name"] == "small"
    first = one.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert [tool["name"] for tool in one.ask({"jsonrpc": "2.0", "id": "l", "method": "tools/list"})["result"]["tools"]][:2] == ["echo", "say"]
    assert one.ask(call(path="a"))["result"]["content"][0]["text"] == '{"path": "a"}'
    assert one.ask({"jsonrpc": "2.0", "id": 9, "method": "nothing"})["error"]["code"] == -32601
    assert one.end() == 0 and first in one.seen()
    assert b"small server starts" in one.process.stderr.read()


def test_lines_arrive_to_the_byte(session):
    one = session()
    odd = b'{ "id" : 5,\t"method":"tools/call", "params" : {"arguments":{"a":"\xc3\xa4\\u00e4"},"name":"echo"} }\r\n'
    one.ask(odd)
    assert one.end() == 0 and one.seen() == odd


def test_a_server_may_ask_its_client(session):
    one = session()
    one.send(call("ask"))
    assert json.loads(one.process.stdout.readline())["method"] == "roots/list"
    roots = one.send({"jsonrpc": "2.0", "id": "from-server", "result": {"roots": []}})
    assert "result" in json.loads(one.process.stdout.readline())
    assert one.end() == 0 and roots in one.seen()


@pytest.mark.parametrize("size", [70_000, 2_900_000, 15_000_000])
def test_large_messages(session, size):
    one = session()
    text = "x" * size
    content = one.ask(call(text=text))["result"]["content"]
    assert json.loads(content[-1]["text"]) == {"text": text} and len(content) == (2 if size > 3_000_000 else 1)
    assert one.end() == 0


def test_a_line_beyond_the_limit_is_dropped_and_said_so(session):
    one = session()
    assert one.ask(b'{"id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":"' + b"x" * (17 << 20) + b'"}}}\n')["error"]["code"] == -32700
    assert "result" in one.ask(call(number=2))
    assert one.end() == 0 and len(one.seen()) < 1000


def test_messages_in_pieces_and_without_a_last_line_end(session):
    one = session()
    for piece in (b'{"id":1,"meth', b'od":"tools/call","params":{"name":"echo",', b'"arguments":{}}}\n{"id":2,"method":"nothing"}'):
        one.process.stdin.write(piece)
        one.process.stdin.flush()
        time.sleep(0.02)
    one.process.stdin.close()
    assert one.process.wait(60) == 0
    assert [json.loads(line)["id"] for line in one.process.stdout] == [1, 2]


@pytest.mark.parametrize("status", [0, 1, 42])
def test_the_exit_status_of_the_server_is_ours(session, status):
    assert session(f"exit={status}").end() == status


def test_a_server_that_crashes_ends_the_proxy_as_it_ended(session):
    one = session()
    one.send(call("crash"))
    assert one.process.wait(60) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_server_that_is_killed_ends_the_proxy_by_the_same_signal(session, number):
    one = session()
    one.ask(call())
    os.kill(int((one.folder / "pid").read_text().split()[0]), number)
    assert one.process.wait(60) in (-number, 1), "Python ends by an exception on SIGINT"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_server(session, number):
    one = session("ignore-eof")
    one.ask(call())
    server = int((one.folder / "pid").read_text().split()[0])
    one.process.send_signal(number)
    assert one.process.wait(60) == -number
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_other_signals_reach_the_server(session):
    one = session()
    one.ask(call())
    one.process.send_signal(signal.SIGUSR1)
    deadline = time.monotonic() + 60
    while not (one.folder / "signalled").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert one.end() == 0


def test_folder_and_environment_are_the_clients(session):
    one = session(MARK="here")
    one.ask(call())
    assert (one.folder / "pid").read_text().splitlines()[1:] == [str(one.folder), "here"]
    assert one.end() == 0


def test_session_and_project_of_claude_code_are_reported(session):
    one = session(CLAUDECODE="1", CLAUDE_CODE_SESSION_ID="11-22")
    one.ask(call())
    event = json.loads(one.sensor.requests[0][1])
    assert (event["mcp_client"], event["session_id"], event["mcp_server_name"], event["cwd"]) == ("claude-code", "11-22", "small", str(one.folder))
    assert one.end() == 0


@pytest.mark.parametrize(("words", "status", "said"), [
    ([], 2, b"command is missing"), (["--"], 2, b"command is missing"), (["--shout", "x", "--", "true"], 2, b"unknown option --shout"),
    (["--", "/nonexistent/server"], 127, b"was not found"), (["--", "/etc/passwd"], 126, b"cannot be started"),
])
def test_a_server_that_cannot_be_started(tmp_path, words, status, said):
    done = subprocess.run([sys.executable, "-I", "-S", str(PROXY), *words], input=b"", capture_output=True, timeout=60, check=False)
    assert done.returncode == status and said in done.stderr and done.stdout == b""


def test_the_proxy_imports_little():
    """It starts with every session, beside the server: nothing of the sensor, nothing of a package."""
    code = f"import sys; sys.path.append({str(ROOT)!r}); import hooks.proxy.main, hooks.proxy.link, hooks.proxy.traffic; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout.split()
    roots = {name.split(".")[0] for name in loaded}
    assert not roots & {"sensor", "msgspec", "click", "asyncio", "platformdirs"} and "hooks" in roots


def test_options(monkeypatch):
    monkeypatch.delenv("CLAUDECODE", raising=False)
    assert words(read_options(["--conf", "/c", "--", "/opt/x/server", "--", "y"])) == ("unknown", "server", "/c", ["/opt/x/server", "--", "y"])
    assert words(read_options(["--agent", "cursor", "--server", "my files", "--no-args", "--conf", "/c", "--", "s"])) == ("cursor", "my files", "/c", ["s"])
    assert words(read_options(["--agent", "cursor", "--server", "--", "--no-args", "--", "s", "--"])) == ("cursor", "--", read_options(["--", "s"]).conf, ["s", "--"])
    monkeypatch.setenv("CLAUDECODE", "1")
    assert read_options(["--", "s"]).agent == "claude-code"
    for wrong in (["s"], ["--"], [], ["--server", "--"], ["--server"], ["--odd", "--", "s"]):
        with pytest.raises(UsageProblem):
            read_options(wrong)


def words(options: Options) -> tuple:
    return options.agent, options.server, options.conf, options.command


def test_facts(monkeypatch):
    options = read_options(["--agent", "cursor", "--conf", "/c", "--", "s", "a"])
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "11-22")
    facts = facts_of(options)
    assert facts.session.startswith("mcp-") and facts.server_id == hashlib.sha256(b"s\0a").hexdigest()[:16]
    assert facts_of(Options("claude-code", "s", "/c", ["s", "a"])).session == "11-22"
    assert facts_of(Options("cursor", "s", "/c", ["s", "b"])).server_id != facts.server_id


class Broken:
    """Traffic that fails on every line."""

    def from_client(self, line):
        raise TypeError(line)

    from_server = from_client


@pytest.mark.parametrize("from_server", [False, True])
def test_when_a_line_makes_the_proxy_fail_the_server_is_told_to_end(from_server):
    lines, line = os.pipe()
    end, to_server = os.pipe()
    server = Pipe(to_server)
    os.write(line, b"{}\n")
    with pytest.raises(TypeError):
        carry(lines, 100, Broken(), from_server, server)
    assert os.read(end, 1) == b""
    server.close()  # the other side may come to its end as well
    server.write(b"x")
    for one in (lines, line, end):
        os.close(one)
