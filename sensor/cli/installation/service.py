"""`handrail run`, `mode`, `dashboard`, `config`, `service`."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any

import click
import msgspec

from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option, who
from sensor.cli.output import Printer
from sensor.host.machine.desktop import PAGE, unseen
from sensor.host.running.binding import bind
from sensor.host.running.hardening import harden
from sensor.host.running.lock import AlreadyRunning
from sensor.host.services.installed import hand_over, service_for
from sensor.host.services.service import Service, wait_until_answering
from sensor.host.services.turnkey import supervise
from sensor.model.states import Standing
from sensor.settings import load_settings
from web.tokens import VALID_SECONDS, create_token, login_url

START_SECONDS = 60.0  # rules that have changed are compiled first


@click.command()
@click.option("--no-browser", is_flag=True, help="Print the dashboard address instead of opening it.")
@click.option("--quiet", is_flag=True, help="For services: print no address.")
@click.pass_obj
def run(installation: Installation, no_browser: bool, quiet: bool) -> None:
    """Start sensor, indexer, dashboard and file watcher here, and keep them running until Ctrl-C.

    A second start says that Handrail already runs and prints the dashboard address.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    harden()
    if quiet and hand_over(installation.paths, Path.home(), os.environ, os.getpid()):
        return

    def begin(place: Path) -> socket.socket:
        """Once no other is found to run."""
        if not quiet and sys.stdout.isatty():
            click.echo("Handrail starts; Ctrl-C ends it. In another terminal: handrail dashboard")
        return bind(place)

    try:
        supervise(installation.paths, installation.prefix, begin)
    except AlreadyRunning as error:
        if quiet:
            raise
        click.echo(error.message)
        open_dashboard(installation, not no_browser and sys.stdout.isatty())


@click.command()
@click.argument("word", required=False, type=click.Choice(["observe", "enforce"]), metavar="[observe|enforce]")
@click.option("--agent", default="", help="Only for this agent.")
@json_option
@click.pass_obj
def mode(installation: Installation, word: str | None, agent: str, printer: Printer) -> None:
    """Show the mode, or choose it. In observe nothing is stopped; everything is judged and recorded.

    An agent that was given a mode of its own with --agent keeps it.

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
    if agent:
        check_agent(installation, agent)
    result = installation.ask("mode.set", mode=word, agent=agent, by=who())
    own = {} if agent else installation.ask("status")["modes"]
    if printer.result({**result, **({} if agent else {"agents": own})}):
        return
    named = agent or ("every agent without a mode of its own" if own else "all agents")
    printer.line(f"{named}: {result['before']} -> {result['after']}", "green" if word == "enforce" else "yellow")
    for name, one in own.items():
        printer.line(
            f"{name} keeps its own mode: {one}."
            + (f" To change it: handrail mode {word} --agent {name}" if one != word else ""),
            "yellow" if one != word else "dim",
        )


@click.command()
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.pass_obj
def dashboard(installation: Installation, no_browser: bool) -> None:
    """Open the dashboard with a one-time login address (valid for 60 seconds)."""
    open_dashboard(installation, not no_browser and sys.stdout.isatty())


def open_dashboard(installation: Installation, browser: bool, page: str = "") -> str:
    """Print a one-time address of the dashboard, which leads to `page` of it, and return it; `browser` opens it as well."""
    installation.ask("ping")
    port = load_settings(installation.paths.config_file).web.port
    url = login_url(port, create_token(installation.paths.web_token, time.time()), page)
    click.echo(url)
    if sys.stdout.isatty():
        click.echo(f"Opens once, within {VALID_SECONDS} seconds.")
    if browser:
        webbrowser.open(unseen(url, installation.paths.run / PAGE))
    return url


@click.command()
@json_option
@click.pass_obj
def config(installation: Installation, printer: Printer) -> None:
    """Print every setting: its value here, and what it means. The file is config.yaml."""
    settings = load_settings(installation.paths.config_file)
    rows = list(_setting_rows(settings, type(settings), ""))
    if not printer.result({"file": str(installation.paths.config_file), "settings": [dict(zip(("key", "value", "help"), row, strict=True)) for row in rows]}):
        printer.line(str(installation.paths.config_file), "bold")
        printer.table(("SETTING", "VALUE", "MEANING"), ((key, _as_written(value), meaning) for key, value, meaning in rows), "")


def _as_written(value: object) -> str:
    """A value as it may stand in config.yaml: a word as it is, everything else in YAML's short form."""
    return value if isinstance(value, str) else msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _setting_rows(value: Any, kind: type[msgspec.Struct], prefix: str) -> Any:
    facts = msgspec.inspect.type_info(kind)
    assert isinstance(facts, msgspec.inspect.StructType)
    for field in facts.fields:
        inner = getattr(value, field.name)
        if isinstance(inner, msgspec.Struct):
            yield from _setting_rows(inner, type(inner), f"{prefix}{field.encode_name}.")
        else:
            meaning = (field.type.extra_json_schema or {}).get("description", "") if isinstance(field.type, msgspec.inspect.Metadata) else ""
            yield f"{prefix}{field.encode_name}", msgspec.to_builtins(inner), meaning


