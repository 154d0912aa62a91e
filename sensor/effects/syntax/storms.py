"""Endless loops that start a process beside them in every round."""

from __future__ import annotations

import msgspec

from sensor.effects.syntax.script import Group, Node, Simple, Statement

FOREVER = "forever"
# What a round may run in the foreground without holding it up.
_QUICK = frozenset({
    "true", ":", "false", "continue", "disown", "echo", "printf", "cd", "let", "export", "local", "declare", "set", "test", "[", "[[", "((",
    "date", "touch", "mkdir", "cp", "rm", "dd", "cat", "yes", "",
})
_LEAVES = frozenset({"break", "exit", "return", "exec", "kill"})


class Round(msgspec.Struct, gc=False):
    """What one round of a loop does. `detached` = its processes cannot be waited for, `late` = some start after the last wait."""

    spawns: bool = False
    waits: bool = False
    leaves: bool = False
    busy: bool = False
    late: bool = False
    detached: bool = False


def spawns_without_end(loop: Group) -> bool:
    """Whether `loop` has no end and no round waits for the processes that it starts."""
    if loop.name != FOREVER:
        return False
    found = Round()
    _look(loop.body, found)
    bounded = found.leaves or found.busy or (found.waits and not found.detached and not found.late)
    return found.spawns and not bounded


def _look(statements: tuple[Statement, ...], found: Round) -> None:
    """Add what `statements` do."""
    for statement in statements:
        node = statement.node
        if statement.background:
            found.late = found.late or (found.spawns and found.waits)
            found.spawns = True
        elif isinstance(node, Simple):
            _simple(node, found)
        elif isinstance(node, Group):
            body = node.body
            if node.kind == "if" and body and _first(body[0].node) == "false":
                continue
            if node.kind == "subshell":
                _subshell(body, found)
            else:
                _look(body, found)
        else:
            found.busy = True


def _subshell(statements: tuple[Statement, ...], found: Round) -> None:
    """Nobody outside can wait for what a sub-shell starts; one that waits itself holds the round up."""
    inner = Round()
    _look(statements, inner)
    if inner.busy or (inner.spawns and inner.waits and not inner.late):
        found.busy = True
    elif inner.spawns:
        found.spawns = found.detached = True


def _simple(node: Simple, found: Round) -> None:
    name = _first(node)
    if name == "wait":
        found.waits, found.late = True, False
    elif name in _LEAVES:
        found.leaves = True
    elif name == "disown":
        found.detached = True
    elif name == "sleep":
        found.busy = found.busy or _second(node).strip("0.s") != ""
    elif name not in _QUICK:
        found.busy = True


def _first(node: Node) -> str:
    """Base name of the program of a simple command as written."""
    if not isinstance(node, Simple):
        return ""
    text = node.plain[0] if node.plain else node.words[0].text if node.words else ""
    return text.rpartition("/")[2]


def _second(node: Simple) -> str:
    words = [*node.plain, *(word.text for word in node.words)]
    return words[1] if len(words) > 1 else ""
