"""Commands of Handrail that it starts itself, and how its processes read theirs."""

from __future__ import annotations

import getopt
import sys
from pathlib import Path

from sensor.model.calls import Value

USAGE = "usage: sensor.daemon sensor|indexer|web [--prefix DIR] [--fd N]"


def own_command(prefix: Path | None, *words: str) -> tuple[str, ...]:
    """`handrail WORDS` for this installation."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (sys.executable, "-I", "-m", "sensor.cli.main", *place, *words)


def daemon_command(prefix: Path | None, process: str) -> tuple[str, ...]:
    """A process that runs for long. Its tracebacks name lines only, and it carries no texts for readers of code: 2 MB each."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (sys.executable, "-I", "-OO", "-X", "no_debug_ranges", "-m", "sensor.daemon", process, *place)


class Options(Value):
    """What is started: the process, the folder of its installation where one was chosen, the socket that it was given."""

    process: str
    prefix: Path | None
    fd: int | None


def parse_options(words: list[str]) -> Options:
    """The options of a `daemon_command`. Raises SystemExit. Not argparse's, as a running sensor would carry its half megabyte."""
    try:
        pairs, (process,) = getopt.gnu_getopt(words, "", ("prefix=", "fd="))
        given = dict(pairs)
        fd = int(given["--fd"]) if "--fd" in given else None
    except (getopt.GetoptError, ValueError) as error:
        sys.exit(f"{USAGE}: {error}")
    if process not in ("sensor", "indexer", "web"):
        sys.exit(f"{USAGE}: no process {process!r}")
    return Options(process=process, prefix=Path(given["--prefix"]) if "--prefix" in given else None, fd=fd)


def push_command(prefix: Path | None) -> tuple[str, ...]:
    """What gives the newest checkpoint to git remotes and witnesses."""
    return own_command(prefix, "anchor", "push", "--due", "--json")


def prune_command(prefix: Path | None, before: str, folder: str) -> tuple[str, ...]:
    """What archives the part of the log that ends before the stamp `before`, and prints the facts."""
    return own_command(prefix, "prune", "--before", before, "--archive", folder, "--prepare")


def audit_command(prefix: Path | None) -> tuple[str, ...]:
    """What looks at the whole deployment in the background, and prints what it found."""
    return own_command(prefix, "audit", "--background", "--json", "--fail-on", "none")
