"""The agents that Handrail understands: one adapter per agent, chosen by how the hook was registered.

The payload never chooses the adapter: Cursor runs Claude Code's hooks too, and payloads overlap.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hooks import claude_parse, claude_render, cursor_parse, cursor_render
from sensor.model.calls import Heartbeat, ToolCall
from sensor.model.verdicts import Judgement, Reply


class Adapter(msgspec.Struct, frozen=True):
    """The three functions that know an agent's format.

    `parse_event(body, truncated)` never raises. `render_reply(call, judgement)` gives the one well-formed answer.
    `render_silence(event)` is "no opinion" for an event that is not judged.
    """

    parse_event: Callable[[bytes, bool], ToolCall | Heartbeat]
    render_reply: Callable[[ToolCall, Judgement], Reply]
    render_silence: Callable[[str], Reply]


ADAPTERS: dict[str, Adapter] = {
    "claude-code": Adapter(claude_parse.parse_event, claude_render.render_reply, claude_render.render_silence),
    "cursor": Adapter(cursor_parse.parse_event, cursor_render.render_reply, cursor_render.render_silence),
}
