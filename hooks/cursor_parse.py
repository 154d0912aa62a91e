"""What Cursor reports: each event and tool as a `ToolCall`. The forms of the answers are in `hooks.cursor_forms`.

Cursor reports a shell command, an MCP call and a read twice: as `preToolUse`, which has a stable id but cannot ask, and
as `beforeShellExecution`, `beforeMCPExecution` or `beforeReadFile`. Both give the same action under the same tool name.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hooks.decode import decode_event, decode_object
from hooks.fields import (
    Fields,
    is_call,
    join_problems,
    missing,
    not_an_object,
    problems_of,
    render_result,
    shell_command,
    whole_file,
)
from sensor.model.calls import (
    Abilities,
    Action,
    AgentAction,
    DeleteAction,
    FetchAction,
    Heartbeat,
    InputProblem,
    JsonObject,
    McpAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    ToolKind,
    Value,
)

AGENT = "cursor"

_COMMON = frozenset({
    "conversation_id", "generation_id", "model", "model_id", "model_params", "hook_event_name", "cursor_version", "workspace_roots",
    "user_email", "transcript_path", "session_id",
})


class Reported(Value):
    """What one event says about a call. `arguments` are the tool's input, without file contents that are only shown."""

    kind: ToolKind
    action: Action
    tool: str = ""
    arguments: JsonObject = {}
    result: str = ""
    problems: tuple[InputProblem, ...] = ()


_PATHS = ("file_path", "filePath", "path", "target_file", "target_notebook")


def _paths(given: Fields) -> tuple[str, ...]:
    """All paths that an input names: which of several fields the tool takes is not known."""
    return tuple(dict.fromkeys((*given.each(*_PATHS), *given.texts("paths"))))


def _read(given: Fields) -> Action:
    return ReadAction(paths=_paths(given))


def _write(given: Fields) -> Action:
    return whole_file(given, *_PATHS)


def _delete(given: Fields) -> Action:
    return DeleteAction(paths=_paths(given))


def _search(given: Fields) -> Action:
    path, *others = given.each("path", "targetDirectory", "target_directory") or [""]
    pattern = given.text("pattern", "globPattern", "glob_pattern", "query")
    return SearchAction(pattern=pattern, path=path, files=given.text("glob", "include"), also=tuple(others))


def _task(given: Fields) -> Action:
    return AgentAction(prompt=given.text("prompt", "description"), agent_type=given.text("subagent_type"))


def _web(given: Fields) -> Action:
    return FetchAction(url=given.text("url"), query=given.text("query", "search_term"))


def _other(given: Fields) -> Action:
    return OtherAction(arguments=given.obj)


TOOLS: dict[str, tuple[ToolKind, Callable[[Fields], Action]]] = {
    "Shell": (ToolKind.SHELL, shell_command),
    "run_terminal_cmd": (ToolKind.SHELL, shell_command),
    "Read": (ToolKind.FILE_READ, _read),
    "ReadFile": (ToolKind.FILE_READ, _read),
    "TabRead": (ToolKind.FILE_READ, _read),
    "read_file": (ToolKind.FILE_READ, _read),
    "Write": (ToolKind.FILE_WRITE, _write),
    "write": (ToolKind.FILE_WRITE, _write),
    "Edit": (ToolKind.FILE_WRITE, _write),
    "StrReplace": (ToolKind.FILE_WRITE, _write),
    "EditNotebook": (ToolKind.FILE_WRITE, _write),
    "edit_file": (ToolKind.FILE_WRITE, _write),
    "edit_notebook": (ToolKind.FILE_WRITE, _write),
    "search_replace": (ToolKind.FILE_WRITE, _write),
    "MultiEdit": (ToolKind.FILE_WRITE, _write),
    "TabWrite": (ToolKind.FILE_WRITE, _write),
    "Delete": (ToolKind.FILE_DELETE, _delete),
    "delete_file": (ToolKind.FILE_DELETE, _delete),
    "Grep": (ToolKind.SEARCH, _search),
    "Glob": (ToolKind.SEARCH, _search),
    "Task": (ToolKind.SUBAGENT, _task),
    "WebFetch": (ToolKind.NETWORK, _web),
    "WebSearch": (ToolKind.NETWORK, _web),
}


