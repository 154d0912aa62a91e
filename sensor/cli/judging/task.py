"""`handrail task`: task keys - short-lived rights in the sensor's memory - and what each session may do."""

from __future__ import annotations

from typing import Any

import click
import msgspec
from nacl import bindings

from sensor.access.scopes import WIDE, Scope
from sensor.access.tasks import DEFAULT_TTL, MAX_TTL, proof_message
from sensor.cli.context import Installation, json_option, who
from sensor.cli.durations import Seconds
from sensor.cli.output import Printer


@click.group()
def task() -> None:
    """Task keys. Every session of an agent has one by itself; ending it stops the session.

    \b
    Examples:
      handrail task list
      handrail task end T1A2B3C4
      handrail task start nightly --agent ci --tools shell,Read --ttl 30m --json
    """


@task.command("list")
@json_option
@click.pass_obj
def list_keys(installation: Installation, printer: Printer) -> None:
    """List living keys and what they allow."""
    found = installation.ask("task.list")
    if printer.result(found):
        return
    rows = (
        (key["id"], key["task"], key["agent"], "its session" if key["holder"] == "session" else key["holder"][:12],
         _left(key["seconds_left"]), _scope(key["scope"]))
        for key in found["keys"])
    printer.table(("ID", "TASK", "AGENT", "HELD BY", "LEFT", "SCOPE"), rows, "No task key lives now.")


@task.command()
@click.argument("name")
@click.option("--agent", default="local", show_default=True, help="Agent that works on the task.")
@click.option("--ttl", default=f"{DEFAULT_TTL // 60}m", show_default=True, type=Seconds(MAX_TTL), help="How long: 90s, 15m, 2h (at most 4h).")
@click.option("--tools", default="*", show_default=True, help="Tools, with commas.")
@click.option("--reads", default="*", show_default=True, help="Paths that may be read.")
@click.option("--writes", default="@repo,@temp", show_default=True, help="Paths that may be changed.")
@click.option("--hosts", default="", help="Hosts that may be reached. Default: none.")
@click.option("--servers", default="", help="MCP servers. Default: none.")
@click.option("--max-calls", default=WIDE.max_calls, type=click.IntRange(0), help="Number of calls.")
@json_option
@click.pass_obj
def start(installation: Installation, name: str, agent: str, ttl: int, max_calls: int, printer: Printer, **axes: str) -> None:
    """Start a task key. The private half is printed once, and kept nowhere."""
    public, secret = bindings.crypto_sign_keypair()
    proof = bindings.crypto_sign(proof_message(name, agent), secret)[:64].hex()
    scope = Scope(max_calls=max_calls, **{axis: tuple(sorted({word.strip() for word in text.split(",") if word.strip()})) for axis, text in axes.items()})
    key = installation.ask("task.start", task=name, agent=agent, holder=public.hex(), proof=proof, ttl=ttl, scope=msgspec.to_builtins(scope), by=who())
    if printer.result({**key, "private": secret[:32].hex()}):
        return
    printer.facts([("id", key["id"]), ("private", secret[:32].hex()), ("left", _left(key["seconds_left"])), ("scope", _scope(key["scope"]))])
    printer.line("Send X-Handrail-Task with the id, and X-Handrail-Proof signed with the private half; see docs/access.md.", "dim")


@task.command()
@click.argument("name", metavar="ID|TASK")
@json_option
@click.pass_obj
def end(installation: Installation, name: str, printer: Printer) -> None:
    """End a key, or every key of a task. A session whose key is ended can do nothing more."""
    result = installation.ask("task.end", name=name, by=who())
    if not printer.result(result):
        printer.line(f"Ended {', '.join(result['ended'])}.", "green")


def _left(seconds: int) -> str:
    return f"{seconds // 3600} h {seconds % 3600 // 60} min" if seconds >= 3600 else f"{seconds // 60} min {seconds % 60} s"


def _scope(scope: dict[str, Any]) -> str:
    parts = [f"{axis}: {', '.join(scope[axis])}" for axis in ("tools", "reads", "writes", "hosts", "servers") if tuple(scope[axis]) not in ((), ("*",))]
    closed = [axis for axis in ("tools", "reads", "writes", "hosts", "servers") if not scope[axis]]
    return "; ".join(parts + ([f"no {', '.join(closed)}"] if closed else [])) or "everything its agent may"
