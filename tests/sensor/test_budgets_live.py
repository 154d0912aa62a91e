"""Budgets in a running sensor: what histories tell and processes use ends the calls of the agent, over a restart, until a person lifts it."""

import http.client
import json
import subprocess
import sys
import time

import pytest

from sensor.access.budgets import RULE

PRICES = "prices: {model-a: {input: 3.0, output: 15.0}}\n"


def message(number: int, tokens: int) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return json.dumps({"type": "assistant", "timestamp": stamp, "message": {"id": f"m{number}", "model": "model-a", "content": [], "usage": {"input_tokens": tokens}}}) + "\n"


class Session:
    """A session of Claude Code with a history."""

    def __init__(self, live, word: str) -> None:
        self.live, self.number = live, 0
        live.configure(f"mode: enforce\n{PRICES}")
        live.paths.policy_file.write_text(f"agents: {{claude-code: {{budget: {{tokens-per-day: 1000, used-up: {word}}}}}}}\n")
        live.prefix.mkdir(exist_ok=True)
        self.history = live.prefix / "s1.jsonl"
        self.history.touch()
        live.start()

    def bash(self) -> str:
        """The decision about a harmless call, "" for silence."""
        self.number += 1
        answer = self.live.bash("ls", f"b{self.number}", transcript_path=str(self.history))[1]
        return answer.get("hookSpecificOutput", {}).get("permissionDecision", "")

    def use(self, tokens: int) -> None:
        with self.history.open("a") as file:
            file.write(message(self.number * 100, tokens))
        self.bash()

    def until(self, told) -> dict:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.live.op("usage.list")
            if told(found):
                return found
            time.sleep(0.1)
        raise AssertionError(found)

    def changes(self) -> list[str]:
        return [f"{one['change']['what']}: {one['change']['after']}" for one in self.live.entries() if one["kind"] == "config_change"]


@pytest.fixture
def session_of(own_live):
    return lambda word: Session(own_live, word)


def tokens(found: dict) -> int:
    return found["agents"][0]["tokens"] if found["agents"] else 0


def test_tokens_of_a_history_end_the_calls_until_a_person_lifts_the_budget(session_of):
    session = session_of("deny")
    session.use(900)
    assert session.until(lambda found: tokens(found) == 900)["agents"][0]["money"] == 0.0027
    assert session.bash() == ""
    session.use(200)
    session.until(lambda found: tokens(found) == 1100)
    assert session.bash() == "deny"
    (entry,) = [one for one in session.live.entries() if one.get("tool_use_id") == f"b{session.number}"]
    assert [hit["id"] for hit in entry["rules"]] == [RULE] and [one for one in session.changes() if one.startswith("budget of claude-code: used up")]
    session.live.stop()
    session.live.start()
    assert session.bash() == "deny" and tokens(session.until(tokens)) == 1100, "a restart gives nothing back and counts nothing twice"
    session.live.op("budget.lift", agent="claude-code", by="sam")
    assert session.bash() == "" and any("lifted for" in one for one in session.changes())
    assert "handrail_tokens_today 1100" in metrics(session.live)


def metrics(live) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {(live.paths.run / 'intake.token').read_text()}"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


# An agent that is told, line by line, to report a call through a client below it, or to let a program below it use half a second.
AGENT = """
import subprocess, sys
CLIENT = '''
import socket, sys
from sensor.wire import render_request
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect(sys.argv[1])
    peer.sendall(render_request("hook", sys.argv[2].encode(), agent="claude-code", truncated=0))
    sys.stdout.buffer.write(b"".join(iter(lambda: peer.recv(65536), b"")))
'''
for line in sys.stdin:
    if line == "work\\n":
        subprocess.run([sys.executable, "-I", "-S", "-c", "import time\\nwhile time.process_time() < 0.5: pass"])
    else:
        print(subprocess.run([sys.executable, "-I", "-c", CLIENT, sys.argv[1], line], capture_output=True, text=True).stdout.replace("\\n", " "), flush=True)
"""


def test_cpu_seconds_of_the_agents_processes_end_its_calls(own_live):
    own_live.paths.config.mkdir(mode=0o700, exist_ok=True)
    own_live.paths.policy_file.write_text("agents: {claude-code: {budget: {cpu-seconds-per-day: 1}}}\n")
    own_live.start()
    agent = subprocess.Popen([sys.executable, "-c", AGENT, str(own_live.paths.socket)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(number: int) -> str:
        event = {"session_id": "s1", "cwd": "/srv", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": f"t{number}", "tool_input": {"command": "ls"}}
        agent.stdin.write(json.dumps(event) + "\n")
        agent.stdin.flush()
        return agent.stdout.readline()

    def used() -> float:
        return sum(row["cpu_seconds"] for row in own_live.op("usage.list")["agents"])

    try:
        for number in range(12):
            if "deny" in (said := call(number)):
                break
            agent.stdin.write("work\n")
            time.sleep(1.6)
        assert "cpu-seconds-per-day" in said and 2 <= number < 12 and 1 <= used() < 12
        before = used()
        own_live.stop()
        own_live.start()
        assert "deny" in call(100) and used() >= before
        own_live.op("budget.lift", agent="claude-code", by="sam")
        assert "deny" not in call(101)
    finally:
        agent.kill()
        agent.communicate()


def test_a_used_up_budget_can_suspend_and_a_person_resumes(session_of):
    session = session_of("suspend")
    session.use(2000)
    session.until(lambda found: tokens(found) == 2000)
    assert session.bash() == "deny" and session.live.op("status")["suspended"] == ["claude-code"]
    assert "agent claude-code: suspended" in session.changes()
    session.live.op("agent.resume", agent="claude-code", by="sam")
    assert session.bash() == "" and session.bash() == "", "who resumes it has decided for this day"


def test_counts_that_cannot_be_read_are_an_entry_and_an_alarm(own_live):
    own_live.paths.state.mkdir(parents=True, exist_ok=True)
    (own_live.paths.state / "usage.json").write_text("{")
    own_live.start()
    assert "counted anew" in own_live.op("status")["alarm"]
    assert ["counted anew" in entry["note"] for entry in own_live.entries() if entry["kind"] == "drop"] == [True]
