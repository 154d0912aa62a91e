"""`handrail uninstall`: undo the installation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, confirmed
from sensor.host.files.progress import Progress
from sensor.host.uninstall import uninstall as undo
from sensor.model.errors import Declined


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--delete-log", is_flag=True, help="Delete the audit log and its keys too. Nothing can bring them back.")
@json_option
@click.pass_obj
def uninstall(installation: Installation, yes: bool, delete_log: bool, printer: Printer) -> None:
    """Take the hooks out of the agents' settings, stop the service, and remove what install.sh created.

    The audit log and its keys stay, and rule files that you wrote.

    \b
    Examples:
      handrail uninstall
      handrail uninstall --yes --delete-log
    """
    if not yes:
        question = "Remove Handrail" + (" and its audit log" if delete_log else "; the audit log stays") + "?"
        if not confirmed(question, "handrail uninstall --yes" + " --delete-log" * delete_log):
            raise Declined("Nothing was changed.")
    progress = Progress(sys.stderr if printer.as_json else sys.stdout)
    kept = undo(installation.paths, Path.home(), progress, keep_log=not delete_log)
    if not printer.result({"removed": True, "kept": list(kept)}):
        progress.line("Handrail is removed.")
