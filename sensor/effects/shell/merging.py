"""The state of a shell where it depends on what nobody knows beforehand: after a pipe, a branch, a loop, a list of `&&` and `||`.

Of a variable every value is kept, and that it may not be set at all, of two folders the one in which more can be lost, and a function that may
be there stands beside the program of its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.shell.scope import NOWHERE, Field, Scope, Value
from sensor.effects.syntax.script import Group, Simple
from sensor.model.effects import OWN_PLACES

if TYPE_CHECKING:
    from sensor.effects.shell.paths import PathResolver
    from sensor.effects.syntax.script import Node, Source, Statement

BRANCHES = frozenset({"if", "case"})
"""Groups of which only a part of the body runs."""
MAY_NOT_RUN = BRANCHES | {"loop", "for"}
# Words whose command may change the shell that runs it.
_CHANGING = frozenset({
    "cd", "chdir", "pushd", "popd", "dirs", "export", "declare", "typeset", "local", "readonly", "integer", "float", "read", "mapfile", "readarray", "unset", "alias", "unalias", "abbr", "function", "eval", "source", ".",
    "set", "shift", "trap", "hash", "let", "((", "exec", "printf", "print", "getopts", "enable", "disable", "shopt", "setopt", "unsetopt", "wait", "coproc", "vared", "zparseopts", "emulate", "autoload", "autocd", "bind", "complete", "env",
    "command", "builtin", "time", "noglob", "nocorrect", "-", "!", "[", "[[", "test", "fc", "umask", "ulimit", "setenv", "unsetenv", "rehash", "zmodload", "z", "j",
})
_ENDS = frozenset({"exit", "return", "continue", "break"})


class Before:
    """What a scope holds before a body that may not run, or only in part. `and_after` takes it into account afterwards. `kind` is that of a group or "function"."""

    def __init__(self, scope: Scope, kind: str) -> None:
        self._scope = scope
        self._kind = kind
        self._cwd = scope.cwd
        self._variables = dict(scope.variables)
        self._functions = dict(scope.functions)
        self._base = scope.base
        if kind in BRANCHES:
            scope.base = (self._variables, self._cwd)

    def and_after(self, paths: PathResolver, environment: dict[str, str]) -> None:
        """Whatever the body changed may be as it was."""
        scope = self._scope
        scope.base = self._base
        if self._kind in MAY_NOT_RUN:  # `go_on` sees to the folder in a list
            settle(scope, paths, {self._cwd})
        for name, now in scope.variables.items():
            before = self._variables.get(name)
            if now is not before:
                scope.variables[name] = either(environment_value(environment, name) if before is None else before, now)
        scope.maybe |= {name for name, function in scope.functions.items() if self._functions.get(name) is not function}


def may_change(node: Node, scope: Scope) -> bool:
    """Whether a stage of a pipe may change the state of the shell that runs it."""
    if not isinstance(node, Simple) or node.assigns or not node.plain:
        return True
    name = node.plain[0]
    return name in _CHANGING or name in scope.functions or name in scope.aliases or any("=" in word.text for word in node.words)


def either(one: Value | None, other: Value) -> Value:
    """A value that is one of two, None being that of a variable that is not set."""
    if one is None:
        return other if other.optional else msgspec.structs.replace(other, optional=True)
    unset = one.optional or other.optional or not one.fields or not other.fields
    return Value(tuple(dict.fromkeys((*one.fields, *other.fields))), array=one.array and other.array, choice=True, optional=unset)


def environment_value(environment: dict[str, str], name: str) -> Value | None:
    """What a variable holds that no command of the script has set."""
    text = environment.get(name)
    return None if text is None else Value((Field(text),))


def go_on(statement: Statement, scope: Scope, paths: PathResolver, passed: set[str]) -> None:
    """Before a statement of a list that is joined to the one before it, or follows such ones. `passed` are the folders in which they may have ended.

    After a `cd` that has nowhere to go the shell is where it was, but not behind `&&`, and not where it ends then: `cd x || exit`.
    """
    if not statement.linked:
        end_list(scope, paths, passed)
        return
    if statement.linked == "&&":
        passed |= scope.unmoved
    else:
        _forget_values(scope)
        if not _ends(statement.node):
            settle(scope, paths, scope.unmoved)
    passed.add(scope.cwd)
    scope.unmoved.clear()


def end_list(scope: Scope, paths: PathResolver, passed: set[str]) -> None:
    """Behind statements of which each ran only if the one before did, or did not, succeed."""
    settle(scope, paths, passed)
    settle(scope, paths, scope.unmoved)
    _forget_values(scope)


def _forget_values(scope: Scope) -> None:
    """What a statement that may not have run was to set may not be set."""
    for name in scope.perhaps:
        if name in scope.variables:
            scope.variables[name] = either(None, scope.variables[name])
    scope.perhaps.clear()


def _ends(node: Node) -> bool:
    """Whether the shell does not go on behind it."""
    if isinstance(node, Group):
        return node.kind == "brace" and bool(node.body) and _ends(node.body[-1].node)
    return isinstance(node, Simple) and node.plain[:1] != () and node.plain[0] in _ENDS


def settle(scope: Scope, paths: PathResolver, folders: set[str]) -> None:
    """Of the current folder and those that may be it instead, the gravest is taken for it. They are forgotten then."""
    for folder in sorted(folders):
        if folder != scope.cwd:
            scope.previous, scope.cwd = scope.cwd, graver(paths, folder, scope.cwd)
    folders.clear()


def graver(paths: PathResolver, one: str, other: str) -> str:
    """The folder of two in which more can be lost, where either may be the current one."""
    if NOWHERE in (one, other):
        return NOWHERE
    ref = paths.ref(Field(one), one)
    return other if ref is not None and not ref.places.isdisjoint(OWN_PLACES) else one


def after_pipe(scope: Scope, paths: PathResolver, last: Scope) -> list[tuple[Group, Source]]:
    """The last stage is a sub-shell in bash and this shell in zsh, so what it set may hold or not. Returns the functions that it defined."""
    settle(scope, paths, {last.cwd})
    for name, value in last.variables.items():
        before = scope.variables.get(name)
        if before is not value:
            scope.variables[name] = either(before, value)
    return [function for name, function in last.functions.items() if scope.functions.get(name) is not function]
