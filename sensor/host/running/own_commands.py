"""Commands of Handrail that it starts itself."""

from __future__ import annotations

import sys
from pathlib import Path


def own_command(prefix: Path | None, *words: str) -> tuple[str, ...]:
    """`handrail WORDS` for this installation."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (sys.executable, "-I", "-m", "sensor.cli.main", *place, *words)


def daemon_command(prefix: Path | None, process: str) -> tuple[str, ...]:
    """A process that runs for long. Its tracebacks name lines only: with columns, code takes 2 MB more."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (sys.executable, "-I", "-X", "no_debug_ranges", "-m", "sensor.daemon", process, *place)


def push_command(prefix: Path | None) -> tuple[str, ...]:
    """What gives the newest checkpoint to git remotes and witnesses."""
    return own_command(prefix, "anchor", "push", "--due", "--json")


def prune_command(prefix: Path | None, before: str, folder: str) -> tuple[str, ...]:
    """What archives the part of the log that ends before the stamp `before`, and prints the facts."""
    return own_command(prefix, "prune", "--before", before, "--archive", folder, "--prepare")


def audit_command(prefix: Path | None) -> tuple[str, ...]:
    """What looks at the whole deployment in the background, and prints what it found."""
    return own_command(prefix, "audit", "--background", "--json", "--fail-on", "none")
