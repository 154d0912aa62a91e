"""Commands of Handrail that the sensor starts beside itself."""

from __future__ import annotations

import sys
from pathlib import Path


def own_command(prefix: Path | None, *words: str) -> tuple[str, ...]:
    """`handrail WORDS` for this installation."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (sys.executable, "-I", "-m", "sensor.cli.main", *place, *words)


def push_command(prefix: Path | None) -> tuple[str, ...]:
    """What gives the newest checkpoint to git remotes and witnesses."""
    return own_command(prefix, "anchor", "push", "--due", "--json")


def prune_command(prefix: Path | None, before: str, folder: str) -> tuple[str, ...]:
    """What archives the part of the log that ends before the stamp `before`, and prints the facts."""
    return own_command(prefix, "prune", "--before", before, "--archive", folder, "--prepare")
