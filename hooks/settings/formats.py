"""Where each agent keeps its hooks, which events it knows since when, and what an entry of ours looks like.

Event names are gated by version: an older Cursor rejects the whole file for one unknown name, and so did older builds of
Claude Code. Sources: the vendors' hook references and changelogs.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sensor.model.calls import Value

Version = tuple[int, ...]
# Above the client's own deadlines (INPUT_SECONDS and then 2 seconds); where a person may be asked, there is room for that.
DECIDING_SECONDS, REPORTING_SECONDS = 60, 15


class Scope(enum.Enum):
    """Whose sessions a settings file is for: one user's, those in one project, or everybody's on this machine."""

    USER = "user"
    PROJECT = "project"
    MANAGED = "managed"


class Registration(Value):
    """What decides how entries are written. `version` () = unknown; `enforce` = a broken hook should stop the call."""

    command: str
    version: Version = ()
    enforce: bool = True


class SettingsFormat(Value):
    """One agent's files. `fixed` are members that the root needs; `grouped` = handlers stand in groups with a matcher.

    `deciding` are the events whose answer can stop something. `project` is below a project's folder: the personal file where
    the agent has one, as the entry names a program of this machine. `managed` is by platform, below the root.
    """

    file: Callable[[Path, Mapping[str, str]], Path]
    project: str
    managed: Mapping[str, str]
    fixed: tuple[tuple[str, Any], ...]
    grouped: bool
    deciding: tuple[str, ...]
    entries: Callable[[Registration], dict[str, dict[str, Any]]]


# -- Claude Code

# A matcher `*` where the event matches names; FileChanged takes file names, which it then watches.
_WATCHED = "CLAUDE.md|AGENTS.md|.mcp.json|.env|.envrc"
_TOOL_EVENTS = ("PreToolUse", "PreSkillShellCommand", "PermissionRequest", "PermissionDenied", "PostToolUse", "PostToolUseFailure")
_CLAUDE_FAIL_CLOSED = ("PreToolUse", "PreSkillShellCommand", "PermissionRequest")
ON_FAILURE_SINCE: Version = (2, 1, 295)
_CLAUDE_DECIDING = (*_CLAUDE_FAIL_CLOSED, "UserPromptSubmit", "UserPromptExpansion", "ConfigChange", "Elicitation", "ElicitationResult")
# Left out on purpose: a WorktreeCreate hook replaces git's own work and must print a path, and WorktreeRemove is its other half.
CLAUDE_EVENTS: dict[str, Version] = {
    "PreToolUse": (1, 0, 38), "PostToolUse": (1, 0, 38), "Notification": (1, 0, 38), "Stop": (1, 0, 38), "SubagentStop": (1, 0, 41),
    "PreCompact": (1, 0, 48), "UserPromptSubmit": (1, 0, 54), "SessionStart": (1, 0, 62), "SessionEnd": (1, 0, 85),
    "SubagentStart": (2, 0, 43), "PermissionRequest": (2, 0, 45), "PostToolUseFailure": (2, 1, 0), "Setup": (2, 1, 10),
    "TeammateIdle": (2, 1, 33), "TaskCompleted": (2, 1, 33), "ConfigChange": (2, 1, 49), "InstructionsLoaded": (2, 1, 69),
    "Elicitation": (2, 1, 76), "ElicitationResult": (2, 1, 76), "PostCompact": (2, 1, 76), "StopFailure": (2, 1, 78),
    "CwdChanged": (2, 1, 83), "FileChanged": (2, 1, 83), "TaskCreated": (2, 1, 84), "PermissionDenied": (2, 1, 89),
    "UserPromptExpansion": (2, 1, 240), "PostToolBatch": (2, 1, 240), "PreModelSwitch": (2, 1, 251), "PostModelSwitch": (2, 1, 251),
    "MessageDisplay": (2, 1, 295), "DirectoryAdded": (2, 1, 295), "PreSkillShellCommand": (2, 1, 332),
}
_CLAUDE_ASSUMED: Version = (2, 1, 0)


def _claude_file(home: Path, environment: Mapping[str, str]) -> Path:
    chosen = environment.get("CLAUDE_CONFIG_DIR", "")
    return (Path(chosen) if chosen.startswith("/") else home / ".claude") / "settings.json"


def _claude_entries(wanted: Registration) -> dict[str, dict[str, Any]]:
    version = wanted.version or _CLAUDE_ASSUMED
    entries = {}
    for event in (name for name, since in CLAUDE_EVENTS.items() if version >= since):
        seconds = DECIDING_SECONDS if event in _CLAUDE_DECIDING else REPORTING_SECONDS
        handler: dict[str, Any] = {"type": "command", "command": wanted.command, "timeout": seconds}
        if wanted.enforce and event in _CLAUDE_FAIL_CLOSED and version >= ON_FAILURE_SINCE:
            handler["onFailure"] = "block"
        if event == "MessageDisplay":  # fires for every piece of text on the screen; nothing waits for the answer
            handler["async"] = True
        matcher = {"matcher": "*"} if event in _TOOL_EVENTS else {"matcher": _WATCHED} if event == "FileChanged" else {}
        entries[event] = {**matcher, "hooks": [handler]}
    return entries


# -- Cursor

_CURSOR_FAIL_CLOSED = ("preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile")
_CURSOR_DECIDING = (*_CURSOR_FAIL_CLOSED, "beforeTabFileRead", "beforeSubmitPrompt", "subagentStart")
CURSOR_EVENTS: dict[str, Version] = {
    "beforeShellExecution": (1, 7), "beforeMCPExecution": (1, 7), "beforeReadFile": (1, 7), "beforeSubmitPrompt": (1, 7),
    "afterFileEdit": (1, 7), "stop": (1, 7), "afterShellExecution": (2, 0), "afterMCPExecution": (2, 0), "afterAgentResponse": (2, 1),
    "afterAgentThought": (2, 1), "beforeTabFileRead": (2, 1), "afterTabFileEdit": (2, 1), "preToolUse": (2, 4), "postToolUse": (2, 4),
    "postToolUseFailure": (2, 4), "subagentStart": (2, 4), "subagentStop": (2, 4), "sessionStart": (2, 4), "sessionEnd": (2, 4),
    "preCompact": (2, 4), "workspaceOpen": (3, 11),
}
_CURSOR_ASSUMED: Version = (2, 4)


def _cursor_file(home: Path, environment: Mapping[str, str]) -> Path:
    return home / ".cursor" / "hooks.json"


def _cursor_entries(wanted: Registration) -> dict[str, dict[str, Any]]:
    """No matcher: Cursor's is a pattern, for which `*` is an error. Absent = everything."""
    version = wanted.version or _CURSOR_ASSUMED
    entries: dict[str, dict[str, Any]] = {}
    for event in (name for name, since in CURSOR_EVENTS.items() if version >= since):
        entries[event] = {"command": wanted.command, "timeout": DECIDING_SECONDS if event in _CURSOR_DECIDING else REPORTING_SECONDS}
        if wanted.enforce and event in _CURSOR_FAIL_CLOSED:
            entries[event]["failClosed"] = True
    return entries


FORMATS: dict[str, SettingsFormat] = {
    "claude-code": SettingsFormat(
        file=_claude_file, project=".claude/settings.local.json",
        managed={"linux": "etc/claude-code/managed-settings.json", "darwin": "Library/Application Support/ClaudeCode/managed-settings.json"},
        fixed=(), grouped=True, deciding=_CLAUDE_DECIDING, entries=_claude_entries,
    ),
    "cursor": SettingsFormat(
        file=_cursor_file, project=".cursor/hooks.json",
        managed={"linux": "etc/cursor/hooks.json", "darwin": "Library/Application Support/Cursor/hooks.json"},
        fixed=(("version", 1),), grouped=False, deciding=_CURSOR_DECIDING, entries=_cursor_entries,
    ),
}
EVENTS: dict[str, dict[str, Version]] = {"claude-code": CLAUDE_EVENTS, "cursor": CURSOR_EVENTS}


def known_events(agent: str, version: Version) -> tuple[str, ...]:
    """The events that we register with this version of the agent."""
    return tuple(FORMATS[agent].entries(Registration(command="", version=version)))
