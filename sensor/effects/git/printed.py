"""What `git rev-parse` prints of where a repository lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.shell.scope import NOWHERE, Stream

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.walk import Walk

_FOLDERS = frozenset({"--git-dir", "--absolute-git-dir", "--git-common-dir"})
_SHAPES = frozenset({"--path-format=absolute", "--path-format=relative"})


def printed_places(walk: Walk, arguments: Arguments) -> Stream | None:
    """The folders that the words ask for, None when they ask for anything else. Where no repository is found, it is one that the folder will be."""
    cwd = walk.cwd()
    if not cwd or cwd == NOWHERE:
        return None
    root = walk.paths.repo_root(cwd) or cwd
    lines: list[str] = []
    words = [field.text for field in arguments.words if field.known and field.text not in _SHAPES]
    while words:
        word = words.pop(0)
        if word == "--show-toplevel":
            lines.append(root)
        elif word in _FOLDERS:
            lines.append(root + "/.git")
        elif word == "--git-path" and words:
            lines.append(f"{root}/.git/{words.pop(0)}")
        elif word == "--show-cdup":
            lines.append("../" * (cwd.count("/") - root.count("/")))
        else:
            return None
    return Stream("".join(f"{line}\n" for line in lines)) if lines else None
