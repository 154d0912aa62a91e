"""Shell completion files, made by the installed program itself, and linked where a shell looks for them by itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sensor.paths import Paths

SHELLS = ("bash", "zsh", "fish")
TIMEOUT_S = 20.0
BASH_COMPLETION = Path("/usr/share/bash-completion")

# What a user adds to the shell's start-up file to switch completion on.
HINTS = {"bash": "source '{file}'", "zsh": "source '{file}'", "fish": "source '{file}'"}


def write_completions(paths: Paths, launcher: Path) -> tuple[Path, ...]:
    """Write `<data>/completions/handrail.<shell>`; a shell whose script cannot be made is left out."""
    folder = paths.data / "completions"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for shell in SHELLS:
        environ = {**os.environ, "_HANDRAIL_COMPLETE": f"{shell}_source"}
        try:
            done = subprocess.run([str(launcher)], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and "handrail" in done.stdout:
            file = folder / f"handrail.{shell}"
            file.write_text(done.stdout, encoding="utf-8")
            written.append(file)
    return tuple(written)


def places(home: Path) -> dict[str, Path]:
    """Shell -> the file that it loads by itself, for the shells of this user that do so."""
    found = {}
    if BASH_COMPLETION.is_dir():
        found["bash"] = home / ".local" / "share" / "bash-completion" / "completions" / "handrail"
    if (home / ".config" / "fish").is_dir():
        found["fish"] = home / ".config" / "fish" / "completions" / "handrail.fish"
    return found


def link_completions(files: tuple[Path, ...], home: Path) -> tuple[Path, ...]:
    """Link each file to where its shell looks. A name that somebody else has is left alone."""
    by_shell, linked = {file.suffix[1:]: file for file in files}, []
    for shell, place in places(home).items():
        file = by_shell.get(shell)
        if file is None or (os.path.lexists(place) and not (place.is_symlink() and os.readlink(place) == str(file))):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_symlink():
            place.symlink_to(file)
        linked.append(place)
    return tuple(linked)


def hint(paths: Paths, login_shell: str, links: tuple[str, ...] = ()) -> str:
    """The line to add for the user's shell (`$SHELL`); "" when we have no file for it, or it is one of `links` already."""
    shell = Path(login_shell).name
    file = paths.data / "completions" / f"handrail.{shell}"
    loaded = any(os.path.islink(link) and os.readlink(link) == str(file) for link in links)
    return HINTS[shell].format(file=file) if shell in HINTS and file.exists() and not loaded else ""
