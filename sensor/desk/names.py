"""What a call says of itself becomes keys of files and columns: sessions, agents and tools whose names hold a secret get another name."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from sensor.access.pins import key_of
from sensor.model.calls import McpAction, ToolCall
from sensor.model.names import plain_name

REMEMBERED = 2048
_FIELDS = ("session", "parent_session", "subagent", "subagent_type", "turn", "tool")
_PLAIN = re.compile(r"[0-9a-fA-F-]{0,36}|[A-Za-z]{1,24}")  # ids that agents make up, and names of one word


class _Redacted(Protocol):
    text: str


def clean_names(redact: Callable[[str], _Redacted], redact_server: Callable[[str], str]) -> Callable[[ToolCall], ToolCall]:
    """A function that gives a call without secrets in its names. `redact` gives a text in which each secret is a tag, `redact_server` a server's name so."""

    @functools.lru_cache(maxsize=REMEMBERED)
    def cleaned(name: str) -> str:
        # An underscore joins the parts of a tool's name, and would hide where a secret begins.
        return "__".join(redact(part).text for part in name.split("__"))

    @functools.lru_cache(maxsize=REMEMBERED)
    def cleaned_server(name: str) -> str:
        whole = redact_server(name)
        return whole if whole != name else "__".join(redact_server(part) for part in name.split("__"))

    def clean(call: ToolCall) -> ToolCall:
        names = (call.session, call.parent_session, call.subagent, call.subagent_type, call.turn, call.tool)
        risky = [(field, name) for field, name in zip(_FIELDS, names, strict=True) if not _PLAIN.fullmatch(name)]
        changed: dict[str, Any] = {field: new for field, name in risky if (new := cleaned(name)) != name}
        server = _server_of(call)
        if not _PLAIN.fullmatch(server) and (new := cleaned_server(server)) != server:
            changed["tool"] = _of_server(call.tool, server, new, cleaned)
            if isinstance(call.action, McpAction):
                changed["action"] = msgspec.structs.replace(call.action, server=new)
        return msgspec.structs.replace(call, **changed) if changed else call

    return clean


def _server_of(call: ToolCall) -> str:
    if isinstance(call.action, McpAction):
        return call.action.server
    return key_of(call)[1] if call.is_definition else ""


def _of_server(tool: str, server: str, new: str, cleaned: Callable[[str], str]) -> str:
    """The name of a tool that holds its server's, as that is or as agents spell it, with another one."""
    for old, other in ((server, new), (plain_name(server), plain_name(new))):
        if tool.startswith(f"mcp__{old}__"):
            return f"mcp__{other}__{cleaned(tool.removeprefix(f'mcp__{old}__'))}"
    return cleaned(tool)
