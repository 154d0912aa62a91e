"""Commands in the place of an array's index: `x='a[$(cmd)]'; echo $((x))` runs cmd, and so does every builtin that evaluates a name or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import backtick_end, nested_end

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Runner

EVALUATING = frozenset({
    "let", "test", "[", "[[", "((", "unset", "read", "printf", "wait", "mapfile", "readarray", "declare", "typeset", "local", "export", "readonly", "getopts",
})
"""Builtins that look at the index of a name they are given."""
MAX_FOUND = 8


def hidden_commands(text: str, budget: Budget) -> list[str]:
    """The commands of substitutions that stand in an index."""
    found: list[str] = []
    for mark in ("[$(", "[`"):
        place = text.find(mark)
        while place >= 0 and len(found) < MAX_FOUND:
            start = place + len(mark)
            end = nested_end(text, start, ")", budget) if mark[1] == "$" else backtick_end(text, start)
            found.append(text[start : end - 1])
            place = text.find(mark, end)
    return found


def run_subscripts(walk: Runner, text: str) -> None:
    """Walk the commands in indexes of a text that the shell may evaluate."""
    if "[$(" in text or "[`" in text:
        for command in hidden_commands(text, walk.budget):
            walk.run_apart(command, walk.context.within("subscript", span=walk.span))


def run_evaluated(walk: Runner, command: Command) -> None:
    """Of a builtin that evaluates its words."""
    for field in command.fields[1:]:
        if field.known:
            run_subscripts(walk, field.text)
