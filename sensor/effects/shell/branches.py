"""Commands that a constant before them keeps from running: `false && rm -r x`, `true || rm -r x`.

Only the call's own text counts: inside of another shell, or after a text from elsewhere was read, the words may mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sensor.effects.shell.scope import Scope
from sensor.effects.syntax.script import Simple, Statement
from sensor.model.effects import Effect

_CONSTANTS = {"true": True, ":": True, "false": False}
_BRINGS_CODE = frozenset({"source", ".", "eval", "alias", "enable", "shopt", "builtin", "declare", "typeset", "trap"})


def reached(statements: tuple[Statement, ...], scope: Scope, effects: Sequence[Effect]) -> Iterator[Statement]:
    """The statements that may run, each found when those before it were walked: `effects` grows meanwhile."""
    success: bool | None = None
    for statement in statements:
        if statement.linked and success is not None and success is not (statement.linked == "&&"):
            continue
        yield statement
        ends = _constant(statement, scope, effects)
        # one that may not have run ends the list in the way that made it run, or in its own
        success = ends if not statement.linked or success is not None or ends is (statement.linked == "||") else None


def _constant(statement: Statement, scope: Scope, effects: Sequence[Effect]) -> bool | None:
    """How a command ends that does nothing else."""
    node = statement.node
    if statement.background or statement.negated or not isinstance(node, Simple) or len(node.plain) != 1 or node.words or node.redirects or node.assigns:
        return None
    name = node.plain[0]
    if name in scope.functions or name in scope.aliases or any(effect.opaque or effect.program in _BRINGS_CODE for effect in effects):
        return None
    return _CONSTANTS.get(name)
