"""`handrail quarantine`: the queue of held calls, and a person's answer."""

from __future__ import annotations

import shlex
import time
from typing import Any

import click

from sensor.cli.completing import held_calls
from sensor.cli.context import Installation, json_option, who
from sensor.cli.installation.service import open_dashboard
from sensor.cli.output import Printer, confirmed, visible
from sensor.cli.questions.watch import watch
from sensor.cli.questions.watch_screen import first_line
from sensor.host.machine import desktop
from sensor.model.errors import Declined
from sensor.model.held import MAX_DAYS, PAST
from sensor.model.names import TEST_CALL
from sensor.model.verdicts import Verdict


@click.group()
def quarantine() -> None:
    """Calls that wait for a person.

    \b
    Examples:
      handrail quarantine watch
      handrail quarantine list
      handrail quarantine show Q7K2M9
      handrail quarantine approve Q7K2M9 --reason "my own branch"
      handrail quarantine reject Q7K2M9 --reason "not on a Friday"
      handrail quarantine allow Q7K2M9 --days 7 --reason "how we publish"
      handrail quarantine revoke A1B2C3
    """


quarantine.add_command(watch)


@quarantine.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was decided or expired, and what is allowed for longer.")
@json_option
@click.pass_obj
def list_calls(installation: Installation, everything: bool, printer: Printer) -> None:
    """List the calls that wait."""
    result = installation.ask("quarantine.list", **({} if everything else {"state": "pending"}))
    if printer.result(result):
        return
    state = ("STATE",) if everything else ()  # else all of them wait
    printer.table(
        ("ID", *state, "VERDICT", "AGE", "AGENT", "TOOL", "RULE", "CALL"),
        (
            (
                c["id"],
                *(c["state"] for _ in state),
                _verdict(c).word,
                _age(c["created"]),
                c["agent"],
                c["tool"],
                c["rule"],
                f"{TEST_CALL}: " * c["test_call"] + _first_line(c),
            )
            for c in result["calls"]
        ),
        "Nothing waits. Held calls appear here and in the dashboard.",
    )
    if everything and result.get("allowances"):
        printer.line("Allowed here", "bold")
        printer.table(("ID", "UNTIL", "AGENT", "BY", "CALL", "WHY"), (
            (one["id"], one["expires"], one["agent"], one["by"], one["call"][:120], one["reason"]) for one in result["allowances"]), "")


@quarantine.command()
@click.argument("call_id", metavar="ID", shell_complete=held_calls)
@json_option
@click.pass_obj
def show(installation: Installation, call_id: str, printer: Printer) -> None:
    """Show one held call in full."""
    call = installation.ask("quarantine.show", id=call_id)
    if printer.result(call):
        return
    printer.facts(
        [
            ("id", call["id"]),
            ("state", call["state"]),
            ("verdict", _verdict(call).word + f", {PAST}" * (_verdict(call) is Verdict.BLOCK)),
            ("agent", call["agent"]),
            ("session", call["session"] + f" ({TEST_CALL})" * call["test_call"]),
            ("tool", call["tool"]),
            ("rule", call["rule"]),
            ("why", call["reason"]),
            ("asked", f"{call['asked']} time{'s' * (call['asked'] != 1)}, first {_age(call['created'])} ago"),
            *((label, text) for label, text in call["lines"]),
            *([("decided by", call["decided_by"])] if call["decided_by"] else []),
        ]
    )


@quarantine.command()
@click.argument("call_id", metavar="ID", shell_complete=held_calls)
@click.option("--scope", type=click.Choice(["once", "session"]), default="once", show_default=True, help="How often the same call may pass.")
@click.option("--reason", default="", help="Why; kept in the log.")
@json_option
@click.pass_obj
def approve(installation: Installation, call_id: str, scope: str, reason: str, printer: Printer) -> None:
    """Let a held call through: the agent's next identical call passes.

    \b
    Examples:
      handrail quarantine approve Q7K2M9 --reason "my own branch"
      handrail approve Q7K2M9 --scope session
    """
    call = installation.ask("quarantine.approve", id=call_id, scope=scope, reason=reason, by=who())
    if not printer.result(call):
        printer.line(f"Approved {call['id']}. The agent's next identical call in this session passes "
                     f"{'once' if scope == 'once' else 'until the session ends'}, within 10 minutes.", "green")