def tool_report(event: Fields) -> Reported:
    """A call named by `tool_name` with its input in `tool_input` (preToolUse, postToolUse)."""
    name = event.text("tool_name")
    given, problems = _tool_input(event)
    if name.startswith("MCP:"):  # this event does not say which server; beforeMCPExecution does
        return _mcp(event.text("mcp_server_name"), name.removeprefix("MCP:"), given, problems)
    kind, build = TOOLS.get(name, (ToolKind.UNKNOWN, _other))
    return Reported(kind=kind, action=build(given), tool=name, arguments=given.obj, problems=problems)


def _tool_input(event: Fields) -> tuple[Fields, tuple[InputProblem, ...]]:
    given = event.obj.get("tool_input")
    if isinstance(given, str):
        decoded = decode_object(given)
        return Fields(decoded.obj), problems_of(decoded)
    return event.below("tool_input"), not_an_object(event)


def _mcp(server: str, tool: str, given: Fields, problems: tuple[InputProblem, ...]) -> Reported:
    action = McpAction(server=server, tool=tool, arguments=given.obj)
    return Reported(kind=ToolKind.MCP, action=action, tool=f"MCP:{tool}", arguments=given.obj, problems=problems)


def _after_tool(event: Fields) -> Reported:
    report = tool_report(event)
    output = event.obj.get("tool_output")
    if isinstance(output, str) and output[:1] in ("{", "["):
        decoded = decode_event(output.encode("utf-8", "replace"))
        output = output if decoded.problems else decoded.obj
    parts = (render_result(output, report.kind), render_result(event.obj.get("error_message"), report.kind))
    return msgspec.structs.replace(report, result="\n".join(part for part in parts if part))


def _shell_event(event: Fields) -> Reported:
    arguments: JsonObject = {name: event.obj[name] for name in ("command", "sandbox") if name in event.obj}
    action = ShellAction(command=event.text("command"))
    return Reported(kind=ToolKind.SHELL, action=action, tool="Shell", arguments=arguments, result=render_result(event.obj.get("output"), ToolKind.SHELL))


def _mcp_event(event: Fields) -> Reported:
    given, problems = _tool_input(event)
    server = event.text("mcp_server_name", "mcp_server_url", "url", "command")
    report = _mcp(server, event.text("tool_name").removeprefix("MCP:"), given, problems)
    result = event.obj.get("result_json")
    if isinstance(result, str) and result:
        decoded = decode_event(result.encode("utf-8", "replace"))
        result = result if decoded.problems else decoded.obj
    return msgspec.structs.replace(report, result=render_result(result, ToolKind.MCP))


def _read_event(event: Fields) -> Reported:
    paths = _paths(event)
    return Reported(kind=ToolKind.FILE_READ, action=ReadAction(paths=paths), tool="Read", arguments={"file_path": "\n".join(paths)})


def _edit_event(event: Fields) -> Reported:
    arguments = event.without(_COMMON)
    return Reported(kind=ToolKind.FILE_WRITE, action=_write(event), tool="Write", arguments=arguments)


def _agent_event(event: Fields) -> Reported:
    action = AgentAction(prompt=event.text("task", "description"), agent_type=event.text("subagent_type"))
    return Reported(kind=ToolKind.SUBAGENT, action=action, tool="Task", arguments=event.without(_COMMON), result=event.text("summary"))


def _prompt_event(event: Fields) -> Reported:
    return Reported(kind=ToolKind.PROMPT, action=PromptAction(text=event.text("prompt")), arguments=event.without(_COMMON))


def _text_event(event: Fields) -> Reported:
    return Reported(kind=ToolKind.RESPONSE, action=OtherAction(arguments={}), result=event.text("text"))


def _session_event(event: Fields) -> Reported:
    arguments = event.without(_COMMON)
    return Reported(kind=ToolKind.SESSION, action=OtherAction(arguments=arguments), arguments=arguments)


def _unknown_event(event: Fields) -> Reported:
    arguments = event.without(_COMMON)
    return Reported(kind=ToolKind.UNKNOWN, action=OtherAction(arguments=arguments), tool=event.text("tool_name"), arguments=arguments)


