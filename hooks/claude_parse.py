"""What Claude Code reports: each event and tool as a `ToolCall`. The forms of the answers are in `hooks.claude_forms`.

Names and shapes follow Agent SDK 0.3.332 and the hooks that Claude Code 2.1.332 knows. Unknown tools and events pass through as they are: new ones appear monthly.
"""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote

from msgspec import structs

from hooks.claude_forms import NOBODY_ASKED
from hooks.decode import Decoded, decode_event
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
    ConfigAction,
    FetchAction,
    Heartbeat,
    InputProblem,
    McpAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    ToolKind,
)

AGENT = "claude-code"

_COMMON = frozenset({
    "session_id", "transcript_path", "cwd", "hook_event_name", "permission_mode", "prompt_id", "effort", "scratchpad_dir", "agent_id",
    "agent_type", "tool_name", "tool_input", "tool_use_id", "tool_response", "mcp_server",
})
ToolTable = dict[str, tuple[ToolKind, Callable[[Fields], Action]]]


def _powershell(given: Fields) -> Action:
    return ShellAction(command=given.text("command"), dialect="powershell", description=given.text("description"))


def _repl(given: Fields) -> Action:
    """JavaScript in a process that goes on."""
    return ShellAction(command=f"node -e {quote(given.text('code'))}" if given.text("code") else "", description=given.text("description"))


def _read(given: Fields) -> Action:
    return ReadAction(paths=tuple(given.each("file_path", "path")))


def _write(given: Fields) -> Action:
    return whole_file(given, "file_path", "notebook_path", "path")


def _search(given: Fields) -> Action:
    return SearchAction(pattern=given.text("pattern"), path=given.text("path"), files=given.text("glob"))


def _fetch(given: Fields) -> Action:
    return FetchAction(url=given.text("url"), query=given.text("query"), prompt=given.text("prompt"))


def _agent(given: Fields) -> Action:
    return AgentAction(
        prompt="\n".join(given.each("prompt", "message")) or given.text("description"), agent_type=given.text("subagent_type", "to", "name"),
        permission_mode=given.text("mode"),
    )


def _scheduled(given: Fields) -> Action:
    return AgentAction(prompt="\n".join(given.each("prompt", "message")) or given.text("action"), agent_type="scheduled")


def _workflow(given: Fields) -> Action:
    """A script whose `agent(...)` calls start sub-agents: their prompts stand in its text. A predefined one has a name or a file only."""
    return AgentAction(prompt=given.text("script", "scriptPath", "name"), agent_type="workflow")


def _skill(given: Fields) -> Action:
    return PromptAction(text=f"/{given.text('skill')} {given.text('args')}".strip())


def _resource(given: Fields) -> Action:
    return McpAction(server=given.text("server"), tool="resource", arguments=given.obj)


def _other(given: Fields) -> Action:
    return OtherAction(arguments=given.obj)


TOOLS: ToolTable = {
    "Bash": (ToolKind.SHELL, shell_command),
    "PowerShell": (ToolKind.SHELL, _powershell),
    "REPL": (ToolKind.SHELL, _repl),
    "Read": (ToolKind.FILE_READ, _read),
    "Write": (ToolKind.FILE_WRITE, _write),
    "Edit": (ToolKind.FILE_WRITE, _write),
    "MultiEdit": (ToolKind.FILE_WRITE, _write),
    "NotebookEdit": (ToolKind.FILE_WRITE, _write),
    "Glob": (ToolKind.SEARCH, _search),
    "Grep": (ToolKind.SEARCH, _search),
    "WebFetch": (ToolKind.NETWORK, _fetch),
    "WebSearch": (ToolKind.NETWORK, _fetch),
    "Agent": (ToolKind.SUBAGENT, _agent),
    "Task": (ToolKind.SUBAGENT, _agent),
    "SendMessage": (ToolKind.SUBAGENT, _agent),
    "CronCreate": (ToolKind.SUBAGENT, _scheduled),
    "ScheduleWakeup": (ToolKind.SUBAGENT, _scheduled),
    "RemoteTrigger": (ToolKind.SUBAGENT, _scheduled),
    "Workflow": (ToolKind.SUBAGENT, _workflow),
    "Skill": (ToolKind.PROMPT, _skill),
    "ReadMcpResource": (ToolKind.MCP, _resource),
    "ReadMcpResourceDir": (ToolKind.MCP, _resource),
    "ListMcpResources": (ToolKind.MCP, _resource),
    "ReadMcpResourceTool": (ToolKind.MCP, _resource),
    "ReadMcpResourceDirTool": (ToolKind.MCP, _resource),
    "ListMcpResourcesTool": (ToolKind.MCP, _resource),
    # Tools that only move the conversation: no file, no process, no network.
    "AskUserQuestion": (ToolKind.SESSION, _other),
    "ExitPlanMode": (ToolKind.SESSION, _other),
    "EnterPlanMode": (ToolKind.SESSION, _other),
    "TodoWrite": (ToolKind.SESSION, _other),
    "TaskCreate": (ToolKind.SESSION, _other),
    "TaskUpdate": (ToolKind.SESSION, _other),
    "TaskGet": (ToolKind.SESSION, _other),
    "TaskList": (ToolKind.SESSION, _other),
    "TaskOutput": (ToolKind.SESSION, _other),
    "TaskStop": (ToolKind.SESSION, _other),
    "BashOutput": (ToolKind.SESSION, _other),
    "KillShell": (ToolKind.SESSION, _other),
    "ToolSearch": (ToolKind.SESSION, _other),
    "SubagentHandback": (ToolKind.SESSION, _other),
}

