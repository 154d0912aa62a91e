"""Where `cd`, `pushd` and `popd` take a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.runs.plain import run_plain
from sensor.effects.shell.scope import NOWHERE, SILENT, Field, Stream
from sensor.model.effects import Effect

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

_MAKES_NO_FOLDER = frozenset({"", "cd", "pushd", "popd", "echo", "printf", "pwd", "test", "[", "true", "false", ":", "export", "set", "ls", "cat", "date", "sleep"})


def run_cd(walk: Walk, command: Command) -> Stream:
    """`cd`, `pushd`, `popd`: an unknown target makes all later relative paths unknown."""
    run_plain(walk, command, command.fields[0].text)
    scope = walk.scope
    name = command.fields[0].text
    operands = [field for field in command.fields[1:] if not (len(field.text) > 1 and field.text[0] == "-")]
    if name == "popd":
        scope.previous, scope.cwd = scope.cwd, scope.stack.pop() if scope.stack else NOWHERE
        return SILENT
    if name == "pushd":
        scope.stack.append(scope.cwd)
    target = operands[0] if operands else Field(walk.home)
    before = scope.cwd
    if target.text == "-":
        scope.cwd = scope.previous
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
    scope.previous = before
    return SILENT


def _stays(walk: Walk, folder: str, before: str) -> bool:
    """Whether a `cd` fails: the folder is not there, nothing in front of it can have made it, and the shell goes on then."""
    if walk.scope.base is not None or walk.context.wrappers or before == NOWHERE:
        return False
    return not any(map(_may_matter, walk.effects)) and walk.paths.lacks(folder, before)


def _may_matter(effect: Effect) -> bool:
    if effect.program == "set" and any("e" in word for word in effect.argv[1:] if word[:1] in "-e"):  # errexit
        return True
    return effect.program not in _MAKES_NO_FOLDER or bool(effect.writes) or effect.opaque
