"""`handrail agent`: keys of agents, suspension, and what they use."""

from __future__ import annotations

import datetime
from typing import Any

import click
import msgspec

from sensor.access.keyring import Keyring, PublicKey
from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option, who
from sensor.cli.health.status import has_used
from sensor.cli.output import Printer
from sensor.settings import load_settings

MAX_SHOWN = 20


@click.group()
def agent() -> None:
    """Agents: keys to sign requests with, and suspension.

    \b
    Examples:
      handrail agent list
      handrail agent suspend cursor
      handrail agent resume cursor
      handrail agent create ci
      handrail agent rotate ci
      handrail agent revoke ci
      handrail agent usage
      handrail agent lift claude-code
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
    check_agent(installation, name)
    result = installation.ask("agent.suspend", agent=name, by=who())
    if not printer.result(result):
        printer.line(f"{name} is suspended: every call is refused until `handrail agent resume {name}`.", "yellow")


@agent.command()
@click.argument("name")
@json_option
@click.pass_obj
def resume(installation: Installation, name: str, printer: Printer) -> None:
    """Let a suspended agent work again."""
    check_agent(installation, name)
    result = installation.ask("agent.resume", agent=name, by=who())
    if not printer.result(result):
        printer.line(f"{name} works again.", "green")


@agent.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def usage(installation: Installation, name: str | None, printer: Printer) -> None:
    """What agents used today (UTC): calls, CPU seconds, tokens, money, and their budgets. Tokens are known from agents that report them.

    Calls of `handrail demo` and of the self-test are left out; a budget counts them all the same.
    """
    if name is not None:
        check_agent(installation, name)
    found = installation.ask("usage.list")
    agents, sessions = ([row for row in found[key] if name in (None, row["agent"])] for key in ("agents", "sessions"))
    if printer.result({**found, "agents": agents, "sessions": sessions}):
        return
    rows = ((row["agent"], *_sums(row), "lifted for today" if row["lifted"] else "; ".join(map(_limit, row["limits"]))) for row in agents if has_used(row))
    printer.table(("AGENT", "CALLS", "CPU S", "REQUESTS", "TOKENS", "FROM CACHE", "MONEY", "BUDGET"), rows, "Nothing was used today.")
    shown = [row for row in sessions if has_used(row)][:MAX_SHOWN]
    if shown:
        printer.line()
        printer.line("By session, the latest first", "bold")
        printer.table(("AGENT", "SESSION", "CALLS", "CPU S", "REQUESTS", "TOKENS", "FROM CACHE", "MONEY"),
                      ((row["agent"], row["session"][:36], *_sums(row)) for row in shown), "")
    unpriced = sum(row["unpriced_tokens"] for row in agents)
    if unpriced:
        printer.line(f"{unpriced:,} tokens are of models without a price (`prices` in config.yaml).", "dim")


@agent.command()
@click.argument("name", required=False)
@click.option("--all", "everybody", is_flag=True, help="The budget that all agents share.")
@json_option
@click.pass_obj
def lift(installation: Installation, name: str | None, everybody: bool, printer: Printer) -> None:
    """Let an agent work on today although its budget is used up."""
    if bool(name) == everybody:
        raise click.UsageError("name an agent, or --all")
    if name:
        check_agent(installation, name)
    result = installation.ask("budget.lift", agent="*" if everybody else name, by=who())
    if not printer.result(result):
        printer.line(f"The budget of {'all agents' if everybody else name} does not hold today ({result['day']}, UTC).", "yellow")


def _sums(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"{row['calls'] - row['test_calls']:,}", f"{row['cpu_seconds']:,.1f}", f"{row['requests']:,}", f"{row['tokens']:,}", f"{row['from_cache']:,}",
        f"{row['money']:.2f}" if row["money"] else "",
    )


def _limit(line: dict[str, Any]) -> str:
    return f"{'all: ' if line['who'] == '*' else ''}{line['what']} {line['used']:,.10g} of {line['limit']:,.10g}"


def _ring(installation: Installation) -> Keyring:
    return Keyring(installation.paths.keys / "agents")


def _told(printer: Printer, key: PublicKey, what: str) -> None:
    if not printer.result({"key": msgspec.to_builtins(key), "state": what}):
        printer.line(f"Key {key.fingerprint[:16]} of {key.name} {what}.", "green")


def _day(created: float) -> str:
    return datetime.datetime.fromtimestamp(created, datetime.timezone.utc).date().isoformat() if created else ""
