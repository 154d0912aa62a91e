"""The agents that Handrail understands: one adapter per agent, chosen by how the hook was registered.

The payload never chooses the adapter: Cursor runs Claude Code's hooks too, and payloads overlap.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hooks import claude_forms, claude_parse, cursor_forms, cursor_parse, mcp_forms, mcp_parse, shell_forms, shell_parse
from hooks.render import Forms, encode, render_reply
from sensor.model.calls import Heartbeat, ToolCall
from sensor.model.verdicts import Judgement, Reply


class Adapter(msgspec.Struct, frozen=True):
    """What knows an agent's format: how to read its events, and the forms of its answers."""

    parse: Callable[[bytes, bool], ToolCall | Heartbeat]
    forms: Forms

    def parse_event(self, body: bytes, truncated: bool) -> ToolCall | Heartbeat:
        """One event as a call. Never raises; a Heartbeat when another adapter reports the same action."""
        return self.parse(body, truncated)

    def render_reply(self, call: ToolCall, judgement: Judgement) -> Reply:
        """The one well-formed answer to `call`."""
        return render_reply(self.forms, call, judgement)

    def render_silence(self, event: str) -> Reply:
        """ "No opinion" on an event that is not judged."""
        return encode(self.forms.silence(event))


ADAPTERS: dict[str, Adapter] = {
    "claude-code": Adapter(parse=claude_parse.parse_event, forms=claude_forms),
    "cursor": Adapter(parse=cursor_parse.parse_event, forms=cursor_forms),
}
# What speaks to the socket: the agents' hooks, the MCP proxy, which names the agent that it stands before, and the shell wrapper.
CHANNELS: dict[str, Adapter] = {
    **ADAPTERS,
    mcp_parse.CHANNEL: Adapter(parse=mcp_parse.parse_event, forms=mcp_forms),
    shell_parse.CHANNEL: Adapter(parse=shell_parse.parse_event, forms=shell_forms),
}
