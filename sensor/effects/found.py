"""Files that a program finds by itself where it works, and that the same call has written: tests, recipes, build files."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from sensor.effects.projects.recipes import FINDS
from sensor.effects.tool_inputs.loaded import run_loaded, run_wiping
from sensor.effects.tool_inputs.written_tests import READ_AS

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

MAX_FOUND = 8


_RUNNERS = frozenset({"go", "cargo", "dotnet", "mix"})
"""Programs that build and run the sources of a folder."""


def run_found(walk: Walk, program: str, verb: str) -> None:
    """Add what is grave in the written files that `program` takes as code without being told so; `verb` is its first word."""
    names = FINDS.get(program)
    if names is None:
        return
    folder = walk.cwd().rstrip("/") + "/"
    found = [(path, stream.text) for path, stream in walk.written.items() if stream.text and path.startswith(folder) and names.fullmatch(path.rpartition("/")[2])]
    for path, text in found[:MAX_FOUND]:
        mark = f"found\0{path}\0{text}"
        if mark not in walk.active:
            walk.active.append(mark)
            run_loaded(walk, path, text)
            if program in _RUNNERS and verb == "run" and (interpreter := READ_AS.get(path.rpartition(".")[2])) is not None:
                run_wiping(walk, f"{interpreter} {quote(text)}")
            walk.active.pop()
