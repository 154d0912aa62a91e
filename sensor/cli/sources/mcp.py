"""`handrail mcp`: lead MCP servers through the proxy, and see and accept what they offer."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hooks.settings.files import check_inside
from hooks.settings.server_entries import REMOTE, UNCLEAR, Server
from hooks.settings.servers import AGENTS, ServerPlace, ServerPlan, apply, inspect, plan_unwrapping, plan_wrapping
from sensor.cli.context import Installation, json_option, who
from sensor.cli.difference import difference
from sensor.cli.masked import masking
from sensor.cli.output import Printer
from sensor.host.files.hook_client import CONF, proxy_path, proxy_words
from sensor.model.errors import HandrailError

STATES = {REMOTE: "by its address, not through the proxy", UNCLEAR: "not understood, left alone"}


@click.group()
def mcp() -> None:
    """MCP servers: start them through the proxy, so that each of their tool calls is judged, and see what they offer.

    \b
    Examples:
      handrail mcp list
      handrail mcp wrap                       # those of Claude Code and Cursor
      handrail mcp wrap --project . --dry-run # those that this project brings
      handrail mcp unwrap
      handrail mcp tools --withheld
      handrail mcp accept weather get_forecast
    """


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Whose settings are meant."""
    command = click.option("--project", type=click.Path(path_type=Path, file_okay=False, exists=True),
                           help="The servers that this folder brings instead of the user's.")(command)
    return click.option("--agent", "agents", multiple=True, type=click.Choice(AGENTS), help="Only this agent.")(command)


@mcp.command(context_settings={"ignore_unknown_options": True})
@click.option("--server", default="", help="Name of the server in rules and in the log (default: the name of the program).")
@click.option("--agent", default="", help="Agent that the calls come from (default: claude-code below it, else unknown).")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def proxy(installation: Installation, server: str, agent: str, command: tuple[str, ...]) -> None:
    """Run one MCP server behind the proxy: for clients that `wrap` does not know.

    \b
    Example, and the same as an entry of such a client:
      handrail mcp proxy --server files -- npx -y files-server@1.2.0 ~/notes
      "files": {"command": "handrail", "args": ["mcp", "proxy", "--server",
      "files", "--", "npx", "-y", "files-server@1.2.0", "/home/me/notes"]}
    """
    if not (installation.paths.bin / CONF).exists():
        raise HandrailError(f"There is no {installation.paths.bin / CONF}", next_step="Run install.sh, which puts it there.")
    words = [*proxy_words(installation.paths), *(("--agent", agent) if agent else ()), *(("--server", server) if server else ()), "--", *command]
    os.execv(words[0], words)


@mcp.command()
@place_options
@click.option("--dry-run", is_flag=True, help="Show the change of each settings file; write nothing.")
@json_option
@click.pass_obj
def wrap(installation: Installation, agents: tuple[str, ...], project: Path | None, dry_run: bool, printer: Printer) -> None:
    """Start every stdio server of the agents through the proxy. Doing it again changes nothing.

    Only `command` and `args` of a server change; its name, environment, order and comments stay.
    """
    if not dry_run and not os.access(proxy_path(installation.paths), os.X_OK):
        raise HandrailError(f"There is no proxy at {proxy_path(installation.paths)}", next_step="Run install.sh, which puts it there.")
    plans = [(place, plan_wrapping(place)) for place in _places(installation, agents, project)]
    _carry_out(printer, plans, dry_run)
    if not printer.as_json and not dry_run and any(plan.change for _, plan in plans):
        printer.line("Sessions that run now keep the servers that they started; new ones use the proxy.", "dim")


@mcp.command()
@place_options
@click.option("--dry-run", is_flag=True, help="Show the change of each settings file; write nothing.")
@json_option
@click.pass_obj
def unwrap(installation: Installation, agents: tuple[str, ...], project: Path | None, dry_run: bool, printer: Printer) -> None:
    """Start the servers on their own again."""
    places = _places(installation, agents, project)
    _carry_out(printer, [(place, plan_unwrapping(place.file, place.state, place.proxy)) for place in places], dry_run)


