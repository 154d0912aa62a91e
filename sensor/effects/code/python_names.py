"""What the names of a Python text hold at the place that is read.

A value that stands in many places may hold others that do so, too: written out, a few lines come to gigabytes. So small values alone are
held, and each place that one is put into is paid for by what the text grows there.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from sensor.effects.code.python_values import dotted, is_constant, items_of
from sensor.effects.code.room import Room

MAX_LENGTH = 4096
"""Characters of a value that a name may stand for."""
MAX_CONSTANT = 340
"""Nodes of a constant that a name may stand for."""
MAX_NODES = 40
"""Nodes of another value."""
_KINDS = (ast.List, ast.Tuple, ast.Dict, ast.Lambda, ast.JoinedStr, ast.BinOp, ast.Attribute, ast.Subscript)
_RESULTS = frozenset({"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output"})  # whose result is no use to know


class Held(NamedTuple):
    """A value, how many nodes it has, how many characters as text, and whether it says all that it holds."""

    value: ast.expr
    nodes: int
    length: int
    is_constant: bool

    @property
    def is_small(self) -> bool:
        return self.length <= MAX_LENGTH and self.nodes <= (MAX_CONSTANT if self.is_constant else MAX_NODES)


class Names:
    """The names that are known. `held` is set back by who goes on behind a function."""

    def __init__(self, room: Room) -> None:
        self.held: dict[str, Held] = {}
        self.room = room

    def get(self, name: str) -> ast.expr | None:
        """What a name holds, to look at."""
        found = self.held.get(name)
        return found.value if found is not None else None

    def placed(self, name: str) -> ast.expr | None:
        """What a name holds, to be put where it stands. None for a function, and where there is no room."""
        found = self.held.get(name)
        if found is None or isinstance(found.value, ast.Lambda) or not self.room.take(max(found.length - len(name), 0)):
            return None
        return found.value

    def put(self, name: str, value: ast.expr) -> None:
        """Let a name stand for a value, if it is small."""
        held = measured(value)
        if held.is_small:
            self.held[name] = held

    def add(self, name: str, value: ast.expr, parts: Sequence[ast.expr]) -> None:
        """Let a name stand for what it holds with new parts."""
        held, added = self.held[name], [measured(part) for part in parts]
        grown = Held(value, held.nodes + sum(part.nodes for part in added), held.length + sum(part.length for part in added), held.is_constant and all(part.is_constant for part in added))
        if grown.is_small:
            self.held[name] = grown

    def hold(self, name: str, value: ast.expr) -> None:
        """Let a name stand for a value that says something in its place."""
        called = dotted(value.func) if isinstance(value, ast.Call) else ""
        is_known = isinstance(value, ast.Call) and (isinstance(value.func, ast.Attribute) or called == "open") and called not in _RESULTS
        if name and (is_known or isinstance(value, _KINDS) or is_constant(value) or dotted(value) not in ("", name)):
            self.put(name, value)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """Let the names of a target stand for the parts of a value."""
        self.forget(target)
        if not isinstance(target, (ast.Tuple, ast.List)):
            return self.hold(dotted(target), value)
        parts = items_of(value) or []
        for number, one in enumerate(target.elts):
            if isinstance(one, ast.Starred):
                self.hold(dotted(one.value), ast.List(parts[number:], ast.Load()))
            elif number < len(parts):
                self.hold(dotted(one), parts[number])

    def forget(self, target: ast.AST) -> None:
        """What is assigned anew is not known."""
        for node in ast.walk(target) if not isinstance(target, ast.Name) else (target,):
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
                self.held.pop(dotted(node), None)


def measured(value: ast.expr) -> Held:
    """The value, of a large one as much as tells that it is too large."""
    nodes = list(islice(ast.walk(value), MAX_CONSTANT + 1))
    return Held(value, len(nodes), sum(map(_length, nodes)), len(nodes) <= MAX_CONSTANT and is_constant(value))


def _length(node: ast.AST) -> int:
    if isinstance(node, ast.Constant):
        return len(node.value) if isinstance(node.value, (str, bytes)) else 4
    return len(node.id) if isinstance(node, ast.Name) else len(node.attr) + 1 if isinstance(node, ast.Attribute) else 2 if isinstance(node, ast.expr) else 0
