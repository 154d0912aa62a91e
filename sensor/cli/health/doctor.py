"""`handrail doctor`: look at everything that protection depends on, and say what to do about what is wrong."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer
from sensor.host.checks.agents import connected_agents, hook_command
from sensor.host.checks.checkup import ON_DISK, Check, Look, Place, fail, ok, warn
from sensor.host.checks.mcp_check import mcp_servers
from sensor.host.checks.selftest import self_test
from sensor.host.checks.vitals import RUNNING
from sensor.model.errors import HandrailError, in_words
from sensor.settings import load_settings

MARKS = {"ok": ("ok", "green"), "warn": ("!!", "yellow"), "fail": ("no", "bold red")}


@click.command()
@click.option("--live", is_flag=True, help="Send a harmless and a must-deny call through each registered hook and find both in the log.")
@json_option
@click.pass_obj
def doctor(installation: Installation, live: bool, printer: Printer) -> None:
    """Check folders, keys, program, log, MCP servers, service, sensor, dashboard and hooks. Changes nothing.

    Exit codes: 0 all well (perhaps with warnings), 1 something does not protect.

    \b
    Examples:
      handrail doctor
      handrail doctor --live
    """
    place = Place(paths=installation.paths, home=Path.home(), now=time.time())
    checks: list[Check] = []
    for check in examine(place, (*ON_DISK, mcp_servers, *RUNNING, *((canaries,) if live else ()))):
        checks.append(check)
        if not printer.as_json:
            show(printer, check)
    failed = sum(check.outcome == "fail" for check in checks)
    warned = sum(check.outcome == "warn" for check in checks)
    if not printer.result({"ok": failed == 0, "failed": failed, "warnings": warned, "checks": msgspec.to_builtins(checks)}):
        printer.line(f"{len(checks) - failed - warned} well, {warned} to look at, {failed} wrong", "bold red" if failed else "green")
    raise SystemExit(1 if failed else 0)


def examine(place: Place, looks: tuple[Look, ...]) -> Iterator[Check]:
    """Every check in order. One that cannot be made is a failure and keeps none of the others from being made."""
    for look in looks:
        try:
            yield from look(place)
        except (HandrailError, OSError) as error:
            yield fail(look.__name__, in_words(error, with_file=True).splitlines()[0], getattr(error, "next_step", "") or "Run install.sh again.")


def canaries(place: Place) -> Iterator[Check]:
    """Prove for each connected agent that a deny takes effect."""
    connected = connected_agents(place.paths)
    if not connected:
        yield warn("live test", "not made: no agent is connected", "Connect one: handrail hooks install claude-code")
    for agent in (one.agent for one in connected):
        name = f"live test of {agent}"
        try:
            hook = hook_command(place.paths, place.home, agent)
            mode = load_settings(place.paths.config_file).mode_of(agent)
            yield ok(name, self_test(hook, place.paths, mode, secrets.token_hex(4)))
        except HandrailError as error:
            yield fail(name, error.message, error.next_step)


def show(printer: Printer, check: Check) -> None:
    """One check for a person."""
    mark, style = MARKS[check.outcome]
    printer.line(f"  {mark}  {check.name}: {check.detail}", style if check.outcome != "ok" else "")
    if check.next_step:
        printer.line(f"      {check.next_step}", "dim")
