"""Files that a program finds by itself where it works, and that the same call has written: tests, recipes, build files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.projects.recipes import FINDS
from sensor.effects.tool_inputs.loaded import run_loaded

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

MAX_FOUND = 8


def run_found(walk: Walk, program: str) -> None:
    """Add what is grave in the written files that `program` takes as code without being told so."""
    names, folder = FINDS.get(program), walk.cwd().rstrip("/") + "/"
    if names is None:
        return
    found = [(path, stream.text) for path, stream in walk.written.items() if stream.text and path.startswith(folder) and names.fullmatch(path.rpartition("/")[2])]
    for path, text in found[:MAX_FOUND]:
        mark = f"found\0{path}\0{text}"
        if mark not in walk.active:
            walk.active.append(mark)
            run_loaded(walk, path, text)
            walk.active.pop()