def _carry_out(printer: Printer, plans: list[tuple[ServerPlace, ServerPlan]], dry_run: bool) -> None:
    done = []
    for place, plan in plans:
        if not dry_run:
            apply(plan)
        shown = difference(plan.file.path, plan.file.data, plan.after)
        done.append({
            "agent": place.agent, "file": str(plan.file.path), "changed": plan.change and not dry_run,
            "servers": _facts(plan.servers), "difference": shown,
        })
        if not printer.as_json:
            through = sum(server.wrapped for server in plan.servers)
            word = "would be" if dry_run and plan.change else "changed:" if plan.change else "unchanged:"
            printer.line(f"{place.agent}: {plan.file.path}: {word} {through} of {len(plan.servers)} servers through the proxy", "green" if plan.change else "")
            if dry_run and shown:
                printer.line(shown, "dim")
    printer.result({"files": done})


@mcp.command("list")
@place_options
@json_option
@click.pass_obj
def list_servers(installation: Installation, agents: tuple[str, ...], project: Path | None, printer: Printer) -> None:
    """Which MCP servers the agents have, and which of them are started through the proxy. Secrets in their arguments are not shown."""
    states = [inspect(place) for place in _places(installation, agents, project)]
    files = [
        {"agent": state.agent, "file": str(state.file), "problem": state.problem, "servers": _facts(state.servers)}
        for state in states
    ]
    if printer.result({"files": files}):
        return
    rows = [(state.agent, server.name, server.scope or "all", _word(server), " ".join(_shown(server))) for state in states for server in state.servers]
    printer.table(("AGENT", "SERVER", "PROJECT", "PROXY", "COMMAND"), rows, "No MCP server is set up for these agents.")
    for state in states:
        if state.problem:
            printer.line(f"{state.agent}: {state.problem}", "yellow")


@mcp.command()
@click.option("--withheld", is_flag=True, help="Only tools that wait for your look.")
@json_option
@click.pass_obj
def tools(installation: Installation, withheld: bool, printer: Printer) -> None:
    """The tools that servers behind the proxy have offered, as they are pinned; which are withheld, and why.

    A server's instructions, prompts and resources stand beside them as @instructions, @prompt/NAME and @resource/URI."""
    found = [one for one in installation.ask("mcp.tools")["tools"] if one["withheld"] or not withheld]
    if printer.result({"tools": found}):
        return
    rows = [(one["agent"], one["server"], one["tool"], f"withheld ({one['withheld']})" if one["withheld"] else "accepted", one["seen"][:12]) for one in found]
    printer.table(("AGENT", "SERVER", "TOOL", "STATE", "DEFINITION"), rows,
                  "No tool is withheld." if withheld else "No server behind the proxy has offered a tool yet.")
    if any(one["withheld"] for one in found):
        printer.line("What each definition says: handrail events --tool mcp --search NAME, then handrail show ID.", "dim")


@mcp.command()
@click.argument("server")
@click.argument("tool", default="")
@click.option("--definition", default="", help="Only the one that you looked at: how it begins in the last column of `handrail mcp tools`.")
@json_option
@click.pass_obj
def accept(installation: Installation, server: str, tool: str, definition: str, printer: Printer) -> None:
    """Accept the definition of a withheld TOOL of SERVER as it is now (default: of every withheld tool). Look at it first.

    A server may show another one between your look and your word; --definition makes sure."""
    done = installation.ask("mcp.accept", server=server, tool=tool, definition=definition, by=who())
    if not printer.result(done):
        for one in done["accepted"]:
            printer.line(f"accepted: {one['tool']} of {one['server']}", "green")
        printer.line("Clients see it when they list the tools again, usually in a new session.", "dim")


def _word(server: Server) -> str:
    return "yes" if server.wrapped else STATES.get(server.kind, "no")


def _facts(servers: tuple[Server, ...]) -> list[dict[str, object]]:
    return [{"name": one.name, "project": one.scope, "kind": one.kind, "wrapped": one.wrapped, "command": _shown(one)} for one in servers]


def _shown(server: Server) -> list[str]:
    """The words of its command without secrets; what a word is, the one before it may say."""
    mask, shown = masking(), []
    for before, word in zip(("", *server.command), server.command, strict=False):
        both = mask(f"{before} {word}")
        shown.append(both.removeprefix(f"{before} ") if both.startswith(f"{before} ") else mask(word))
    return shown


def _places(installation: Installation, agents: tuple[str, ...], project: Path | None) -> list[ServerPlace]:
    folder = Path(os.path.abspath(project)) if project is not None else None
    places = [
        ServerPlace(agent=agent, home=Path.home(), state=installation.paths.state, proxy=proxy_path(installation.paths), project=folder,
                    environment=dict(os.environ))
        for agent in agents or AGENTS
    ]
    if folder is not None:
        for place in places:
            check_inside(place.file, folder)
    return places
