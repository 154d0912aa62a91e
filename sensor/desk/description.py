"""What a person who is asked about a held call sees of it."""

from __future__ import annotations

from typing import Any

import msgspec

from sensor.access.consent import manner
from sensor.audit.drafts.summary import Cutting, Redact
from sensor.model.calls import ToolCall, ToolKind
from sensor.model.effects import Effects

SHOWN_START, SHOWN_END = 12_000, 4_000
MAX_SHOWN = 20  # commands and paths
DERIVED = frozenset({"runs", "touches"})


def describe_call(call: ToolCall, effects: Effects) -> tuple[tuple[str, str], ...]:
    """What a person sees of a held call, from the call itself and never from the agent's words about it."""
    touched = dict.fromkeys(
        f"{verb} {ref.path or ref.raw}"
        for effect in effects.effects
        for verb, refs in (("deletes", effect.deletes), ("writes", effect.writes), ("reads", effect.reads)) for ref in refs
    )
    action = call.action
    lines: list[tuple[str, Any]] = [
        (label, value) for label, value in (
            ("command", getattr(action, "command", "")), ("url", getattr(action, "url", "")), ("query", getattr(action, "query", "")),
            ("task", getattr(action, "prompt", "")), ("text", getattr(action, "text", "")),
        ) if value
    ]
    arguments = call.arguments if call.kind is ToolKind.MCP or not lines else manner(call)
    if arguments or not lines:
        lines.append(("arguments", msgspec.json.encode(arguments).decode()))
    lines += [("runs", command) for command in _hidden_commands(call, effects)]
    lines += [("touches", path) for path in list(touched)[:MAX_SHOWN]]
    lines += [("folder", call.cwd)] if call.cwd else []
    length = sum(len(str(value)) for _, value in lines)
    return (*((label, str(value)) for label, value in lines), ("length", f"{length} characters"))


def redact_lines(lines: tuple[tuple[str, str], ...], redact: Redact) -> tuple[tuple[str, str], ...]:
    """`lines` without secrets, then long ones shortened. What the command gave away as one is in no command or path derived from it either."""
    cutting = Cutting(redact)
    clean = [(label, cutting.whole(text)) for label, text in lines]
    return tuple((label, shortened(cutting.without_taken(text) if label in DERIVED else text)) for label, text in clean)


def _hidden_commands(call: ToolCall, effects: Effects) -> list[str]:
    """Commands that the text does not say: the recipe behind `make deploy`, what a decoded text runs."""
    written = getattr(call.action, "command", "")
    commands = dict.fromkeys(" ".join(effect.argv) for effect in effects.effects if effect.wrappers)
    return [command for command in commands if command not in written][:MAX_SHOWN]


def shortened(text: str) -> str:
    """A long text as its beginning and its end, and how much stands between: the end is where things are hidden."""
    left_out = len(text) - SHOWN_START - SHOWN_END
    return text if left_out <= 0 else f"{text[:SHOWN_START]}\n[... {left_out} characters left out ...]\n{text[-SHOWN_END:]}"