@quarantine.command()
@click.argument("call_id", metavar="ID", shell_complete=held_calls)
@click.option("--reason", default="", help="Why, or what to do instead; kept in the log and told to the agent.")
@json_option
@click.pass_obj
def reject(installation: Installation, call_id: str, reason: str, printer: Printer) -> None:
    """Refuse a held call. For ten minutes each repetition is refused without a question; `approve` takes the refusal back."""
    call = installation.ask("quarantine.reject", id=call_id, reason=reason, by=who())
    if not printer.result(call):
        printer.line(f"Rejected {call['id']}.", "red")


@quarantine.command()
@click.argument("call_id", metavar="ID", shell_complete=held_calls)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, MAX_DAYS), help="For how many days.")
@click.option("--reason", required=True, help="Why this call is always right here; kept in the log.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@json_option
@click.pass_obj
def allow(installation: Installation, call_id: str, days: int, reason: str, yes: bool, printer: Printer) -> None:
    """Always allow exactly this call in this folder, in every session of its agent, for some days."""
    if not yes:
        call = installation.ask("quarantine.show", id=call_id)
        printer.facts([("agent", call["agent"]), ("rule", call["rule"]), *((label, text) for label, text in call["lines"])])
        if not confirmed(
            f"Let exactly this call pass without a question for {days} days?",
            f"handrail quarantine allow {call['id']} --yes --days {days} --reason {shlex.quote(reason)}",
        ):
            raise Declined("Nothing was changed.")
    made = installation.ask("quarantine.allow", id=call_id, days=days, reason=reason, by=who())
    if not printer.result(made):
        printer.line(f"Allowed as {made['id']} until {made['expires']}. To take it back: handrail quarantine revoke {made['id']}", "green")


@quarantine.command()
@click.argument("allowance_id", metavar="ID")
@json_option
@click.pass_obj
def revoke(installation: Installation, allowance_id: str, printer: Printer) -> None:
    """Take an allowance back: the call is asked about again."""
    gone = installation.ask("quarantine.revoke", id=allowance_id, by=who())
    if not printer.result(gone):
        printer.line(f"{gone['id']} is revoked.", "red")


@quarantine.command(hidden=True)
@click.argument("call_id", metavar="ID", shell_complete=held_calls)
@click.pass_obj
def notice(installation: Installation, call_id: str) -> None:
    """Show a held call on the desktop, with buttons to refuse it and to look at it. The sensor starts this."""
    waiting = installation.ask("quarantine.list", state="pending")["calls"]
    call = next((one for one in waiting if one["id"] == call_id), None)
    if call is None:
        return  # decided before it could be shown
    did, more = "stopped" if _verdict(call) is Verdict.BLOCK else "holds", f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    title = f"Handrail {did} a call of {call['agent']}{more}"
    said = desktop.answer(desktop.Notice(title=title, text=f"{visible(_first_line(call))}\n{call['reason']}"))
    if said == desktop.REFUSE:
        installation.ask("quarantine.reject", id=call["id"], reason="refused in the notification", by=f"{who()} (desktop)")
    elif said == desktop.LOOK:
        url = open_dashboard(installation, False, f"/quarantine/{call['id']}")
        desktop.open_page(desktop.unseen(url, installation.paths.run / desktop.PAGE))


def _verdict(call: dict[str, Any]) -> Verdict:
    return Verdict.BLOCK if call.get("blocked") else Verdict.QUARANTINE


def _age(created: float) -> str:
    seconds = max(0, int(time.time() - created))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _first_line(call: dict[str, Any]) -> str:
    return first_line(call["lines"])[:120]
