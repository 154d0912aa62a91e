"""`handrail run`, `status`, `mode`, `dashboard`, `config`, `service`, `uninstall`."""

from __future__ import annotations

import logging
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any

import click
import msgspec

from sensor.ask import SensorAway
from sensor.cli.context import Installation, json_option, who
from sensor.cli.output import Printer
from sensor.host.binding import bind
from sensor.host.children import load_state
from sensor.host.hardening import harden
from sensor.host.launcher import launcher_path
from sensor.host.lock import AlreadyRunning
from sensor.host.service import Service, ServicePlan, choose, wait_until_answering
from sensor.host.supervisor import STATE_FILE
from sensor.host.turnkey import supervise
from sensor.settings import load_settings
from web.tokens import VALID_SECONDS, create_token, login_url

START_SECONDS = 10.0


@click.command()
@click.option("--no-browser", is_flag=True, help="Print the dashboard address instead of opening it.")
@click.option("--quiet", is_flag=True, help="For services: print no address.")
@click.pass_obj
def run(installation: Installation, no_browser: bool, quiet: bool) -> None:
    """Start sensor, indexer and dashboard here, and keep them running until Ctrl-C.

    A second start says that Handrail already runs and prints the dashboard address.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    harden()
    if not quiet and sys.stdout.isatty():
        click.echo("Handrail starts; Ctrl-C ends it. In another terminal: handrail dashboard")
    try:
        supervise(installation.paths, installation.prefix, bind)
    except AlreadyRunning as error:
        if quiet:
            raise
        click.echo(error.message)
        _open_dashboard(installation, not no_browser and sys.stdout.isatty())


@click.command()
@json_option
@click.pass_obj
def status(installation: Installation, printer: Printer) -> None:
    """What runs, what protects, what was counted."""
    processes = load_state(installation.paths.run / STATE_FILE)
    try:
        facts: dict[str, Any] = installation.ask("status")
    except SensorAway as error:
        if not printer.result({"running": False, "error": error.message}):
            printer.facts([("sensor", "stopped"), ("socket", str(installation.paths.socket))])
            printer.line("Hooks fall back to their small safety core until it is back. Start it with: handrail service start", "yellow")
        raise SystemExit(1) from None
    if printer.result({"running": True, **facts, "processes": msgspec.to_builtins(processes) if processes else None}):
        return
    printer.facts(_status_lines(facts))
    for child in processes.children if processes else ():
        state = "running" if child.pid else "stopped"
        restarts = f", restarted {child.restarts} times, last end: {child.last_exit}" if child.restarts else ""
        printer.facts([(child.name, f"{state} (process {child.pid}){restarts}")])
    for problem in facts["problems"]:
        printer.line(f"problem: {problem}", "yellow")
    if facts["alarm"]:
        printer.line(f"alarm: {facts['alarm']}", "bold red")


def _status_lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    verdicts = ", ".join(f"{count} {word}" for word, count in sorted(facts["verdicts"].items())) or "none yet"
    agents = [
        (name, f"last call {_ago(facts['now'] - seen['at'])}, {seen['calls']} events, {seen['sessions']} sessions {seen['version']}".rstrip())
        for name, seen in sorted(facts["agents"].items())
    ]
    return [
        ("sensor", f"running (process {facts['pid']}, version {facts['version']}, for {_ago(facts['now'] - facts['started'], '')})"),
        ("mode", facts["mode"]), *((f"mode of {name}", word) for name, word in facts["modes"].items()),
        ("calls since start", verdicts), ("waiting for you", str(facts["waiting"])),
        *(agents or [("agents", "none has reported yet")]),
        ("rules", f"{facts['rules']['count']} ({facts['rules']['engine']})"),
        ("log", f"{facts['log']['size']} entries of {facts['log']['origin']}" + (f", {facts['log']['lost']} lost" if facts["log"]["lost"] else "")),
        *((f"{name} door", state) for name, state in facts["doors"].items()),
    ]


def _ago(seconds: float, suffix: str = " ago") -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}{suffix}"
    return f"{max(0, int(seconds))} s{suffix}"


@click.command()
@click.argument("word", required=False, type=click.Choice(["observe", "enforce"]), metavar="[observe|enforce]")
@click.option("--agent", default="", help="Only for this agent.")
@json_option
@click.pass_obj
def mode(installation: Installation, word: str | None, agent: str, printer: Printer) -> None:
    """Show the mode, or choose it. In observe nothing is stopped; everything is judged and recorded.

    \b
    Examples:
      handrail mode
      handrail mode observe --agent cursor
    """
    if word is None:
        settings = load_settings(installation.paths.config_file)
        modes = {name: own.mode.value for name, own in settings.agents.items() if own.mode is not None}
        if not printer.result({"mode": settings.mode.value, "agents": modes}):
            printer.facts([("mode", settings.mode.value), *((f"  {name}", one) for name, one in modes.items())])
        return
    result = installation.ask("mode.set", mode=word, agent=agent, by=who())
    if not printer.result(result):
        printer.line(f"{agent or 'all agents'}: {result['before']} -> {result['after']}", "green" if word == "enforce" else "yellow")


@click.command()
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.pass_obj
def dashboard(installation: Installation, no_browser: bool) -> None:
    """Open the dashboard with a one-time login address (valid for 60 seconds)."""
    _open_dashboard(installation, not no_browser and sys.stdout.isatty())


def _open_dashboard(installation: Installation, browser: bool) -> None:
    installation.ask("ping")
    port = load_settings(installation.paths.config_file).web.port
    url = login_url(port, create_token(installation.paths.web_token, time.time()))
    click.echo(url)
    if sys.stdout.isatty():
        click.echo(f"Opens once, within {VALID_SECONDS} seconds.")
    if browser:
        webbrowser.open(url)


@click.command()
@json_option
@click.pass_obj
def config(installation: Installation, printer: Printer) -> None:
    """Print every setting: its value here, and what it means. The file is config.yaml."""
    settings = load_settings(installation.paths.config_file)
    rows = list(_setting_rows(settings, type(settings), ""))
    if not printer.result({"file": str(installation.paths.config_file), "settings": [dict(zip(("key", "value", "help"), row, strict=True)) for row in rows]}):
        printer.line(str(installation.paths.config_file), "bold")
        printer.table(("SETTING", "VALUE", "MEANING"), rows, "")


def _setting_rows(value: Any, kind: type[msgspec.Struct], prefix: str) -> Any:
    facts = msgspec.inspect.type_info(kind)
    assert isinstance(facts, msgspec.inspect.StructType)
    for field in facts.fields:
        inner = getattr(value, field.name)
        if isinstance(inner, msgspec.Struct):
            yield from _setting_rows(inner, type(inner), f"{prefix}{field.encode_name}.")
        else:
            meaning = (field.type.extra_json_schema or {}).get("description", "") if isinstance(field.type, msgspec.inspect.Metadata) else ""
            yield f"{prefix}{field.encode_name}", str(msgspec.to_builtins(inner)), meaning


@click.group()
def service() -> None:
    """The background service: systemd user unit, launchd agent, or a supervised background process."""


@service.command("status")
@json_option
@click.pass_obj
def service_status(installation: Installation, printer: Printer) -> None:
    """How the service is."""
    found = _service(installation).status()
    if not printer.result(msgspec.to_builtins(found)):
        printer.facts([("kind", found.kind), ("installed", str(found.installed).lower()), ("running", str(found.running).lower()), ("detail", found.detail)])
    if not found.running:
        raise SystemExit(1)


@service.command("start")
@click.pass_obj
def service_start(installation: Installation) -> None:
    """Start it and wait until the sensor answers."""
    _service(installation).start()
    click.echo(f"running, answered after {wait_until_answering(installation.paths.socket, START_SECONDS):.2f} s")


@service.command("stop")
@click.pass_obj
def service_stop(installation: Installation) -> None:
    """Stop it. Hooks then use their small safety core, and start it again when an agent works."""
    _service(installation).stop()
    click.echo("stopped")


@service.command("restart")
@click.pass_obj
def service_restart(installation: Installation) -> None:
    """Stop it, then start it."""
    _service(installation).restart()
    click.echo(f"running, answered after {wait_until_answering(installation.paths.socket, START_SECONDS):.2f} s")


@service.command("install")
@click.pass_obj
def service_install(installation: Installation) -> None:
    """Register it for the next logins."""
    for file in _service(installation).install():
        click.echo(f"wrote {file}")


@service.command("remove")
@click.pass_obj
def service_remove(installation: Installation) -> None:
    """Stop it and forget it."""
    _service(installation).remove()
    click.echo("removed")


def _service(installation: Installation) -> Service:
    command = (str(launcher_path(installation.paths)), "run", "--quiet")
    return choose(ServicePlan(command=command, paths=installation.paths, home=Path.home()))
