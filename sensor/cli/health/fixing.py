"""`handrail audit --fix`: the repairs that are exact and safe, shown first, made when a person says so, looked at again afterwards."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from hooks.settings.connection import Plan
from sensor.ask import SensorAway
from sensor.cli.context import Installation, who
from sensor.cli.difference import difference
from sensor.cli.output import Printer, visible, visible_lines
from sensor.host.checks.repairs import Modes, Repair, is_ours, plan_hooks, put_right, take_away
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.posture.audit import Audit
from sensor.posture.check import State, shorten
from sensor.posture.context import Context
from sensor.posture.report import command_of, lines_of
from sensor.settings import load_settings

MAX_WORDS = 1000


class Step(Value):
    """One repair: the checks that asked for it, its command, what it changes in a file of settings, and whether it touches only what is ours."""

    ids: tuple[str, ...]
    command: str
    repair: Repair
    ours: bool
    plan: Plan | None = None
    problem: str = ""


class Wishes(Value):
    """`--dry-run` and `--yes`."""

    dry_run: bool
    yes: bool


def steps_of(installation: Installation, found: Audit, context: Context) -> tuple[Step, ...]:
    """What could be made of what the audit found. Writes nothing."""
    ids: dict[Repair, list[str]] = {}
    commands: dict[Repair, str] = {}
    for line in lines_of(found, State.FAIL):
        if line.result.repair is not None:
            ids.setdefault(line.result.repair, []).append(line.check.id)
            commands.setdefault(line.result.repair, shorten(command_of(line), context))
    return tuple(_step(installation, repair, tuple(dict.fromkeys(ids[repair])), commands[repair]) for repair in ids)


def _step(installation: Installation, repair: Repair, ids: tuple[str, ...], command: str) -> Step:
    paths, plan, problem = installation.paths, None, ""
    if not isinstance(repair, Modes):
        try:
            plan = plan_hooks(paths, Path.home(), repair, load_settings(paths.config_file).mode_of(repair.agent))
        except HandrailError as error:
            problem = error.message
    return Step(ids=ids, command=command, repair=repair, ours=is_ours(repair, paths), plan=plan, problem=problem)


def fix(installation: Installation, steps: tuple[Step, ...], wishes: Wishes, printer: Printer) -> list[dict[str, object]]:
    """Show, ask, tell the sensor, make; each repair with what became of it. What is not ours is made with `--yes` alone.

    Raises SensorRefused below an agent.
    """
    chosen = [one for one in steps if not one.problem and (one.ours or wishes.yes)]
    if not printer.as_json:
        for one in steps:
            _show(one, one in chosen, printer)
    if not chosen or wishes.dry_run:
        return [_told(one, one.problem or ("would be made" if one in chosen else "only with --yes"), made=False) for one in steps]
    if not wishes.yes:
        click.confirm(f"Make {'this repair' if len(chosen) == 1 else f'these {len(chosen)} repairs'}?", abort=True, err=True)
    _tell(installation, chosen, printer)
    made = [_make(one, printer) if one in chosen else _told(one, one.problem or "only with --yes", made=False) for one in steps]
    with contextlib.suppress(SensorAway):
        installation.ask("posture.look")
    return made


def _show(step: Step, is_chosen: bool, printer: Printer) -> None:
    why_not = "" if is_chosen else f"  ({visible(step.problem) or 'not of Handrail: only with --yes'})"
    printer.line(f"{', '.join(step.ids)}  {visible(step.command)}{why_not}", "" if is_chosen else "dim")
    if step.plan is not None and is_chosen:
        printer.line(visible_lines(difference(step.plan.file.path, step.plan.file.data, step.plan.after)), "dim")


def _tell(installation: Installation, steps: list[Step], printer: Printer) -> None:
    """An entry before anything changes. Without a sensor there is none, and an agent is then held by the rules alone."""
    words = "; ".join(one.command for one in steps)[:MAX_WORDS]
    try:
        installation.ask("posture.repair", what=words, by=who())
    except SensorAway:
        if not printer.as_json:
            printer.line("The sensor does not answer: these repairs are not in the log.", "yellow")


def _make(step: Step, printer: Printer) -> dict[str, object]:
    try:
        said, made = take_away(step.repair) if isinstance(step.repair, Modes) else put_right(step.plan) if step.plan is not None else "", True
    except HandrailError as error:
        said, made = error.message, False
    if not printer.as_json:
        printer.line(f"{visible(step.command)}: {visible(said)}", "green" if made else "yellow")
    return _told(step, said, made)


def _told(step: Step, said: str, made: bool) -> dict[str, object]:
    return {"ids": list(step.ids), "command": step.command, "ours": step.ours, "made": made, "said": said}
