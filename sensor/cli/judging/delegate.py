"""`handrail delegate`: hand a part of somebody's rights to an agent, a script or a sub-agent, for a while."""

from __future__ import annotations

import secrets
import time
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from sensor.access.delegation import (
    DEFAULT_TTL,
    MAX_DEPTH,
    MAX_TTL,
    SURFACES,
    Block,
    Chain,
    issue,
    parse_chain,
    render_chain,
)
from sensor.access.keyring import HUMAN, Keyring
from sensor.access.scopes import EVERYTHING, NOTHING, WIDE, Patterns, Scope
from sensor.cli.context import Installation, json_option, who
from sensor.cli.durations import Seconds
from sensor.cli.output import Printer
from sensor.model.errors import UsageError


@click.group(invoke_without_command=True)
@click.option("--from", "giver", default=HUMAN, show_default=True, help="Whose rights: `human`, or the agent that holds --parent.")
@click.option("--to", "holder", default="", help="Agent that gets them; its key is made when it has none.")
@click.option("--tools", default="", help="Tools by kind, name or pattern, with commas; `*` is all. Default: none.")
@click.option("--reads", default="", help="Paths that may be read: `*`, `@repo`, /folder/**.")
@click.option("--writes", default="", help="Paths that may be changed.")
@click.option("--hosts", default="", help="Hosts that may be reached: name, `*.suffix`, `*`.")
@click.option("--servers", default="", help="MCP servers.")
@click.option("--max-calls", default=WIDE.max_calls, show_default=True, type=click.IntRange(0), help="Number of calls.")
@click.option("--ttl", default=f"{DEFAULT_TTL // 60}m", show_default=True, type=Seconds(MAX_TTL), help="How long: 90s, 15m, 2h (at most 24h).")
@click.option("--max-depth", default=1, show_default=True, type=click.IntRange(0, MAX_DEPTH - 1), help="How often it may be passed on.")
@click.option("--session", default="", help="Only for this session.")
@click.option("--surface", default="*", show_default=True, type=click.Choice(SURFACES), help="Only for this door.")
@click.option("--label", default="", help="A word for people.")
@click.option("--parent", default="", help="Token to pass on, narrower.")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(["text", "json", "header"]), help="How to print the token.")
@click.pass_context
def delegate(ctx: click.Context, **options: Any) -> None:
    """Delegate rights. What is not named is not given; every hop may only narrow.

    \b
    Examples:
      handrail delegate --to ci --tools shell,Read --writes @repo --ttl 30m
      handrail delegate verify TOKEN
      handrail delegate attach TOKEN --session SESSION
      handrail delegate revoke DIGEST
    """
    if ctx.invoked_subcommand is not None:
        return
    if not options["holder"]:
        if all(ctx.get_parameter_source(name) is ParameterSource.DEFAULT for name in options):
            raise click.exceptions.NoArgsIsHelpError(ctx)
        raise click.UsageError("Missing option '--to'.")
    installation: Installation = ctx.obj
    chain = _make(installation, options)
    text = render_chain(chain)
    grant = installation.ask("delegation.verify", chain=text)
    if options["form"] == "header":
        click.echo(f"X-Handrail-Delegation: {text}")
    elif options["form"] == "json":
        Printer(True).result({"token": text, **grant})
    else:
        click.echo(text)
        printer = Printer(False)
        for line in words(grant):
            click.echo(f"# {line}", err=True)
        printer.line()


@delegate.command()
@click.argument("token")
@json_option
@click.pass_obj
def verify(installation: Installation, token: str, printer: Printer) -> None:
    """Check a token and say in words what it allows."""
    grant = installation.ask("delegation.verify", chain=token)
    if not printer.result(grant):
        for line in words(grant):
            printer.line(line)


@delegate.command()
@click.argument("token")
@click.option("--session", required=True, help="Session that from now on has only these rights.")
@json_option
@click.pass_obj
def attach(installation: Installation, token: str, session: str, printer: Printer) -> None:
    """Bind a token to a running session of an agent. Rights of a session are never exchanged for others."""
    grant = installation.ask("delegation.attach", chain=token, session=session, by=who())
    if not printer.result(grant):
        printer.line(f"Session {session} now has these rights only:", "green")
        for line in words(grant):
            printer.line(f"  {line}")


