"""`handrail audit accept`, `accepted` and `unaccept`: findings that a person takes as they are for a while."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

import click

from sensor.cli.completing import check_ids
from sensor.cli.context import Installation, json_option, who
from sensor.cli.durations import Seconds
from sensor.cli.output import Printer, visible
from sensor.model.acceptance import MAX_DAYS, USUAL_DAYS, Accepting, day_of, why_never
from sensor.model.errors import UsageError
from sensor.posture.acceptance import key_of
from sensor.posture.audit import CHECKS, audit
from sensor.posture.check import State, shorten
from sensor.posture.context import Context
from sensor.posture.gather import Wish, gather
from sensor.posture.report import Line, lines_of, where
from sensor.settings import load_settings

DAY_S = 86400
# Of the audit itself and of what accepts its findings: both must look at the same.
projects_option = click.option("--project", "projects", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
                               metavar="DIR", help="Look at this project too.")


@click.command()
@click.argument("finding", metavar="ID", shell_complete=check_ids)
@click.option("--reason", required=True, help="Why this is right here; kept in the log and shown with the finding.")
@click.option("--until", default="", metavar="DATE", help=f"Last day (YYYY-MM-DD), at most {MAX_DAYS} days from now.")
@click.option("--for", "seconds", type=Seconds(MAX_DAYS * DAY_S), help=f"How long instead, such as 30d; {USUAL_DAYS} days where nothing is said.")
@click.option("--subject", default="", help="Only the finding about this subject, where there are several.")
@projects_option
@click.option("--yes", is_flag=True, help="Do not ask again.")
@json_option
@click.pass_obj
def accept(installation: Installation, finding: str, reason: str, until: str, seconds: int | None, subject: str,
           projects: tuple[Path, ...], yes: bool, printer: Printer) -> None:
    """Accept what a check finds now: it stays visible, marked with who, when and why, and costs no points until then.

    ID is that of a check, or the key of one finding (`handrail audit --json`). A finding that comes later, or that becomes graver, is not
    accepted with it. What is critical, or about the log, cannot be accepted. It is asked of the running sensor, and an agent cannot do it.

    \b
    Examples:
      handrail audit accept AGT-14 --reason "runs in a container" --for 30d
      handrail audit accept MCP-04 --subject docs --reason ours --until 2027-03-01
    """
    if until and seconds is not None:
        raise UsageError("--until and --for say the same: choose one")
    expires = until or (day_of(time.time()) + datetime.timedelta(days=-(-(seconds or USUAL_DAYS * DAY_S) // DAY_S))).isoformat()
    context = gather(Wish(paths=installation.paths, home=Path.home(), now=time.time(), environment=dict(os.environ), projects=projects))
    lines = _found(context, finding, subject)
    if not yes:
        for line in lines:
            click.echo(_words(line, context), err=True)
        click.confirm(f"Accept {'this' if len(lines) == 1 else f'these {len(lines)}'} until {expires}?", abort=True, err=True)
    findings = [Accepting(key=key_of(line.check, line.result, context), severity=line.severity.name.lower(), what=_words(line, context)) for line in lines]
    made = installation.ask("posture.accept", findings=findings, expires=expires, reason=reason, by=who())
    if not printer.result(made):
        keys, taken_back = ", ".join(made["findings"]), f"handrail audit unaccept {lines[0].check.id}"
        printer.line(f"Accepted {len(made['findings'])} until {expires}: {keys}. To take it back: {taken_back}", "green")


@click.command()
@json_option
@click.pass_obj
def accepted(installation: Installation, printer: Printer) -> None:
    """List what is accepted: by whom, until when, and why."""
    known = load_settings(installation.paths.config_file).accepted
    today = day_of(time.time()).isoformat()
    rows = [
        {"key": key, "severity": one.severity, "what": one.what, "by": one.by, "created": one.created, "expires": one.expires,
         "reason": one.reason, "expired": one.expires < today}
        for key, one in sorted(known.items())
    ]
    if printer.result({"accepted": rows}):
        return
    printer.table(
        ("KEY", "UNTIL", "BY", "WHY", "FINDING"),
        ((one["key"], f"{one['expires']}{' (over)' if one['expired'] else ''}", one["by"], one["reason"], one["what"]) for one in rows),
        "Nothing is accepted. Each finding of `handrail audit` counts.")


@click.command()
@click.argument("finding", metavar="ID")
@json_option
@click.pass_obj
def unaccept(installation: Installation, finding: str, printer: Printer) -> None:
    """Take an acceptance back: the findings of this check, or the one with this key, count again.

    \b
    Examples:
      handrail audit unaccept AGT-14
    """
    gone = installation.ask("posture.unaccept", id=_upper(finding), by=who())
    if not printer.result(gone):
        printer.line(f"No longer accepted: {', '.join(gone['findings'])}", "yellow")


def _found(context: Context, finding: str, subject: str) -> tuple[Line, ...]:
    """The findings that are meant. Raises UsageError where there are none, or one of them cannot be accepted."""
    name = _upper(finding)
    check = next((one for one in CHECKS if name == one.id or name.startswith(f"{one.id}-")), None)
    if check is None:
        raise UsageError(f"there is no check {finding}", next_step="docs/posture.md lists them.")
    lines = tuple(line for line in lines_of(audit(context, (check,)), State.FAIL, State.ACCEPTED)
                  if name in (check.id, key_of(line.check, line.result, context)) and subject in ("", line.result.subject))
    if not lines:
        raise UsageError(f"{finding} finds nothing now" + (f" about {subject}" if subject else ""), next_step=f"See: handrail audit --only {check.id}")
    for line in lines:
        if why := why_never(check.id, line.severity):
            raise UsageError(why, next_step=f"Repair it instead: handrail audit --only {check.id}")
    return lines


def _upper(finding: str) -> str:
    """Ids are written in capitals, the digest of a key is not."""
    area, dash, rest = finding.partition("-")
    return area.upper() + dash + rest.lower()


def _words(line: Line, context: Context) -> str:
    return visible(f"{line.check.id} {line.check.title}: {shorten(line.result.detail, context)} [{where(line, context)}]")
