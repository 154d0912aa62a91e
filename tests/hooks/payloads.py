"""Events of agents, as bytes: our own (tests/fixtures/payloads) and, where the checkout lies beside them, the shared ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests" / "fixtures" / "payloads"
SHARED = ROOT.parent / "shared" / "fixtures" / "payloads"
COMMAND = "rm -rf / --no-preserve-root"


def own(agent: str) -> list:
    """Parameters (row): name, event, and the phase and kind that it must be read as."""
    rows = [json.loads(line) for line in (OWN / f"{agent}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(row, id=row["name"]) for row in rows]


def shared(agent: str) -> list:
    """Parameters (row of the manifest, bytes) of an agent's hook events and of the edge cases; one visible skip where there are none."""
    manifest = SHARED / "manifest.json"
    if not manifest.exists():
        return [pytest.param(None, None, marks=pytest.mark.skip(reason="the shared fixtures are not beside this checkout"), id="shared")]
    rows = [row for row in json.loads(manifest.read_bytes())["fixtures"] if row["agent"] in (agent, "any") and row["file"].split("/")[0] in (agent, "edge")]
    rows = [row for row in rows if row.get("surface") != "output" and row["event"] not in ("transcript", "session")]
    return [pytest.param(row, (SHARED / row["file"]).read_bytes(), id=row["file"]) for row in rows]


def pre_tool(command: str = COMMAND, agent: str = "claude-code", **more: object) -> dict:
    """A shell call as the agent reports it before it runs."""
    if agent == "cursor":
        return {"conversation_id": "c", "generation_id": "g", "hook_event_name": "beforeShellExecution", "cursor_version": "3.20.21",
                "workspace_roots": ["/home/sam/p"], "command": command, "cwd": "/home/sam/p", "sandbox": False, **more}
    return {"session_id": "s", "cwd": "/home/sam/p", "permission_mode": "default", "hook_event_name": "PreToolUse", "tool_name": "Bash",
            "tool_input": {"command": command}, "tool_use_id": "toolu_1", **more}


def encoded(event: object) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def claude_with(raw_input: bytes) -> bytes:
    """A Bash call of Claude Code whose input is exactly these bytes."""
    return (b'{"session_id": "s", "cwd": "/home/sam/p", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": "toolu_1", "tool_input": '
            + raw_input + b"}")


def cursor_with(raw_command: bytes) -> bytes:
    """A shell event of Cursor with these bytes before its command."""
    return (b'{"conversation_id": "c", "hook_event_name": "beforeShellExecution", "cursor_version": "3.20.21", "workspace_roots": ["/home/sam/p"], '
            + raw_command + b"}")


RM = COMMAND.encode()
# Broken or hostile events that hold the command above (faults B1-B5). Each must be stopped.
HOSTILE: dict[str, bytes] = {
    "depth bomb after the command": claude_with(b'{"command": "' + RM + b'", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "open depth bomb": claude_with(b'{"command": "' + RM + b'", "x": ' + b'{"a":' * 100_000),
    "one more than 1 MiB": claude_with(b'{"description": "' + b"A" * (1 << 20) + b'", "command": "' + RM + b'"}'),
    "17 MiB before the command": claude_with(b'{"description": "' + b"A" * (17 << 20) + b'", "command": "' + RM + b'"}'),
    "50 MB after the command": claude_with(b'{"command": "' + RM + b'", "description": "' + b"A" * 50_000_000 + b'"}'),
    "broken UTF-8 in the command": claude_with(b'{"command": "' + RM + b' \xff\xfe\xc0\xaf"}'),
    "UTF-16": claude_with(b'{"command": "' + RM + b'"}').decode().encode("utf-16-le"),
    "byte order mark": b"\xef\xbb\xbf" + claude_with(b'{"command": "' + RM + b'"}'),
    "NUL in the command": claude_with(b'{"command": "' + RM + b' \\u0000"}'),
    "lone surrogate": claude_with(b'{"command": "' + RM + b' \\ud800"}'),
    "duplicate keys": claude_with(b'{"command": "ls", "command": "' + RM + b'"}'),
    "duplicate keys, harmless last": claude_with(b'{"command": "' + RM + b'", "command": "ls"}'),
    "not a number": claude_with(b'{"command": "' + RM + b'", "timeout": NaN, "n": -Infinity}'),
    "too large a number": claude_with(b'{"command": "' + RM + b'", "timeout": 1e999, "n": ' + b"9" * 5000 + b"}"),
    "cut off": claude_with(b'{"command": "' + RM + b'"')[:-2],
    "single quotes": claude_with(b"{'command': '" + RM + b"'}"),
    "posing as Cursor's mirror": claude_with(b'{"command": "' + RM + b'", "cursor_version": "3.0", "conversation_id": "c", "x": ' + b"[" * 1000),
    "posing as another event": claude_with(b'{"hook_event_name": "Stop", "command": "' + RM + b'", "x": ' + b"[" * 1000),
    "another event's name in a late place": b'{"tool_input": {"hook_event_name": "Stop", "command": "' + RM + b'"}, "x": ' + b"[" * 1000,
}
HOSTILE_CURSOR: dict[str, bytes] = {
    "depth bomb": cursor_with(b'"x": ' + b"[" * 100_000 + b'], "command": "' + RM + b'"'),
    "17 MiB before the command": cursor_with(b'"x": "' + b"A" * (17 << 20) + b'", "command": "' + RM + b'"'),
    "broken UTF-8": cursor_with(b'"command": "' + RM + b' \xff"'),
    "duplicate keys": cursor_with(b'"command": "ls", "command": "' + RM + b'"'),
    "not a number": cursor_with(b'"command": "' + RM + b'", "n": NaN'),
}
# Not even an event; nobody can say what these are.
SENSELESS: dict[str, bytes] = {
    "nothing": b"", "white space": b" \n", "a word": b"hello\n", "an array": b'["Bash", {"command": "ls"}]', "null": b"null", "a number": b"1" * 50,
    "zeros": b"\0" * 1000, "noise": bytes(range(256)) * 4, "brackets": b"[" * 300_000,
}