@click.group()
def service() -> None:
    """The background service: systemd user unit, launchd agent, or a supervised background process.

    \b
    Examples:
      handrail service status
      handrail service restart
      handrail service install
    """


@service.command("status")
@json_option
@click.pass_obj
def service_status(installation: Installation, printer: Printer) -> None:
    """Show whether the service is registered and runs."""
    found = _service(installation).status()
    state = (Standing.RUNNING if found.running else Standing.STOPPED).value
    if not printer.result({"state": state, **msgspec.to_builtins(found)}):
        printer.facts([("kind", found.kind), ("state", state),
                       ("installed", "yes" if found.installed else "no"), ("detail", found.detail)])
    if not found.running:
        raise SystemExit(1)


@service.command("start")
@json_option
@click.pass_obj
def service_start(installation: Installation, printer: Printer) -> None:
    """Start the service and wait until the sensor answers."""
    _service(installation).start()
    _say_running(installation, printer)


@service.command("stop")
@json_option
@click.pass_obj
def service_stop(installation: Installation, printer: Printer) -> None:
    """Stop the service. Hooks then use their small safety core, and start it again when an agent works."""
    _service(installation).stop()
    if not printer.result({"running": False}):
        printer.line("stopped")


@service.command("restart")
@json_option
@click.pass_obj
def service_restart(installation: Installation, printer: Printer) -> None:
    """Stop the service, then start it."""
    _service(installation).restart()
    _say_running(installation, printer)


@service.command("install")
@json_option
@click.pass_obj
def service_install(installation: Installation, printer: Printer) -> None:
    """Register the service, so that it starts with your next logins."""
    files = [str(file) for file in _service(installation).install()]
    if not printer.result({"installed": True, "files": files}):
        for file in files:
            printer.line(f"wrote {file}")
        if not files:
            printer.line("Nothing to register: it runs in the background, and the next call of an agent starts it after a restart of the machine. "
                         "Where there is systemd or launchd: run install.sh again, without --no-service.")


@service.command("remove")
@json_option
@click.pass_obj
def service_remove(installation: Installation, printer: Printer) -> None:
    """Stop the service and take its registration away; the installation stays."""
    _service(installation).remove()
    if not printer.result({"installed": False, "running": False}):
        printer.line("removed")


def _say_running(installation: Installation, printer: Printer) -> None:
    seconds = wait_until_answering(installation.paths.socket, START_SECONDS)
    if not printer.result({"running": True, "seconds": round(seconds, 3)}):
        printer.line(f"running, answered after {seconds:.2f} s")


def _service(installation: Installation) -> Service:
    return service_for(installation.paths, Path.home())
