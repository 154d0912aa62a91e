"""`handrail audit`: how safe this deployment is, and what should be changed first."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from sensor import __version__
from sensor.cli.context import Installation, json_option
from sensor.cli.health.accepting import accept, accepted, projects_option, unaccept
from sensor.cli.health.fixing import Wishes, fix, steps_of
from sensor.cli.output import Printer, render_json, visible
from sensor.model.calls import Value
from sensor.model.errors import UsageError
from sensor.model.findings import GRAVEST, Severity
from sensor.posture.audit import CHECKS, Audit, audit, fixes
from sensor.posture.check import Check, State, shorten
from sensor.posture.context import Context
from sensor.posture.gather import Wish, gather
from sensor.posture.grading import AREAS, LETTERS, NOT_GRADED
from sensor.posture.report import Line, command_of, counts_of, lines_of, mode_of, render, time_of, where
from sensor.posture.sarif import render_sarif

STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "yellow", Severity.MEDIUM: "cyan"}
BACKGROUND = 15  # nice; the sensor's judging goes before
GRADES = [letter for _, letter in LETTERS]
NOTHING_TO_FIX = "Nothing here can be repaired by itself: the rest are decisions. See: handrail audit"


class Asked(Value):
    """The options of the command, as they are named there."""

    areas: tuple[str, ...] = ()
    only: str = ""
    projects: tuple[Path, ...] = ()
    live: bool = False
    fail_on: str = "high"
    fail_below: str | None = None
    strict: bool = False
    verbose: bool = False
    sarif: bool = False
    fix: bool = False
    dry_run: bool = False
    yes: bool = False
    background: bool = False


@click.group("audit", invoke_without_command=True)
@click.option("--area", "areas", multiple=True, type=click.Choice(list(AREAS), case_sensitive=False),
              help="Only this area: hooks, log, Handrail itself, agents (agt), MCP servers, OpenClaw (ocl), NanoClaw (ncl), this machine (host).")
@click.option("--only", default="", metavar="ID,...", help="Only these checks.")
@projects_option
@click.option("--live", is_flag=True, help="Also send a must-deny call through each registered hook, and look for agents that are not heard of.")
@click.option("--fail-on", default="high", show_default=True, type=click.Choice([*GRAVEST, "none"]), help="Exit code 1 for findings from this severity on.")
@click.option("--fail-below", type=click.Choice(GRADES, case_sensitive=False), help="Exit code 1 for a grade below this one.")
@click.option("--strict", is_flag=True, help="Exit code 3 when something could not be looked at.")
@click.option("--verbose", is_flag=True, help="List what passed, too.")
@click.option("--sarif", is_flag=True, help="Print one SARIF 2.1.0 log instead, for services that show findings.")
@click.option("--fix", is_flag=True, help="Make the repairs that are exact and safe: modes of files, Handrail's own hook entries. Shows them and asks.")
@click.option("--dry-run", is_flag=True, help="With --fix: show them, make none.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask, and also take rights away from files that are not Handrail's.")
@click.option("--background", is_flag=True, hidden=True, help="Leave the processor to others.")
@json_option
@click.pass_obj
def audit_command(installation: Installation, printer: Printer, **options: Any) -> None:
    """Grade this deployment: Handrail, its hooks and log, the agents' settings, their MCP servers, this machine. Changes nothing without --fix.

    Works offline and without a running sensor. What could not be looked at is said, and costs points.

    Exit codes: 0 nothing from --fail-on on, 1 findings, 2 usage, 3 unfinished.

    \b
    Examples:
      handrail audit
      handrail audit --project . --area AGT --area MCP
      handrail audit --json --fail-on critical --fail-below B
      handrail audit accept AGT-14 --reason "runs in a container" --for 30d
      handrail audit --fix --dry-run
      handrail audit accepted
      handrail audit unaccept AGT-14
    """
    if click.get_current_context().invoked_subcommand:
        return
    asked = Asked(**options)
    if asked.background:
        os.nice(BACKGROUND)
    if (asked.dry_run or asked.yes) and not asked.fix:
        raise UsageError("--dry-run and --yes belong to --fix")
    checks = _chosen(asked)

    def look() -> tuple[Context, Audit]:
        context = gather(Wish(paths=installation.paths, home=Path.home(), now=time.time(), environment=dict(os.environ),
                              projects=asked.projects, live=asked.live))
        return context, audit(context, checks, asked.live)

    context, found = look()
    if asked.fix:
        before, steps = found, steps_of(installation, found, context)
        told = fix(installation, steps, Wishes(dry_run=asked.dry_run, yes=asked.yes), printer)
        context, found = look() if any(one["made"] for one in told) else (context, found)
        if not printer.result({"repairs": told, "before": grade_of(before), "after": grade_of(found)}):
            printer.line(f"\nGrade {words_of(before)}" + (f", now {words_of(found)}" if found is not before else "") if told else NOTHING_TO_FIX, "bold")
    elif asked.sarif:
        click.echo(render_json(render_sarif(found, context)))
    elif not printer.result(render(found, context)):
        show(found, context, printer, asked.verbose)
        _say_code(found, asked, printer)
    raise SystemExit(exit_code(found, asked))


for _command in (accept, accepted, unaccept):
    audit_command.add_command(_command)


def _chosen(asked: Asked) -> tuple[Check, ...]:
    ids = [word.strip().upper() for word in asked.only.split(",") if word.strip()]
    wrong = [word for word in ids if word not in {check.id for check in CHECKS}]
    if wrong:
        raise UsageError(f"there is no check {wrong[0]}", next_step="docs/posture.md lists them.")
    return tuple(check for check in CHECKS if (not ids or check.id in ids) and (not asked.areas or check.area in asked.areas))


def grade_of(found: Audit) -> dict[str, object]:
    """Letter and score, for programs."""
    return {"grade": found.grade.letter, "score": found.grade.score}


def words_of(found: Audit) -> str:
    """The same for a person."""
    return found.grade.letter + ("" if found.grade.score is None else f" ({found.grade.score} of 100)")


def exit_code(found: Audit, asked: Asked) -> int:
    """One table for every form of output."""
    failed = lines_of(found, State.FAIL)
    if asked.fail_on != "none" and any(line.severity >= Severity[asked.fail_on.upper()] for line in failed):
        return 1
    if asked.fail_below and found.grade.letter != NOT_GRADED and GRADES.index(found.grade.letter) > GRADES.index(asked.fail_below):
        return 1
    return 3 if not found.is_complete or (asked.strict and found.unknowns) else 0


def _say_code(found: Audit, asked: Asked, printer: Printer) -> None:
    """Why a script gets 1, which a person who only wants to look need not care about."""
    if exit_code(found, asked) == 1:
        below = f", or a grade below {asked.fail_below}" if asked.fail_below else ""
        printer.line(f"Exit code 1 says: findings from {asked.fail_on} upwards{below} (--fail-on chooses). It is no failure of the audit.", "dim")


def show(found: Audit, context: Context, printer: Printer, verbose: bool) -> None:
    """Everything for a person."""
    grade = found.grade
    score = "" if grade.score is None else f" ({grade.score} of 100)"
    taken = lines_of(found, State.ACCEPTED)
    score += f", {len(taken)} accepted" if taken else ""
    printer.line(f"Grade {grade.letter}{score}   mode {mode_of(context) or 'none'}   {time_of(context)}   Handrail {__version__}", "bold")
    if grade.score is None:
        printer.line("There is no agent and no installation here: nothing to grade. Install Handrail with ./install.sh", "dim")
        return
    for line in lines_of(found, State.FAIL):
        _finding(line, context, printer)
    unread = [f"{line.check.id} {where(line, context)}: {shorten(line.result.detail, context)}" for line in lines_of(found, State.UNKNOWN)]
    _section("Could not be looked at", unread, printer)
    _section("Accepted", [_accepted(line, context) for line in taken], printer)
    if verbose:
        passing = (f"{line.check.id} {line.result.subject} {shorten(line.result.detail, context)}" for line in lines_of(found, State.PASS))
        _section("Passed", [text.rstrip() for text in passing], printer)
    _arithmetic(found, printer)
    _section("What would raise the score most", [f"{outcome.check.id} {outcome.check.title}: {after} of 100" for outcome, after in fixes(found)], printer)
    counts = ", ".join(f"{count} {name}" for name, count in counts_of(found).items() if count) or "no findings"
    decide = " What is right here as it is: handrail audit accept ID --reason WHY." if lines_of(found, State.FAIL) else ""
    printer.line(f"\n{counts}. Nothing was changed; each finding names the command or setting that repairs it.{decide}", "dim")


def _finding(line: Line, context: Context, printer: Printer) -> None:
    head, detail = f"{line.check.id}  {line.severity.name.lower()}  {line.check.title}", shorten(line.result.detail, context)
    printer.line(f"\n{head}: {visible(detail)} [{visible(where(line, context))}]", STYLES.get(line.severity, ""))
    printer.line(f"    {line.check.why}")
    command = visible(shorten(command_of(line), context))
    printer.line(f"    {line.check.remedy.removesuffix('.')}: {command}" if command else f"    {line.check.remedy}", "dim")


def _accepted(line: Line, context: Context) -> str:
    one = line.result.acceptance
    return f"{line.check.id}  {line.severity.name.lower()}  {line.check.title}: {shorten(line.result.detail, context)} [{where(line, context)}]" + (
        f"; accepted by {one.by} on {one.created} until {one.expires}: {one.reason}" if one is not None else "")


def _section(title: str, lines: list[str], printer: Printer) -> None:
    if lines:
        printer.line(f"\n{title}", "bold")
        for text in lines:
            printer.line(f"  {visible(text)}")


def _arithmetic(found: Audit, printer: Printer) -> None:
    grade = found.grade
    rows = []
    for name, area in grade.areas.items():
        lost = ", ".join(f"{one.check.id} {one.points:g}" for one in found.outcomes if one.check.area == name and one.points)
        rows.append((name, f"{area.score:g}", str(area.weight), lost or "-"))
    printer.line("\nAreas", "bold")
    printer.table(("AREA", "SCORE", "WEIGHT", "POINTS LOST"), rows, "")
    caps = "".join(f"; at most {cap.limit} because of {cap.because}" for cap in grade.caps)
    printer.line(f"Mean {grade.mean}{f'{caps}: {grade.score}' if caps else ''}, grade {grade.letter}")