_SILENT = Abilities()
_DENY = Abilities(deny=True)
BEFORE_TOOL = Abilities(deny=True, ask=True)
AFTER_TOOL = Abilities(replace_result=True)

TOOL_EVENTS: dict[str, tuple[Phase, Abilities]] = {
    "PreToolUse": (Phase.BEFORE, BEFORE_TOOL),
    "PreSkillShellCommand": (Phase.BEFORE, _DENY),  # a command in the text of a skill, which the agent runs while it loads the skill
    "PermissionRequest": (Phase.BEFORE, BEFORE_TOOL),
    "PermissionDenied": (Phase.LIFECYCLE, _SILENT),
    "PostToolUse": (Phase.AFTER, AFTER_TOOL),
    "PostToolUseFailure": (Phase.AFTER, _SILENT),
}


def _rest(event: Fields) -> Action:
    return OtherAction(arguments=event.without(_COMMON))


def _prompt(event: Fields) -> Action:
    return PromptAction(text=event.text("prompt", "message"))


def _config(event: Fields) -> Action:
    return ConfigAction(
        path=event.text("file_path", "directory", "new_cwd"), source=event.text("source", "memory_type"),
        change=event.text("event", "load_reason"),
    )


def _started_agent(event: Fields) -> Action:
    return AgentAction(prompt="", agent_type=event.text("agent_type"))


def _elicited(event: Fields) -> Action:
    return McpAction(server=event.text("mcp_server_name"), tool="elicitation", arguments=event.without(_COMMON))


OTHER_EVENTS: dict[str, tuple[Phase, ToolKind, Abilities, Callable[[Fields], Action]]] = {
    "UserPromptSubmit": (Phase.BEFORE, ToolKind.PROMPT, _DENY, _prompt),
    "UserPromptExpansion": (Phase.BEFORE, ToolKind.PROMPT, _DENY, _prompt),
    "Elicitation": (Phase.BEFORE, ToolKind.PROMPT, _DENY, _prompt),
    "ElicitationResult": (Phase.BEFORE, ToolKind.MCP, _DENY, _elicited),
    "ConfigChange": (Phase.BEFORE, ToolKind.CONFIG, _DENY, _config),
    "FileChanged": (Phase.LIFECYCLE, ToolKind.CONFIG, _SILENT, _config),
    "InstructionsLoaded": (Phase.LIFECYCLE, ToolKind.CONFIG, _SILENT, _config),
    "DirectoryAdded": (Phase.LIFECYCLE, ToolKind.CONFIG, _SILENT, _config),
    "CwdChanged": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _config),
    "SubagentStart": (Phase.LIFECYCLE, ToolKind.SUBAGENT, _SILENT, _started_agent),
    "SubagentStop": (Phase.LIFECYCLE, ToolKind.SUBAGENT, _SILENT, _started_agent),
    "MessageDisplay": (Phase.LIFECYCLE, ToolKind.RESPONSE, _SILENT, _rest),
    "SessionStart": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "SessionEnd": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "Setup": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "Stop": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "StopFailure": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "Notification": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "PreCompact": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "PostCompact": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "PreModelSwitch": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "PostModelSwitch": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "PostToolBatch": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "TaskCreated": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "TaskCompleted": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "TeammateIdle": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "WorktreeCreate": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
    "WorktreeRemove": (Phase.LIFECYCLE, ToolKind.SESSION, _SILENT, _rest),
}


