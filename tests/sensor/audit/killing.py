"""The state folder of a running log as `kill -9` could leave it."""

from __future__ import annotations

import shutil
from pathlib import Path


def copy_as_killed(folder: Path, target: Path) -> None:
    """Copy a state folder that is still written to as a kill could leave it: what is written last is copied first.

    The order of writing is line, checkpoint, pin; a file that is about to be renamed is gone a moment later.
    """
    files = sorted((file for file in folder.rglob("*") if file.is_file() and file.suffix != ".new"),
                   key=lambda file: (file.name != "pin.json", not file.name.startswith("checkpoint"), file.name))
    for file in files:
        copy = target / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        shutil.copymode(inner, target / inner.relative_to(folder))
