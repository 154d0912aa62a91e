"""`handrail agent`: keys of agents, and suspension."""

from __future__ import annotations

import datetime

import click
import msgspec

from sensor.access.keyring import Keyring, PublicKey
from sensor.cli.context import Installation, json_option, who
from sensor.cli.output import Printer
from sensor.settings import load_settings


@click.group()
def agent() -> None:
    """Agents: keys to sign requests with, and suspension.

    \b
    Examples:
      handrail agent list
      handrail agent suspend cursor
      handrail agent create ci
    """


@agent.command("list")
@json_option
@click.pass_obj
def list_agents(installation: Installation, printer: Printer) -> None:
    """List keys and suspended agents."""
    keys = _ring(installation).all()
    suspended = load_settings(installation.paths.config_file).suspended
    if printer.result({"keys": [msgspec.to_builtins(key) for key in keys], "suspended": list(suspended)}):
        return
    printer.table(("AGENT", "KEY", "SINCE", "STATE"), (
        *((key.name, key.fingerprint[:16], _day(key.created), "suspended" if key.name in suspended else "active") for key in keys),
        *((name, "no key", "", "suspended") for name in suspended if name not in {key.name for key in keys})), "No agent has a key, and none is suspended.")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def create(installation: Installation, name: str, printer: Printer) -> None:
    """Make a key for an agent; it signs requests on the HTTP door with it."""
    _told(printer, _ring(installation).create(name), "made")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def rotate(installation: Installation, name: str, printer: Printer) -> None:
    """Replace the key of an agent. The old one counts no more from now on."""
    _told(printer, _ring(installation).rotate(name), "made")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def revoke(installation: Installation, name: str, printer: Printer) -> None:
    """Revoke the key of an agent."""
    _told(printer, _ring(installation).revoke(name), "revoked")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def suspend(installation: Installation, name: str, printer: Printer) -> None:
    """Refuse every call of an agent from now on."""
    result = installation.ask("agent.suspend", agent=name, by=who())
    if not printer.result(result):
        printer.line(f"{name} is suspended: every call is refused until `handrail agent resume {name}`.", "yellow")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def resume(installation: Installation, name: str, printer: Printer) -> None:
    """Let a suspended agent work again."""
    result = installation.ask("agent.resume", agent=name, by=who())
    if not printer.result(result):
        printer.line(f"{name} works again.", "green")


def _ring(installation: Installation) -> Keyring:
    return Keyring(installation.paths.keys / "agents")


def _told(printer: Printer, key: PublicKey, what: str) -> None:
    if not printer.result({"key": msgspec.to_builtins(key), "state": what}):
        printer.line(f"Key {key.fingerprint[:16]} of {key.name} {what}.", "green")


def _day(created: float) -> str:
    return datetime.datetime.fromtimestamp(created, datetime.timezone.utc).date().isoformat() if created else ""
