"""`handrail export` and `handrail bundle`: entries for other programs and people, and copies that prove themselves."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from sensor.audit.journal.reader import newest_log
from sensor.cli.context import Installation, json_option, verdict_option
from sensor.cli.durations import parse_moment
from sensor.cli.output import Printer
from sensor.export.bundle import write_entries_bundle, write_log_bundle
from sensor.export.formats import FORMATS
from sensor.export.records import Record, Selection, read_records
from sensor.model.errors import HandrailError, UsageError, in_words, way_out


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose entries; the command gets them as `wanted`."""

    def run(*args: Any, session: str, agent: str, verdict: str | None, since: str, until: str, **kwargs: Any) -> Any:
        now = datetime.datetime.now(datetime.timezone.utc)
        wanted = Selection(session=session, agent=agent, verdict=verdict or "", since=parse_moment(since, now), until=parse_moment(until, now))
        return command(*args, wanted=wanted, **kwargs)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("--until", metavar="TIME", default="", help="Only entries before this time."),
        click.option("--since", metavar="TIME", default="", help="Only entries from this time on: 2026-03-02, 2026-03-02T09:00:00Z, or 90m, 24h, 7d ago."),
        verdict_option,
        click.option("--agent", default="", help="Only this agent."),
        click.option("--session", default="", help="Only this session (its whole id), with its sub-agents and decisions."),
    ):
        run = option(run)
    return run


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A private file that appears under `path` only when it is complete. Raises UsageError when it cannot be made."""
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {in_words(error)}", next_step=way_out(error)) from error
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class Counted:
    """Counts records as they pass."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records, self.count = records, 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.count += 1
            yield record


@click.command()
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), required=True, help="csv, jsonl, raw (canonical bytes), sarif, ocsf, cef, otlp or html.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write to this file (default: standard output).")
@selection_options
@json_option
@click.pass_obj
def export(installation: Installation, form: str, out: Path | None, wanted: Selection, printer: Printer) -> None:
    """Write entries of the audit log in another format. Reads the journal, not the index.

    With --out, --json says how many entries were written; without, the entries are what is printed.

    \b
    Examples:
      handrail export --format csv --since 7d --out week.csv
      handrail export --format sarif --verdict notable --out findings.sarif
      handrail export --format html --session SESSION --out session.html
    """
    if printer.as_json and out is None:
        raise UsageError("--json needs --out", next_step="Entries as JSON on standard output: --format jsonl")
    _check_session(installation, wanted)
    records = Counted(read_records(installation.paths.log, wanted))
    if out is None:
        for chunk in FORMATS[form](records):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    else:
        with new_file(out) as file:
            file.writelines(FORMATS[form](records))
        if not printer.result({"out": str(out), "format": form, "entries": records.count}):
            click.echo(f"{records.count} entries written to {out}", err=True)
    _note(installation, f"{form}, {records.count} entries")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The bundle file to write.")
@selection_options
@json_option
@click.pass_obj
def bundle(installation: Installation, out: Path, wanted: Selection, printer: Printer) -> None:
    """Copy the audit log, or chosen entries with their proofs, into a file that proves itself on another machine.

    Without a choice the newest log is copied whole. The other machine needs the file and this device's public key
    (state/keys/identity.pub), which must reach it by a way you trust.

    \b
    Examples:
      handrail bundle --out all.bundle
      handrail bundle --session SESSION --out session.bundle
      handrail verify session.bundle --identity identity.pub
    """
    folder = newest_log(installation.paths.log)
    if folder is None:
        raise HandrailError("There is no audit log yet.", next_step="Start it with: handrail run")
    _check_session(installation, wanted)
    keys = installation.paths.keys
    with new_file(out) as file:
        made = write_log_bundle(folder, keys, file) if wanted == Selection() else write_entries_bundle(folder, keys, wanted, file)
    if not printer.result({"bundle": str(out), **msgspec.to_builtins(made)}):
        printer.line(f"{made.entries} entries of {made.log} up to checkpoint {made.checkpoint} in {out}", "green")
        printer.line(f"Verify it elsewhere with: handrail verify {out.name} --identity identity.pub", "dim")
    _note(installation, f"bundle ({made.kind}), {made.entries} entries")


def _check_session(installation: Installation, wanted: Selection) -> None:
    """Raise UsageError for a session of which nothing is recorded: a copy of nothing would look like a session in which nothing happened."""
    if wanted.session and next(read_records(installation.paths.log, Selection(session=wanted.session)), None) is None:
        raise UsageError(f"no session is called {wanted.session!r}", next_step="Give its whole id; see: handrail sessions --json")


def _note(installation: Installation, what: str) -> None:
    """An export is an entry itself. Without a sensor nobody may write to the log, and the export is still allowed."""
    try:
        installation.ask("export.note", what=what)
    except HandrailError as error:
        click.echo(f"note: this export is not in the audit log: {error.message.splitlines()[0]}", err=True)
