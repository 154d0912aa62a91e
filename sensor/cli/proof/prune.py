"""`handrail prune`: move the old part of the audit log into an archive. What is left still verifies."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

import click
import msgspec

from sensor.ask import SensorAway, SensorRefused
from sensor.audit.form.clock import system_clock
from sensor.audit.form.keys import load_public
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.opening import LogSettings, World
from sensor.audit.journal.pruning import NothingToPrune, Prepared, PruneResult
from sensor.audit.journal.pruning import prepare as prepare_log
from sensor.audit.journal.pruning import prune as prune_log
from sensor.audit.journal.reader import newest_log
from sensor.cli.context import Installation, json_option
from sensor.cli.durations import parse_moment
from sensor.cli.output import Printer
from sensor.host.checks.evidence import log_here
from sensor.model.errors import HandrailError, UsageError, in_words
from sensor.store.indexer import IndexerConfig, rebuild

POLL_SECONDS = 0.3


@click.command()
@click.option("--before", required=True, help="Entries before this time go: 2026-01-01, or 90d ago. Only whole segments do.")
@click.option("--archive", type=click.Path(path_type=Path, file_okay=False, exists=True, resolve_path=True), required=True, help="Folder for the archive.")
@click.option("--prepare", is_flag=True, hidden=True, help="Only write the archive and print the facts: for the sensor, which does the rest.")
@json_option
@click.pass_obj
def prune(installation: Installation, before: str, archive: Path, prepare: bool, printer: Printer) -> None:
    """Move old entries into an archive. The log says so in an entry of its own and still verifies.

    A running sensor does it without holding calls up, and `audit.keep-days` makes it do so by itself.

    \b
    Examples:
      handrail prune --before 90d --archive /mnt/backup
    """
    moment = parse_moment(before, datetime.datetime.now(datetime.timezone.utc))
    if not moment:
        raise UsageError("--before needs a time", next_step="Write 2026-01-01 or 90d.")
    try:
        if prepare:
            click.echo(msgspec.json.encode(_prepare(installation, moment, archive)))
            return
        try:
            done = _ask(installation, moment, archive)
        except SensorAway:
            done = _alone(installation, moment, archive)
    except OSError as error:
        raise HandrailError(
            f"The old part cannot be archived: {in_words(error, with_file=True)}",
            next_step="Look at the folder of the archives, then try again.",
        ) from error
    if not printer.result(dict(msgspec.to_builtins(done))):
        printer.line(f"entries {done.first} to {done.last - 1} are in {done.archive}", "green")
        printer.line(f"SHA-256 {done.archive_sha256}, recorded in the log", "dim")


def _prepare(installation: Installation, moment: str, archive: Path) -> Prepared:
    """Archive in the background of the sensor that asked for it."""
    os.nice(10)
    folder = newest_log(installation.paths.log)
    if folder is None:
        raise NothingToPrune("There is no audit log yet.")
    place = LogPlace(origin=log_here(installation.paths), folder=folder, keys=installation.paths.keys)
    return prepare_log(place, load_public(installation.paths.keys), moment, archive)


def _ask(installation: Installation, moment: str, archive: Path) -> PruneResult:
    """Let the running sensor do it, and wait. Raises SensorAway, SensorRefused."""
    installation.ask("prune.start", before=moment, archive=str(archive))
    while True:
        state = installation.ask("prune.state")
        if state["state"] == "failed":
            raise SensorRefused(str(state["error"]), next_step=str(state["next_step"]), exit_code=int(state["exit_code"]))
        if state["state"] == "done":
            return msgspec.convert(state["result"], PruneResult)
        time.sleep(POLL_SECONDS)


def _alone(installation: Installation, moment: str, archive: Path) -> PruneResult:
    """Without a sensor this process is the writer. Raises LogLocked when there is one all the same."""
    paths = installation.paths
    done = prune_log(LogSettings(root=paths.log, keys=paths.keys), World(clock=system_clock()), moment, archive)
    rebuild(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))
    return done
