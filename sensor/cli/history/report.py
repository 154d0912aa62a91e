"""`handrail report`: what happened in a period, for people who must account for it."""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path

import click
import msgspec

from sensor.audit.form.keys import PUBLIC_FILE
from sensor.audit.verifying.report import VerifyReport
from sensor.audit.verifying.verify import verify_newest
from sensor.cli.context import Installation, json_option
from sensor.cli.durations import parse_moment
from sensor.cli.output import Printer, counted
from sensor.cli.proof.export import new_file
from sensor.export.period import Figure, PeriodReport, make_report
from sensor.export.period_page import render_period
from sensor.export.records import Selection, read_records
from sensor.host.checks.evidence import options_here
from sensor.model.errors import HandrailError

LISTED = (
    ("decisions", "decisions", ("decision of a person", "decisions of people")),
    ("changes", "changes", ("change of settings, rules or hooks", "changes of settings, rules and hooks")),
    ("gaps", "interruptions", ("gap or interruption", "gaps and interruptions")),
)
MOST = 8  # figures of one kind on a terminal


@click.command()
@click.option("--since", metavar="TIME", default="30d", show_default=True, help="From this time on: 2026-03-02, 2026-03-02T09:00:00Z, or 90m, 24h, 7d ago.")
@click.option("--until", metavar="TIME", default="", help="Before this time (default: now).")
@click.option("--format", "form", type=click.Choice(("html", "json")), default="html", show_default=True, help="A page to print, or one JSON object.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file (default: standard output; a terminal gets its figures).")
@click.option("--no-verify", is_flag=True, help="Do not verify the log; the report then says so.")
@json_option
@click.pass_obj
def report(installation: Installation, since: str, until: str, form: str, out: Path | None, no_verify: bool, printer: Printer) -> None:
    """Report a period: coverage, verdicts, decisions with names, changes, gaps, and the verification of the log. See docs/compliance.md.

    \b
    Examples:
      handrail report --since 30d --out report.html
      handrail report --since 2026-01-01 --until 2026-04-01 --out quarter.html
    """
    made = _make(installation, (since, until), not no_verify)
    if form == "html" and not printer.as_json:
        text = render_period(made).encode("utf-8")
    else:
        text = msgspec.json.format(msgspec.json.encode({"schema_version": 1, **msgspec.to_builtins(made)}), indent=2) + b"\n"
    if out is None and form == "html" and not printer.as_json and _on_terminal():
        _show(made, printer)  # nobody reads a page as text
        return
    if out is None:
        click.echo(text, nl=False)
        return
    with new_file(out) as file:
        file.write(text)
    click.echo(f"report of {made.entries} entries in {out}", err=True)


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _show(made: PeriodReport, printer: Printer) -> None:
    """The figures of a report, for a terminal."""
    played = sum(one.count for one in made.test_calls)
    printer.facts([
        ("from", _told(made.since) or "the first entry"), ("to", _told(made.until) or "now"),
        ("entries", f"{made.entries:,}"), ("sessions", f"{made.sessions:,}"),
        *((name, _figures(getattr(made, name))) for name in ("verdicts", "answers", "agents", "rules")),
        *([("test calls", f"{played:,} of the demo and of self-tests, in none of these figures")] if played else []),
        *((label, counted(len(found), *words) if (found := getattr(made, name)) else "none") for label, name, words in LISTED),
        ("log", made.verification.outcome.name.lower().replace("_", " ") if made.verification else "not verified here"),
    ])
    printer.line("The whole report, as a page: handrail report --out report.html", "dim")


def _told(stamp: str) -> str:
    """A time of an entry without its parts of a second."""
    return stamp[:19].replace("T", " ") + " UTC" if stamp else ""


def _figures(figures: tuple[Figure, ...]) -> str:
    """The most frequent ones, and how many others there are."""
    shown = [f"{one.count:,} {one.name}" for one in figures[:MOST]]
    return ", ".join([*shown, f"and {len(figures) - MOST:,} others"] if len(figures) > MOST else shown) or "none"


def _make(installation: Installation, asked: tuple[str, str], verifying: bool) -> PeriodReport:
    paths, now = installation.paths, datetime.datetime.now(datetime.timezone.utc)
    if not (paths.keys / PUBLIC_FILE).exists():
        raise HandrailError("There is no audit log on this machine.", next_step="Start it with: handrail run")
    since, until = (parse_moment(text, now) for text in asked)
    checked = _verified(installation) if verifying else None
    records = read_records(paths.log, Selection(since=since, until=until))
    return make_report(records, (since, until), now.strftime("%Y-%m-%dT%H:%M:%SZ"), checked)


def _verified(installation: Installation) -> VerifyReport:
    """The newest log, with the evidence that config.yaml names."""
    paths = installation.paths
    return verify_newest(paths.log, paths.keys, options_here(paths), time.time_ns() // 1000)
