"""The `handrail` program: a two-line script with absolute paths, and a link to it where users' programs are."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from hooks.settings.own_writes import note_own_write
from sensor.host.files.replacing import replace_file
from sensor.model.errors import HandrailError
from sensor.paths import Paths

NAME = "handrail"
FOLDER_VARIABLES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
PLACE_VARIABLES = ("HOME", "TMPDIR")


def launcher_path(paths: Paths) -> Path:
    """Where the launcher is."""
    return paths.bin / NAME


def render_launcher(paths: Paths, prefix: Path | None) -> str:
    """The script. `-I` keeps the environment and the working folder out of the import path.

    It holds the folders as they are at the installation: services are started without what a shell's start-up file sets, and an
    agent, which starts Handrail where no service does, may be told other ones by the project that it works on.
    """
    names = (*PLACE_VARIABLES, *(FOLDER_VARIABLES if prefix is None else ()))
    chosen = {name: value for name in names if (value := os.environ.get(name, "")).startswith("/")}
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in chosen.items())
    others = f"unset {' '.join(name for name in names if name not in chosen)}\n" if len(chosen) < len(names) else ""
    words = [str(paths.venv / "bin" / "python"), "-I", "-m", "sensor.cli.main"]
    if prefix is not None:
        words += ["--prefix", str(prefix)]
    return f'#!/bin/sh\n{exports}{others}exec {shlex.join(words)} "$@"\n'


def write_launcher(paths: Paths, prefix: Path | None) -> Path:
    """Write the launcher; a running one keeps its old text."""
    paths.bin.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = launcher_path(paths)
    text = render_launcher(paths, prefix).encode()
    note_own_write(paths.state, file, text, "install")
    replace_file(file, text, 0o700)
    return file


def link_launcher(paths: Paths, folder: Path) -> Path | None:
    """Put a link to the launcher into `folder`. None when something else has the name there."""
    link = folder / NAME
    target = str(launcher_path(paths))
    if link.is_symlink() and os.readlink(link) == target:
        return link
    if os.path.lexists(link):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(target)
    except OSError as error:
        raise HandrailError(f"Cannot create {link}: {error.strerror}", next_step=f"Call Handrail as {target}") from error
    return link


def remove_link(link: Path, paths: Paths) -> None:
    """Remove the link if it still leads into this installation."""
    if link.is_symlink() and Path(os.readlink(link)).is_relative_to(paths.data):
        link.unlink()


def switch_environment(paths: Paths, fresh: Path) -> None:
    """Make `fresh` (a folder below `<data>/venvs`) the environment in use, in one step."""
    staged = paths.data / "venv.next"
    staged.unlink(missing_ok=True)
    staged.symlink_to(fresh)
    os.replace(staged, paths.venv)
