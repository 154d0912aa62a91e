"""What the MCP proxy reports: a call, its result, or the definition of what a server offers, as a `ToolCall` of the agent behind it.

The proxy (`hooks.proxy`) says for which agent and server it stands. The names are those of the agent's own hooks, so that
rules, rights and approvals mean the same call whichever way it is reported.
"""

from __future__ import annotations

from collections.abc import Callable

from hooks.decode import decode_event
from hooks.fields import Fields, join_problems, not_an_object, problems_of, render_result
from sensor.model.calls import (
    DEFINITION_EVENT,
    OFFER_EVENTS,
    Abilities,
    InputProblem,
    McpAction,
    OtherAction,
    Phase,
    Surface,
    ToolCall,
    ToolKind,
)
from sensor.model.names import AGENT_NAME, plain_name

CHANNEL = "mcp"
CALL, RESULT, RESOURCE = "tools/call", "tools/result", "resources/read"
UNKNOWN = "unknown"
_BEFORE = (Phase.BEFORE, Abilities(deny=True))
EVENTS: dict[str, tuple[Phase, Abilities]] = {
    CALL: _BEFORE,
    RESOURCE: _BEFORE,
    RESULT: (Phase.AFTER, Abilities(replace_result=True)),
    **dict.fromkeys((DEFINITION_EVENT, *OFFER_EVENTS), (Phase.LIFECYCLE, Abilities())),
}
# How an agent's hooks name the tool of a server: (the tool's own name, the name of the call).
_NAMES: dict[str, Callable[[str, str], tuple[str, str]]] = {
    "claude-code": lambda server, tool: (plain_name(tool), f"mcp__{plain_name(server)}__{plain_name(tool)}"),
    "cursor": lambda server, tool: (tool, f"MCP:{tool}"),
}


def name_tool(agent: str, server: str, tool: str) -> tuple[str, str]:
    """The tool's own name and the name of a call of it, as the hooks of `agent` report them."""
    name = _NAMES.get(agent)
    return name(server, tool) if name is not None else (tool, f"mcp__{server}__{tool}")


def parse_event(body: bytes, truncated: bool) -> ToolCall:
    """One event of the proxy. What cannot be read counts as a call: only that can do harm."""
    decoded = decode_event(body, truncated)
    event = Fields(decoded.obj)
    name = event.text("hook_event_name")
    phase, abilities = EVENTS.get(name, _BEFORE)
    agent = event.text("mcp_client")
    agent = agent if AGENT_NAME.match(agent) else UNKNOWN
    server, given = event.text("mcp_server_name"), event.below("tool_input").obj
    tool, native = name_tool(agent, server, event.text("tool_name"))
    action: McpAction | OtherAction = McpAction(server=server, tool=tool, arguments=given)
    if name == DEFINITION_EVENT or name in OFFER_EVENTS:
        native, action = f"mcp__{server}__{event.text('tool_name')}", OtherAction(arguments=given)
    elif event.text("mcp_method") == RESOURCE or name == RESOURCE:
        native, action = "ReadMcpResource", McpAction(server=server, tool="resource", arguments=given)
    elif not tool or not server:
        decoded = decoded._replace(problems=(*decoded.problems, InputProblem.MISSING_FIELD.value))
    if phase is Phase.BEFORE and name not in OFFER_EVENTS:
        decoded = decoded._replace(problems=(*decoded.problems, *(problem.value for problem in not_an_object(event))))
    return ToolCall(
        agent=agent, event=name, phase=phase, kind=ToolKind.MCP, tool=native, action=action, arguments=given,
        result=render_result(event.obj.get("tool_response"), ToolKind.MCP) if phase is Phase.AFTER else "", session=event.text("session_id"),
        tool_use_id=event.text("tool_use_id"), cwd=event.text("cwd"), surface=Surface.MCP, abilities=abilities,
        problems=join_problems(problems_of(decoded)), payload_bytes=len(body), server_id=event.text("mcp_server_id"),
    )
