"""The safety core as a file: everything the hook client needs to decide without its sensor, as plain JSON.

Generated from the adapters' own tables, the patterns and the rule set, so that no fact is written down twice:
`handrail hooks safety-core`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import msgspec

from hooks import claude_parse, cursor_parse, mcp_parse
from hooks.fields import Fields
from hooks.safety_patterns import PATTERNS, READ_ONLY_COMMAND
from sensor.model.calls import Abilities, Phase, ToolKind

VERSION = 1
CORE_FILE = Path(__file__).with_name("safety_core.json")


class RuleWords(Protocol):
    """What the core takes from a rule: how people call it and what to do instead."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def remediation(self) -> str: ...


def render_safety_core(rules: Iterable[RuleWords]) -> bytes:
    """The bytes of `safety_core.json`. The same input gives the same bytes. Raises re.error for a bad pattern."""
    known = {rule.id: rule for rule in rules}
    core = {
        "v": VERSION,
        "agents": {
            claude_parse.AGENT: {
                "events": _claude_events(), "tools": _kinds(claude_parse.TOOLS), "mcp_prefix": "mcp__",
                "mirror_fields": ["cursor_version", "conversation_id"],
            },
            cursor_parse.AGENT: {
                "events": _cursor_events(), "tools": _kinds(cursor_parse.TOOLS), "mcp_prefix": "MCP:", "mirror_fields": [],
            },
            mcp_parse.CHANNEL: {
                "events": {name: _event(phase, abilities, ToolKind.MCP.value) for name, (phase, abilities) in mcp_parse.EVENTS.items()},
                "tools": {}, "mcp_prefix": "", "mirror_fields": [],
            },
        },
        "patterns": [_pattern(pattern, known) for pattern in PATTERNS],
        "read_only": re.compile(READ_ONLY_COMMAND).pattern,
    }
    return msgspec.json.format(msgspec.json.encode(core), indent=1) + b"\n"


def _pattern(pattern: Any, known: dict[str, RuleWords]) -> dict[str, Any]:
    rule = known.get(pattern.rule)
    return {
        "rule": pattern.rule, "on": list(pattern.on), "re": re.compile(pattern.regex).pattern, "why": pattern.why,
        "remedy": rule.remediation if rule is not None else "",
    }


def _kinds(tools: dict[str, Any]) -> dict[str, str]:
    kinds = {name: entry[0].value for name, entry in tools.items()}
    return {**kinds, "Monitor": ToolKind.SHELL.value} if tools is claude_parse.TOOLS else kinds


def _event(phase: Phase, abilities: Abilities, kind: str) -> dict[str, Any]:
    return {"phase": phase.value, "deny": abilities.deny, "ask": abilities.ask, "kind": kind}


def _claude_events() -> dict[str, Any]:
    events = {name: _event(phase, abilities, "") for name, (phase, abilities) in claude_parse.TOOL_EVENTS.items()}
    for name, (phase, kind, abilities, _) in claude_parse.OTHER_EVENTS.items():
        events[name] = _event(phase, abilities, kind.value)
    return events


def _cursor_events() -> dict[str, Any]:
    """An event whose report does not depend on `tool_name` has a kind of its own."""
    events = {}
    for name, (phase, abilities, read) in cursor_parse.EVENTS.items():
        kind = read(Fields({})).kind
        events[name] = _event(phase, abilities, "" if kind is ToolKind.UNKNOWN else kind.value)
    events["preToolUse"]["ask_later"] = [ToolKind.SHELL.value, ToolKind.MCP.value]
    return events
