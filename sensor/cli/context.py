"""What every command gets: the installation it works on and how to print."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from sensor.ask import ask
from sensor.cli.output import Printer
from sensor.model.verdicts import VERDICT_WORDS
from sensor.paths import Paths, locate


class Installation:
    """The installation that this command line belongs to."""

    def __init__(self, prefix: Path | None) -> None:
        self.prefix = prefix
        self.paths: Paths = locate(Path.home(), prefix)

    def ask(self, op: str, **args: object) -> dict[str, Any]:
        """Ask the running sensor. Raises SensorAway or SensorRefused."""
        return ask(self.paths.socket, op, args)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json` and hand it a Printer as `printer`."""

    def run(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        return command(*args, printer=Printer(as_json), **kwargs)

    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")(update_wrapper(run, command))


verdict_option = click.option("--verdict", type=click.Choice(("notable", *VERDICT_WORDS)), default=None, help="Only this verdict; notable is all but clean.")


def who() -> str:
    """Name of the person at this terminal, for the entry of a decision."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or os.environ.get("LOGNAME") or f"uid {os.getuid()}"
