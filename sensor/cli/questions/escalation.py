"""`handrail escalation`: the risk that sessions have earned, term by term, and clearing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option, who
from sensor.cli.output import Printer, counted

LEVELS = ("as usual", "one level stricter", "two levels stricter")
LAST = 5  # parts of a sum in the list; the page of a session shows them all


@click.group()
def escalation() -> None:
    """Risk of sessions: the more of a session was stopped, the stricter its next calls are judged.

    A flag adds 5, a quarantine 20, a block 40, a refused end that is tried again 15. From 80 on verdicts go up one step, from 160 on two. It halves every
    30 minutes.

    \b
    Examples:
      handrail escalation list
      handrail escalation clear claude-code --session SESSION
    """


@escalation.command("list")
@json_option
@click.pass_obj
def list_sessions(installation: Installation, printer: Printer) -> None:
    """Sessions with a risk, and how it adds up."""
    found = installation.ask("escalation.list")
    if printer.result(found):
        return
    printer.table(("AGENT", "SESSION", "RISK", "JUDGED", "FROM"), (
        (one["agent"], one["session"], f"{one['score']:.0f}", LEVELS[one["level"]], "; ".join(_terms(one["terms"])))
        for one in found["sessions"]), "No session has a risk.")


def _terms(terms: list[dict[str, Any]]) -> Iterator[str]:
    """How the sum came about: the last five parts, and how many came before. What is missing between two sums has faded."""
    if len(terms) > LAST:
        yield f"{len(terms) - LAST} earlier"
    yield from (f"+{term['points']:.0f} = {term['total']:.0f} {term['why']}" for term in terms[-LAST:])


@escalation.command()
@click.argument("agent")
@click.option("--session", default="", help="Only this session.")
@json_option
@click.pass_obj
def clear(installation: Installation, agent: str, session: str, printer: Printer) -> None:
    """Forget the risk of an agent's sessions."""
    check_agent(installation, agent)
    result = installation.ask("escalation.clear", agent=agent, session=session, by=who())
    if not printer.result(result):
        none = "No session like that has a risk. See: handrail escalation list"
        printer.line(f"Cleared {counted(result['cleared'], 'session')}." if result["cleared"] else none, "green" if result["cleared"] else "dim")
