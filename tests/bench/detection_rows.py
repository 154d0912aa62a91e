"""Corpus rows as the tool calls that Claude Code would report."""

from __future__ import annotations

import glob
import gzip
import json
import os
from collections.abc import Iterator
from typing import Any

from sensor.model.calls import (
    Action,
    AgentAction,
    Edit,
    FetchAction,
    McpAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    ToolKind,
    WriteAction,
)

Row = dict[str, Any]
HOME = "/home/dev"
PROJECT = "/home/dev/project"
AGENT = "claude-code"


def load_rows(folder: str) -> list[Row]:
    """Every row of every `*.jsonl` or `*.jsonl.gz` in a corpus folder."""
    rows: list[Row] = []
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl*"))):
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
            rows.extend(row for row in map(json.loads, lines) if "surface" in row)
    return rows


def calls_of(row: Row) -> Iterator[ToolCall]:
    """The calls of one row: one, or one per step of a sequence."""
    if row["surface"] == "sequence":
        for number, step in enumerate(row["steps"]):
            yield _call({**step, "id": row["id"]}, number)
    else:
        yield _call(row, 0)


def _call(row: Row, number: int) -> ToolCall:
    surface, given = row["surface"], row.get("tool_input") or {}
    text = _clean(row.get("text") or "")
    if surface == "tool_result":
        tool, kind, action, arguments = _result_tool(given)
        result = text or _clean(_as_text(given.get("content", "")))
        return _make(row, number, tool, kind, action, arguments, event="PostToolUse", phase=Phase.AFTER, result=result)
    tool, kind, action, arguments = _tool(surface, text, given)
    changes = {"prompt": {"event": "UserPromptSubmit"}, "mcp_description": {"event": "tools/list", "phase": Phase.LIFECYCLE}}
    return _make(row, number, tool, kind, action, arguments, **changes.get(surface, {}))


def _make(row: Row, number: int, tool: str, kind: ToolKind, action: Action, arguments: Row, **changes: Any) -> ToolCall:
    facts = {"event": "PreToolUse", "phase": Phase.BEFORE, **changes}
    return ToolCall(
        agent=AGENT, tool=tool, kind=kind, action=action, arguments=arguments, session=row["id"],
        tool_use_id=f"toolu_{row['id']}_{number}", cwd=PROJECT, roots=(PROJECT,), permission_mode="default", **facts,
    )


def _tool(surface: str, text: str, given: Row) -> tuple[str, ToolKind, Action, Row]:
    if surface == "bash":
        return "Bash", ToolKind.SHELL, ShellAction(command=text), {"command": text}
    if surface == "read":
        return "Read", ToolKind.FILE_READ, ReadAction(paths=(text,)), {"file_path": text}
    if surface == "url":
        return "WebFetch", ToolKind.NETWORK, FetchAction(url=text, prompt="Summarise the page"), {"url": text, "prompt": "Summarise the page"}
    if surface == "prompt":
        return "", ToolKind.PROMPT, PromptAction(text=text), {"prompt": text}
    if surface in ("write", "edit"):
        new = _clean(_as_text(given.get("content", given.get("new_string", ""))))
        edit = Edit(new=new, old=_clean(_as_text(given.get("old_string", ""))))
        tool = "Write" if surface == "write" else "Edit"
        return tool, ToolKind.FILE_WRITE, WriteAction(files=((_clean(given["file_path"]), (edit,)),)), _clean_json(given)
    if surface == "mcp_call":
        arguments = _clean_json(given.get("arguments") or {})
        server, name = _server_and_tool(given["tool_name"])
        return f"mcp__{server}__{name}", ToolKind.MCP, McpAction(server=server, tool=name, arguments=arguments), arguments
    if surface == "mcp_description":
        return f"mcp__bench__{given.get('name', '')}", ToolKind.MCP, OtherAction(arguments=_clean_json(given)), _clean_json(given)
    raise ValueError(f"surface {surface!r} of no known tool")


def _server_and_tool(name: str) -> tuple[str, str]:
    """`mcp__server__tool` as agents write it; a tool of no named server is one of `bench`."""
    mark, _, rest = name.partition("__")
    server, _, tool = rest.partition("__")
    return (server, tool) if mark == "mcp" and tool else ("bench", name)


def _result_tool(given: Row) -> tuple[str, ToolKind, Action, Row]:
    """The call whose result a row is. A result without a tool counts as a fetched page: untrusted, like the rows."""
    tool, path = given.get("tool_name") or "WebFetch", given.get("file_path") or "notes.txt"
    known: dict[str, tuple[str, ToolKind, Action]] = {
        "read": ("Read", ToolKind.FILE_READ, ReadAction(paths=(path,))),
        "webfetch": ("WebFetch", ToolKind.NETWORK, FetchAction(url="https://docs.example.org/page")),
        "bash": ("Bash", ToolKind.SHELL, ShellAction(command="cat output.log")),
        "run": ("Bash", ToolKind.SHELL, ShellAction(command="cat output.log")),
        "grep": ("Grep", ToolKind.SEARCH, SearchAction(pattern="TODO")),
        "task": ("Task", ToolKind.SUBAGENT, AgentAction(prompt="Look at the sources")),
    }
    name, kind, action = known.get(tool.lower(), (f"mcp__bench__{tool}", ToolKind.MCP, McpAction(server="bench", tool=tool, arguments={})))
    return name, kind, action, {}


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _clean(text: str) -> str:
    """Without lone surrogates, as adapters promise."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _clean_json(value: Any) -> Any:
    return json.loads(_clean(json.dumps(value, ensure_ascii=False)))
