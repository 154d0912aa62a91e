"""What a call says of itself becomes keys of files and columns: sessions, agents and tools whose names hold a secret get another name."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from sensor.model.calls import McpAction, ToolCall

REMEMBERED = 2048
_FIELDS = ("session", "parent_session", "subagent", "subagent_type", "turn", "tool")
_PLAIN = re.compile(r"[0-9a-fA-F-]{0,36}|[A-Za-z]{1,24}")  # ids that agents make up, and names of one word


class _Redacted(Protocol):
    text: str


def clean_names(redact: Callable[[str], _Redacted]) -> Callable[[ToolCall], ToolCall]:
    """A function that gives a call without secrets in its names. `redact` gives a text in which each secret is a tag."""

    @functools.lru_cache(maxsize=REMEMBERED)
    def cleaned(name: str) -> str:
        # An underscore joins the parts of a tool's name, and would hide where a secret begins.
        return "__".join(redact(part).text for part in name.split("__"))

    def clean(call: ToolCall) -> ToolCall:
        names = (call.session, call.parent_session, call.subagent, call.subagent_type, call.turn, call.tool)
        risky = [(field, name) for field, name in zip(_FIELDS, names, strict=True) if not _PLAIN.fullmatch(name)]
        changed: dict[str, Any] = {field: new for field, name in risky if (new := cleaned(name)) != name}
        if isinstance(call.action, McpAction) and (server := cleaned(call.action.server)) != call.action.server:
            changed["action"] = msgspec.structs.replace(call.action, server=server)
        return msgspec.structs.replace(call, **changed) if changed else call

    return clean
