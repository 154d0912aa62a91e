"""Calls that an agent could make, for the self-test and `doctor --live`: one harmless, one that must be denied.

They are handed to the registered hook command as the agent would hand them over. Nothing ever runs them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from sensor.model.calls import Value

HARMLESS = "echo handrail self-test"
# Denied by a core rule that no setting can switch off, so the answer shows that protection works, not that a test rule does.
MUST_DENY = "rm -rf / --no-preserve-root"


class Probe(Value):
    """One call. `session` and `call_id` are unique, so that its entry can be found."""

    session: str
    call_id: str
    command: str
    cwd: str


class ProbeFormat(Value):
    """How one agent says it and what a denial of it looks like."""

    render: Callable[[Probe], dict[str, Any]]
    is_denied: Callable[[dict[str, Any]], bool]


def _claude(probe: Probe) -> dict[str, Any]:
    return {
        "session_id": probe.session, "transcript_path": "", "cwd": probe.cwd, "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": {"command": probe.command, "description": "Handrail self-test; never run"}, "tool_use_id": probe.call_id,
        "permission_mode": "default",
    }


def _claude_denied(reply: dict[str, Any]) -> bool:
    specific = reply.get("hookSpecificOutput")
    return isinstance(specific, dict) and specific.get("permissionDecision") == "deny"


def _cursor(probe: Probe) -> dict[str, Any]:
    return {
        "conversation_id": probe.session, "generation_id": probe.call_id, "hook_event_name": "beforeShellExecution",
        "command": probe.command, "cwd": probe.cwd, "workspace_roots": [probe.cwd],
    }


def _cursor_denied(reply: dict[str, Any]) -> bool:
    return reply.get("permission") == "deny"


# agent -> its event for shell commands and its format
FORMATS: dict[str, tuple[str, ProbeFormat]] = {
    "claude-code": ("PreToolUse", ProbeFormat(render=_claude, is_denied=_claude_denied)),
    "cursor": ("beforeShellExecution", ProbeFormat(render=_cursor, is_denied=_cursor_denied)),
}


def render_probe(agent: str, probe: Probe) -> bytes:
    """The bytes on the hook's standard input."""
    return msgspec.json.encode(FORMATS[agent][1].render(probe))


def is_denied(agent: str, exit_code: int, stdout: bytes) -> bool:
    """Whether the agent would not run the call."""
    if exit_code == 2:
        return True
    try:
        reply = msgspec.json.decode(stdout, type=dict[str, Any])
    except msgspec.MsgspecError:
        return False
    return FORMATS[agent][1].is_denied(reply)
