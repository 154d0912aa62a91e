"""What MCP servers offer: judged like a call, pinned, recorded when it says something new, and withheld where it must be."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hooks.adapters import Adapter
from hooks.mcp_parse import name_tool
from hooks.render import encode
from sensor.access.pins import Pin, ToolPins, key_of
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation, text_of
from sensor.model.calls import DEFINITION_EVENT, Caller, McpAction, ToolCall
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Judgement, Mode, Reply

NOT_JUDGED = "Handrail could not judge the definition of this tool. Run `handrail doctor`."
NOT_OFFERED = "The rights of this agent do not include this tool."


class Definitions:
    """Built once by `sensor.composition`. `offers` says whether an agent's rights include a tool; `person` raises for callers below an agent."""

    def __init__(self, pins: ToolPins, *, offers: Callable[[ToolCall], bool], recorder: ChangeRecorder, person: Callable[[Caller], None]) -> None:
        self._pins = pins
        self._offers = offers
        self._recorder = recorder
        self._person = person

    def news(self, call: ToolCall, judgement: Judgement) -> bool:
        """Keep what was judged; True when it is worth an entry."""
        return self._pins.news(call, judgement)

    def reply(self, adapter: Adapter, call: ToolCall, judgement: Judgement) -> Reply:
        """Whether the client gets to see the tool. Observe hides nothing."""
        if judgement.mode is Mode.ENFORCE:
            if self._pins.withheld(call):
                return encode(adapter.forms.deny(call.event, judgement.reason, judgement.advice))
            if call.event == DEFINITION_EVENT and not self._offers(use_of(call)):
                return encode(adapter.forms.deny(call.event, NOT_OFFERED, NOT_OFFERED))
        return adapter.render_silence(call.event)

    def withhold(self, adapter: Adapter, call: ToolCall) -> Reply:
        """The answer when a definition could not be judged."""
        return encode(adapter.forms.deny(call.event, NOT_JUDGED, NOT_JUDGED))

    def table(self) -> dict[str, Operation]:
        """The operations by name; a part of the table of `sensor.desk.operations`."""
        return {"mcp.tools": lambda args, caller, done: done(0, {"tools": [_public(pin) for pin in self._pins.all()]}), "mcp.accept": self._accept}

    def _accept(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        server, tool, definition, by = (text_of(args, key, "") for key in ("server", "tool", "definition", "by"))
        before = self._pins.accept(server, tool, definition)
        names = ", ".join(sorted({pin.tool for pin in before}))
        try:
            self._recorder.change(f"definition of {names[:200]} of the MCP server {server[:80]}", "withheld", "accepted", by or "unknown",
                                  lambda: done(0, {"accepted": [_public(pin) for pin in before]}))
        except HandrailError:
            self._pins.restore(before)  # what cannot be recorded is not accepted
            raise


def use_of(definition: ToolCall) -> ToolCall:
    """A call of the tool that `definition` defines, as the agent would report it."""
    agent, server, _, tool = key_of(definition)
    own, native = name_tool(agent, server, tool)
    return msgspec.structs.replace(definition, event="tools/call", tool=native, action=McpAction(server=server, tool=own, arguments={}), arguments={})


def _public(pin: Pin) -> dict[str, object]:
    return {"agent": pin.agent, "server": pin.server, "server_id": pin.server_id, "tool": pin.tool, "seen": pin.seen, "accepted": pin.accepted, "at": pin.at,
            "withheld": pin.why, "verdict": pin.verdict}
