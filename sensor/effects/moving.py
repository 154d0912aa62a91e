"""Where `cd`, `pushd` and `popd` take a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.budget import PATH
from sensor.effects.runs.plain import run_plain
from sensor.effects.shell.merging import settle
from sensor.effects.shell.paths import path_field
from sensor.effects.shell.scope import NOWHERE, SILENT, Field, Stream
from sensor.model.effects import Effect

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_SEARCHED = 8  # folders of CDPATH
MAX_STACK = 64  # folders that `pushd` keeps
_MAKES_NO_FOLDER = frozenset({"", "cd", "pushd", "popd", "echo", "printf", "pwd", "test", "[", "true", "false", ":", "export", "set", "ls", "cat", "date", "sleep"})


def run_cd(walk: Walk, command: Command) -> Stream:
    """`cd`, `pushd`, `popd`: an unknown target makes all later relative paths unknown."""
    run_plain(walk, command, command.fields[0].text)
    scope = walk.scope
    name = command.fields[0].text
    operands = [field for field in command.fields[1:] if not (len(field.text) > 1 and field.text[0] == "-")]
    flags = {field.text for field in command.fields[1:]} - {field.text for field in operands}
    before = scope.cwd
    del scope.stack[: max(len(scope.stack) - MAX_STACK, 0)]
    if name == "popd":
        scope.previous, scope.cwd = scope.cwd, scope.stack.pop() if scope.stack else NOWHERE
        return SILENT
    target = operands[0] if operands else Field(walk.home)
    if name == "pushd" and (not operands or target.text[:1] == "+"):  # the first two change places, or all do
        scope.stack.append(scope.cwd)
        scope.cwd = scope.stack.pop(-2) if len(scope.stack) > 1 and not operands else NOWHERE
        return SILENT
    if name == "pushd" and "-n" in flags:
        scope.stack.append(walk.paths.absolute(target.text, scope.cwd) if target.known else NOWHERE)
        return SILENT
    if name == "pushd":
        scope.stack.append(scope.cwd)
    if target.text == "-":
        given = scope.variables.get("OLDPWD")
        known = given is not None and len(given.fields) == 1 and given.fields[0].known
        scope.cwd = scope.previous if given is None else walk.paths.absolute(given.fields[0].text, scope.cwd) if known else NOWHERE
    elif not target.known:
        head = target.head.rpartition("/")[0]
        scope.cwd = f"{walk.paths.real(head)}/{target.text[len(head) + 1 :]}" if head.startswith("/") else NOWHERE
    elif target.text:
        found = walk.paths.absolute(target.text, scope.cwd)
        # without a folder from the agent, a relative step stays inside the project as far as anyone knows
        inside = not scope.cwd and not target.text.startswith("/") and ".." not in target.text
        scope.cwd = found or ("" if inside else NOWHERE)
        if name == "cd" and found and before and _stays(walk, found, before):
            scope.unmoved.add(before)
        if "CDPATH" in scope.variables and target.text[0] not in "/.":
            settle(scope, walk.paths, _searched(walk, target.text))
    scope.previous = before
    return SILENT


def _searched(walk: Walk, name: str) -> set[str]:
    """The folders of this name that CDPATH leads to."""
    values = [field for field in walk.scope.variables["CDPATH"].fields if field.text]
    folders = [folder for field in values if field.known for folder in field.text.split(":", MAX_STACK)[:MAX_STACK] if folder][:MAX_SEARCHED]
    walk.spend(PATH * len(folders))
    found = {walk.paths.absolute(f"{path_field(walk.home, folder).text}/{name}", walk.scope.cwd) for folder in folders}
    return (found - {""}) | ({NOWHERE} if any(not field.known for field in values) else set())


def _stays(walk: Walk, folder: str, before: str) -> bool:
    """Whether a `cd` fails: the folder is not there, nothing in front of it can have made it, and the shell goes on then."""
    if walk.scope.base is not None or walk.context.wrappers or before == NOWHERE:
        return False
    walk.spend(len(walk.effects) >> 3)
    return not any(map(_may_matter, walk.effects)) and walk.paths.lacks(folder, before)


def _may_matter(effect: Effect) -> bool:
    if effect.program == "set" and any("e" in word for word in effect.argv[1:] if word[:1] in "-e"):  # errexit
        return True
    return effect.program not in _MAKES_NO_FOLDER or bool(effect.writes) or effect.opaque
