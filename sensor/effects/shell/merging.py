"""The state of a shell where it depends on what nobody knows beforehand: after a pipe, a branch, a loop, a list of `&&` and `||`.

Of a variable every value is kept, of two folders the one in which more can be lost, and a function that may be there stands beside the
program of its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.shell.scope import NOWHERE, Field, Scope, Value
from sensor.effects.syntax.script import Simple

if TYPE_CHECKING:
    from sensor.effects.shell.paths import PathResolver
    from sensor.effects.syntax.script import Group, Node, Source

BRANCHES = frozenset({"if", "case"})
"""Groups of which only a part of the body runs."""
MAY_NOT_RUN = BRANCHES | {"loop", "for"}
# Words whose command may change the shell that runs it.
_CHANGING = frozenset({
    "cd", "chdir", "pushd", "popd", "dirs", "export", "declare", "typeset", "local", "readonly", "integer", "float", "read", "mapfile", "readarray", "unset", "alias", "unalias", "abbr", "function", "eval", "source", ".",
    "set", "shift", "trap", "hash", "let", "((", "exec", "printf", "print", "getopts", "enable", "disable", "shopt", "setopt", "unsetopt", "wait", "coproc", "vared", "zparseopts", "emulate", "autoload", "autocd", "bind", "complete", "env",
    "command", "builtin", "time", "noglob", "nocorrect", "-", "!", "[", "[[", "test", "fc", "umask", "ulimit", "setenv", "unsetenv", "rehash", "zmodload", "z", "j",
})
_LIGHT = ("@temp", "@repo")


class Before:
    """What a scope holds before a body that may not run, or only in part. `and_after` takes it into account afterwards."""

    def __init__(self, scope: Scope, kind: str) -> None:
        self._scope = scope
        self._cwd = scope.cwd
        self._variables = dict(scope.variables)
        self._functions = dict(scope.functions)
        self._base = scope.base
        if kind in BRANCHES:
            scope.base = (self._variables, self._cwd)

    def and_after(self, paths: PathResolver) -> None:
        """Whatever the body changed may be as it was."""
        scope = self._scope
        scope.base = self._base
        settle(scope, paths, {self._cwd})
        for name, before in self._variables.items():
            now = scope.variables.get(name)
            if now is not before:
                scope.variables[name] = either(before, now)
        scope.maybe |= {name for name, function in scope.functions.items() if self._functions.get(name) is not function}


def may_change(node: Node, scope: Scope) -> bool:
    """Whether a stage of a pipe may change the state of the shell that runs it."""
    if not isinstance(node, Simple) or node.assigns or not node.plain:
        return True
    name = node.plain[0]
    return name in _CHANGING or name in scope.functions or name in scope.aliases or any("=" in word.text for word in node.words)


def either(one: Value, other: Value | None) -> Value:
    """A value that is one of two, or the first where there is no other."""
    return one if other is None else Value(tuple(dict.fromkeys((*one.fields, *other.fields))), array=one.array and other.array, choice=True)


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
    return other if ref is not None and not ref.places.isdisjoint(_LIGHT) else one


def after_pipe(scope: Scope, paths: PathResolver, last: Scope) -> list[tuple[Group, Source]]:
    """The last stage is a sub-shell in bash and this shell in zsh, so what it set may hold or not. Returns the functions that it defined."""
    settle(scope, paths, {last.cwd})
    for name, value in last.variables.items():
        before = scope.variables.get(name)
        if before is not value:
            scope.variables[name] = either(before, value) if before is not None else value
    return [function for name, function in last.functions.items() if scope.functions.get(name) is not function]