_SILENT = Abilities()
_DENY = Abilities(deny=True)
_DENY_OR_ASK = Abilities(deny=True, ask=True)
_DENY_NOW_ASK_LATER = Abilities(deny=True, asks_later=True)

EVENTS: dict[str, tuple[Phase, Abilities, Callable[[Fields], Reported]]] = {
    "preToolUse": (Phase.BEFORE, _DENY, tool_report),
    "beforeShellExecution": (Phase.BEFORE, _DENY_OR_ASK, _shell_event),
    "beforeMCPExecution": (Phase.BEFORE, _DENY_OR_ASK, _mcp_event),
    "beforeReadFile": (Phase.BEFORE, _DENY, _read_event),
    "beforeTabFileRead": (Phase.BEFORE, _DENY, _read_event),
    "beforeSubmitPrompt": (Phase.BEFORE, _DENY, _prompt_event),
    "subagentStart": (Phase.BEFORE, _DENY, _agent_event),
    "postToolUse": (Phase.AFTER, _SILENT, _after_tool),
    "postToolUseFailure": (Phase.AFTER, _SILENT, _after_tool),
    "afterShellExecution": (Phase.AFTER, _SILENT, _shell_event),
    "afterMCPExecution": (Phase.AFTER, _SILENT, _mcp_event),
    "afterFileEdit": (Phase.AFTER, _SILENT, _edit_event),
    "afterTabFileEdit": (Phase.AFTER, _SILENT, _edit_event),
    "subagentStop": (Phase.LIFECYCLE, _SILENT, _agent_event),
    "afterAgentResponse": (Phase.LIFECYCLE, _SILENT, _text_event),
    "afterAgentThought": (Phase.LIFECYCLE, _SILENT, _text_event),
    "sessionStart": (Phase.LIFECYCLE, _SILENT, _session_event),
    "sessionEnd": (Phase.LIFECYCLE, _SILENT, _session_event),
    "stop": (Phase.LIFECYCLE, _SILENT, _session_event),
    "preCompact": (Phase.LIFECYCLE, _SILENT, _session_event),
    "workspaceOpen": (Phase.LIFECYCLE, _SILENT, _session_event),
}
_BROKEN = (Phase.BEFORE, _DENY, tool_report)
_UNKNOWN = (Phase.LIFECYCLE, _SILENT, _unknown_event)


def parse_event(body: bytes, truncated: bool) -> ToolCall | Heartbeat:
    """One event of Cursor. Bytes that cannot be read, and a call without an event's name, count as a tool call: only that can do harm."""
    decoded = decode_event(body, truncated)
    event = Fields(decoded.obj)
    name = event.text("hook_event_name")
    phase, abilities, read = EVENTS.get(name, _BROKEN if decoded.problems or is_call(event) else _UNKNOWN)
    report = read(event)
    if name == "preToolUse" and report.kind in (ToolKind.SHELL, ToolKind.MCP):
        abilities = _DENY_NOW_ASK_LATER
    problems = join_problems(problems_of(decoded), report.problems, missing(report.action) if phase is Phase.BEFORE else ())
    if name == "preToolUse" and not report.tool:
        problems = join_problems(problems, (InputProblem.MISSING_FIELD,))
    roots = event.texts("workspace_roots")
    return ToolCall(
        agent=AGENT, event=name, phase=phase, kind=report.kind, tool=report.tool, action=report.action, arguments=report.arguments,
        result=report.result, session=event.text("conversation_id", "session_id"), subagent=event.text("subagent_id"),
        subagent_type=event.text("subagent_type"), parent_session=event.text("parent_conversation_id"),
        tool_use_id=event.text("tool_use_id", "tool_call_id"), turn=event.text("generation_id"), cwd=_folder(event, roots), roots=roots,
        agent_version=event.text("cursor_version"), transcript=event.text("agent_transcript_path", "transcript_path"),
        abilities=abilities, problems=problems, payload_bytes=len(body), said=event.text("agent_message"),
    )


def _folder(event: Fields, roots: tuple[str, ...]) -> str:
    """Where the call happens. Some builds leave `cwd` empty; then it is the workspace."""
    return event.below("tool_input").text("working_directory", "cwd") or event.text("cwd") or (roots[0] if roots else "")
