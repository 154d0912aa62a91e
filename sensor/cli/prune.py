"""`handrail prune`: move the old part of the audit log into an archive. What is left still verifies."""

from __future__ import annotations

import datetime
from pathlib import Path

import click
import msgspec

from sensor.audit.clock import system_clock
from sensor.audit.opening import LogSettings, World
from sensor.audit.pruning import prune as prune_log
from sensor.cli.context import Installation, json_option
from sensor.cli.export import parse_moment
from sensor.cli.output import Printer
from sensor.model.errors import UsageError
from sensor.store.indexer import IndexerConfig, rebuild


@click.command()
@click.option("--before", required=True, help="Entries before this time go: 2026-01-01, or 90d ago. Only whole segments do.")
@click.option("--archive", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True, help="Folder for the archive.")
@json_option
@click.pass_obj
def prune(installation: Installation, before: str, archive: Path, printer: Printer) -> None:
    """Move old entries into an archive. The log says so in an entry of its own and still verifies; the sensor must be stopped.

    \b
    Example:
      handrail service stop
      handrail prune --before 90d --archive /mnt/backup
      handrail service start
    """
    paths = installation.paths
    moment = parse_moment(before, datetime.datetime.now(datetime.timezone.utc))
    if not moment:
        raise UsageError("--before needs a time", next_step="Write 2026-01-01 or 90d.")
    done = prune_log(LogSettings(root=paths.log, keys=paths.keys), World(clock=system_clock()), moment, archive)
    rebuild(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))
    if not printer.result(dict(msgspec.to_builtins(done))):
        printer.line(f"entries {done.first} to {done.last - 1} are in {done.archive}", "green")
        printer.line(f"SHA-256 {done.archive_sha256}, recorded in the log", "dim")