@delegate.command()
@click.argument("digest")
@json_option
@click.pass_obj
def revoke(installation: Installation, digest: str, printer: Printer) -> None:
    """Revoke one block and everything passed on from it. `delegate verify TOKEN` names the blocks."""
    result = installation.ask("delegation.revoke", digest=digest, by=who())
    if not printer.result(result):
        printer.line(f"Revoked {digest}.", "green")


@delegate.command("list")
@json_option
@click.pass_obj
def list_sessions(installation: Installation, printer: Printer) -> None:
    """Sessions that work under a delegation."""
    found = installation.ask("delegation.list")
    if printer.result(found):
        return
    rows = (
        (session, f"{grant['seconds_left']} s", str(grant["depth_left"]), " ".join(block[:12] for block in grant["blocks"]),
         ", ".join(filter(None, grant["labels"])))
        for session, grant in found["sessions"].items())
    printer.table(("SESSION", "LEFT", "DEPTH", "BLOCKS", "LABELS"), rows, "No session works under a delegation.")


def _make(installation: Installation, options: dict[str, Any]) -> Chain:
    roots, agents = Keyring(installation.paths.keys / "roots"), Keyring(installation.paths.keys / "agents")
    parent = parse_chain(options["parent"]) if options["parent"] else ()
    if not parent and options["giver"] == HUMAN and HUMAN not in {key.name for key in roots.all()}:
        roots.create(HUMAN)
    if options["holder"] not in {key.name for key in agents.all()}:
        agents.create(options["holder"])
    origin = installation.ask("delegation.list")["origin"]
    now = int(time.time())
    scope = Scope(tools=_patterns(options["tools"]), reads=_patterns(options["reads"]), writes=_patterns(options["writes"]),
                  hosts=_patterns(options["hosts"]), servers=_patterns(options["servers"]), max_calls=options["max_calls"])
    exp, depth, session = now + options["ttl"], options["max_depth"], options["session"]
    if parent:
        outer = msgspec.json.decode(parent[-1].block, type=Block)
        exp, depth, now = min(exp, outer.exp), min(depth, outer.depth_left - 1), max(now, outer.nbf)
        session = session or outer.session
        scope = msgspec.structs.replace(scope, max_calls=min(scope.max_calls, outer.scope.max_calls))
        if depth < 0:
            raise UsageError("the parent token may not be passed on (its depth is used up)")
    key = agents.secret(options["giver"]) if parent else roots.secret(options["giver"])
    block = Block(v=1, aud=origin, surface=options["surface"], scope=scope, depth_left=depth, nbf=now, exp=exp, cnf=agents.public(options["holder"]).public,
                  parent=parent[-1].digest if parent else "", session=session, label=options["label"], id=secrets.token_hex(8))
    return issue(key, block, parent)


def _patterns(text: str) -> Patterns:
    return tuple(sorted({word.strip() for word in text.split(",") if word.strip()}))


def words(grant: dict[str, Any]) -> list[str]:
    """The effective rights of a verified grant, in words."""
    lines = []
    for place, scope in enumerate(grant["scopes"]):
        said = [f"{axis} {_set(tuple(scope[axis]))}" for axis in ("tools", "reads", "writes", "hosts", "servers")]
        calls = "" if scope["max_calls"] >= WIDE.max_calls else f", at most {scope['max_calls']} calls"
        lines.append(f"hop {place + 1}{f' ({label})' if (label := grant['labels'][place]) else ''}: {'; '.join(said)}{calls}")
        lines.append(f"  block {grant['blocks'][place]}")
    bound = f"session {grant['session']}" if grant["session"] else "the first session that presents it"
    lines.append(f"valid for {grant['seconds_left']} s, on {'every door' if grant['surface'] == '*' else grant['surface']}, for {bound}; "
                 f"may be passed on {grant['depth_left']} times")
    return lines


def _set(patterns: Patterns) -> str:
    return "nothing" if patterns == NOTHING else "everything" if patterns == EVERYTHING else ", ".join(patterns)