def parse_event(body: bytes, truncated: bool) -> ToolCall | Heartbeat:
    """One event of Claude Code. A Heartbeat when Cursor runs our Claude hooks: its own adapter reports the same action."""
    decoded = decode_event(body, truncated)
    event = Fields(decoded.obj)
    call = _call(decoded, event, len(body))
    if decoded.is_whole and event.text("cursor_version") and event.text("conversation_id"):
        return Heartbeat(agent=AGENT, through="cursor", call=call)
    return call


def _call(decoded: Decoded, event: Fields, size: int) -> ToolCall:
    name, tool = event.text("hook_event_name"), event.text("tool_name")
    phase, abilities = TOOL_EVENTS.get(name, (Phase.LIFECYCLE, _SILENT))
    if name in TOOL_EVENTS or (name not in OTHER_EVENTS and (decoded.problems or is_call(event))):
        # An event that cannot be read, or whose name is none, may be a tool call, and only a tool call can do harm.
        kind, action = tool_action(event, tool)
        if name == "PreSkillShellCommand" and isinstance(action, ShellAction):
            action = structs.replace(action, description=f"Shell command in the text of /{event.text('command_name')}")
        if name not in TOOL_EVENTS:
            phase, abilities = Phase.BEFORE, BEFORE_TOOL
    elif name in OTHER_EVENTS:
        phase, kind, abilities, build = OTHER_EVENTS[name]
        action = build(event)
        if name == "Elicitation":
            tool = f"mcp__{event.text('mcp_server_name')}__elicitation"
    else:
        kind, action = ToolKind.UNKNOWN, _rest(event)
    mode = event.text("permission_mode")
    if abilities.ask and mode in NOBODY_ASKED:
        abilities = _DENY
    problems = join_problems(problems_of(decoded), (*missing(action), *not_an_object(event)) if phase is Phase.BEFORE else ())
    if phase is Phase.BEFORE and name in TOOL_EVENTS and not tool:
        problems = join_problems(problems, (InputProblem.MISSING_FIELD,))
    return ToolCall(
        agent=AGENT, event=name, phase=phase, kind=kind, tool=tool, action=action,
        arguments=event.below("tool_input").obj or event.without(_COMMON), result=_result(event, phase, kind), session=event.text("session_id"),
        subagent=event.text("agent_id"), subagent_type=event.text("agent_type"), tool_use_id=event.text("tool_use_id"),
        turn=event.text("prompt_id"), cwd=event.text("cwd"), permission_mode=mode,
        transcript=event.text("agent_transcript_path", "transcript_path"), abilities=abilities, problems=problems, payload_bytes=size,
    )


def tool_action(event: Fields, name: str) -> tuple[ToolKind, Action]:
    """Kind and action of a call of the tool `name`."""
    given = event.below("tool_input")
    if name.startswith("mcp__"):
        server, _, tool = name.removeprefix("mcp__").partition("__")
        # A plugin's server is mcp__plugin_<plugin>_<server>__<tool>; the event says the server's own name.
        return ToolKind.MCP, McpAction(server=event.below("mcp_server").text("name") or server, tool=tool, arguments=given.obj)
    if name == "Monitor":  # runs a command, or opens a web socket
        if given.text("command"):
            return ToolKind.SHELL, shell_command(given)
        return ToolKind.NETWORK, FetchAction(url=given.below("ws").text("url"))
    kind, build = TOOLS.get(name, (ToolKind.UNKNOWN, _other))
    return kind, build(given)


def _result(event: Fields, phase: Phase, kind: ToolKind) -> str:
    if phase is Phase.AFTER:  # a failure may stand beside what came before it
        return "\n".join(part for name in ("tool_response", "error") if (part := render_result(event.obj.get(name), kind)))
    return event.text("last_assistant_message", "delta", "compact_summary") if phase is Phase.LIFECYCLE else ""
