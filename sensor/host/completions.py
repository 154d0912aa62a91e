"""Shell completion files, made by the installed program itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sensor.paths import Paths

SHELLS = ("bash", "zsh", "fish")
TIMEOUT_S = 20.0

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


def hint(paths: Paths, login_shell: str) -> str:
    """The line to add for the user's shell (`$SHELL`); "" when we have no file for it."""
    shell = Path(login_shell).name
    file = paths.data / "completions" / f"handrail.{shell}"
    return HINTS[shell].format(file=file) if shell in HINTS and file.exists() else ""
