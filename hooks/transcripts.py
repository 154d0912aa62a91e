"""Histories that agents keep of their sessions, read back as the events that their hooks would have reported.

Claude Code: `<config>/projects/<folder>/<session>.jsonl`, sub-agents below `<session>/subagents/`. Cursor:
`~/.cursor/projects/<folder>/agent-transcripts/<id>/<id>.jsonl`, without ids, times and results. Neither is a stable
format, so a line that is not understood is skipped and counted.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sensor.model.calls import ToolCall

MAX_LINE = 64 * 1024 * 1024
# How much of the end of a history is searched for a call that was just made: nearly every call stands in the first of these.
TAILS = (64 * 1024, 256 * 1024, 1024 * 1024)
_ASIDE = b'"isSidechain":true'


class Reported(NamedTuple):
    """One event. `body` is what a hook would have got; `at` the time as written, "" when the history has none."""

    agent: str
    body: bytes
    session: str
    line: int
    at: str


class Reasoned(NamedTuple):
    """What the model thought, and what it said to the person, before a call; both may be ""."""

    thinking: str
    said: str


def spoken_of(call: ToolCall) -> Reasoned | None:
    """What an event of its own says (Cursor's thoughts and responses); None for every other event."""
    if call.agent != "cursor" or call.event not in ("afterAgentThought", "afterAgentResponse"):
        return None
    is_thought = call.event == "afterAgentThought"
    return Reasoned(thinking=call.result if is_thought else "", said="" if is_thought else call.result)


class Skipped:
    """Counts the lines that were not understood."""

    def __init__(self) -> None:
        self.lines = 0


def find_transcripts(home: Path, claude_config: str = "") -> list[Path]:
    """Histories of this user, oldest first."""
    claude = Path(claude_config) if claude_config else home / ".claude"
    found = [*claude.glob("projects/*/*.jsonl"), *claude.glob("projects/*/*/subagents/*.jsonl"),
             *(home / ".cursor").glob("projects/*/agent-transcripts/**/*.jsonl")]
    return sorted((path for path in found if path.is_file()), key=lambda path: path.stat().st_mtime)


def read_transcript(path: Path, skipped: Skipped) -> Iterator[Reported]:
    """Events of one history, in order. Raises OSError."""
    cursor = "agent-transcripts" in path.parts
    used: dict[str, dict[str, Any]] = {}
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                row = json.loads(raw) if len(raw) <= MAX_LINE else None
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                skipped.lines += 1
                continue
            yield from _of_cursor(row, path, number) if cursor or "role" in row else _of_claude(row, number, used)


def _of_claude(row: dict[str, Any], line: int, used: dict[str, dict[str, Any]]) -> Iterator[Reported]:
    session, at = str(row.get("sessionId", "")), str(row.get("timestamp", ""))
    base = {"session_id": session, "cwd": row.get("cwd", ""), "permission_mode": "default"}
    if row.get("agentId"):
        base |= {"agent_id": row["agentId"], "agent_type": row.get("agentType") or "general-purpose"}
    for block in _blocks(row):
        if block.get("type") == "tool_use":
            call = {"tool_name": block.get("name", ""), "tool_input": block.get("input", {}), "tool_use_id": block.get("id", "")}
            used[str(block.get("id", ""))] = call
            yield _reported("claude-code", {**base, **call, "hook_event_name": "PreToolUse"}, session, line, at)
        elif block.get("type") == "tool_result":
            known = used.get(str(block.get("tool_use_id", "")))
            if known is not None:
                result = row.get("toolUseResult", block.get("content", ""))
                yield _reported("claude-code", {**base, **known, "hook_event_name": "PostToolUse", "tool_response": result}, session, line, at)


def _of_cursor(row: dict[str, Any], path: Path, line: int) -> Iterator[Reported]:
    session = path.stem
    for place, block in enumerate(_blocks(row)):
        if block.get("type") == "tool_use":
            event = {"conversation_id": session, "hook_event_name": "preToolUse", "tool_name": block.get("name", ""), "tool_input": block.get("input", {}),
                     "tool_use_id": f"{line}.{place}", "workspace_roots": [], "cursor_version": "history"}
            yield _reported("cursor", event, session, line, "")


def _blocks(row: dict[str, Any]) -> list[dict[str, Any]]:
    message = row.get("message")
    return _content(message) if isinstance(message, dict) else []


def _reported(agent: str, event: dict[str, Any], session: str, line: int, at: str) -> Reported:
    return Reported(agent, json.dumps(event, ensure_ascii=False).encode("utf-8", "replace"), session, line, at)


def reasoning_of(path: Path, tool_use_id: str) -> Reasoned | None:
    """What the model thought and said before a call, from the end of a history of Claude Code; None = the call is not in it (yet).

    Thinking is often empty although the model thought: then the history holds only its signature. Raises OSError.
    """
    needle = json.dumps(tool_use_id).encode("utf-8")
    with open_history(path) as (file, size):
        for length in TAILS:
            file.seek(max(0, size - length))
            tail = file.read(length)
            found, is_whole = _reasoning_in(tail, tool_use_id, needle) if needle in tail else (None, False)
            if is_whole or length >= size:
                break
    return found


def _reasoning_in(tail: bytes, tool_use_id: str, needle: bytes) -> tuple[Reasoned | None, bool]:
    """What stands before a call in its message, and whether the message begins in this end of a history."""
    lines = [line for line in tail.split(b"\n") if b'"assistant"' in line]
    for line in lines:
        row = _message_of(line) if needle in line else {}
        if any(block.get("type") == "tool_use" and block.get("id") == tool_use_id for block in _content(row)):
            name = row.get("id")
            own = json.dumps(name).encode("utf-8") if isinstance(name, str) and name else needle
            numbers = [number for number, other in enumerate(lines) if own in other]
            # The first line may be half of one. A message begins behind the end of another one, but sub-agents may speak in between.
            before = [other for other in lines[1:numbers[0]] if (_ASIDE in other) is (_ASIDE in line)]
            return _before(tool_use_id, name, [_message_of(lines[number]) for number in numbers]), bool(before)
    return None, False


def _before(tool_use_id: str, name: object, messages: list[dict[str, Any]]) -> Reasoned:
    """Thinking and text of one message up to the call. One message lies in several lines."""
    parts: dict[str, list[str]] = {"thinking": [], "text": []}
    for block in (block for message in messages if message.get("id") == name for block in _content(message)):
        kind = str(block.get("type"))
        if kind == "tool_use" and block.get("id") == tool_use_id:
            break
        text = block.get(kind) if kind in parts else None
        if isinstance(text, str) and text.strip():
            parts[kind].append(text.strip())
    return Reasoned(thinking="\n\n".join(parts["thinking"]), said="\n\n".join(parts["text"]))


def _message_of(line: bytes) -> dict[str, Any]:
    """The message of a line of a history, {} for anything else; the first line of a tail is rarely whole."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    message = row.get("message") if isinstance(row, dict) else None
    return message if isinstance(message, dict) else {}


def _content(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


@contextmanager
def open_history(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """A history and its size in bytes. Raises OSError for what is no regular file of this user."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid():
            raise OSError(f"{path} is not a file of this user")
        yield file, facts.st_size
