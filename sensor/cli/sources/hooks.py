"""`handrail hooks`: connect agents, disconnect them, and see which are connected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from hooks.discover import FoundAgent, find_agents, look_for
from hooks.safety_core import CORE_FILE, render_safety_core
from hooks.settings.connection import Place, Status, apply, disconnect, inspect, plan_connection
from hooks.settings.formats import FORMATS, Scope
from sensor.cli.context import Installation, json_option, who
from sensor.cli.difference import difference
from sensor.cli.output import Printer, counted, from_home, visible
from sensor.host.checks.agents import other_places
from sensor.host.files.hook_client import client_path
from sensor.model.errors import HandrailError, UsageError
from sensor.model.verdicts import Mode
from sensor.policy.load import load_rules
from sensor.settings import load_settings
from sensor.watching.facts import ForeignEntry, unknown_entries

NEXT = {
    "claude-code": "Running sessions of Claude Code take it over by themselves.",
    "cursor": "Running Cursor windows take it over by themselves; see Settings, Hooks.",
}
SHOW = "Show the entries with --dry-run, and give them to whoever manages this machine."


@click.group()
def hooks() -> None:
    """Hooks: connect coding agents to Handrail, so that every tool call is judged before it runs.

    \b
    Examples:
      handrail hooks status
      handrail hooks install                  # every agent that is found
      handrail hooks install cursor --dry-run
      handrail hooks install claude-code --scope project
      handrail hooks uninstall claude-code
      handrail hooks accept --list
      handrail hooks accept claude-code
    """


def agents_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Agents as arguments or as `--agent`."""
    command = click.option("--agent", "more", multiple=True, metavar="AGENT", help="The same as naming the agent.")(command)
    return click.argument("agents", nargs=-1, metavar="[AGENT]...")(command)


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--scope` and `--project`."""
    command = click.option("--project", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="DIR",
                           help="The project of --scope project; default: the current folder.")(command)
    return click.option("--scope", type=click.Choice([scope.value for scope in Scope]), default=Scope.USER.value, show_default=True,
                        help="Settings of the user, of one project, or of the machine (needs root).")(command)


@hooks.command()
@agents_argument
@scope_options
@click.option("--dry-run", is_flag=True, help="Show the change of each settings file; write nothing.")
@json_option
@click.pass_obj
def install(installation: Installation, agents: tuple[str, ...], more: tuple[str, ...], scope: str, project: Path | None,
            dry_run: bool, printer: Printer) -> None:
    """Put Handrail's hooks into the settings of agents (default: those that are found).

    Entries of others, their order and comments stay. Doing it again brings the entries up to date. An agent adds up
    the hooks of all scopes; an action that is reported twice is judged and recorded once.
    """
    if scope == Scope.MANAGED.value and not dry_run and os.geteuid() != 0:
        raise HandrailError("The settings of the machine belong to root", next_step=SHOW)
    found, client = _chosen(agents + more), client_path(installation.paths)
    if not found:
        step = f"Install one, then run this again; or name one that is not seen: handrail hooks install {' | '.join(FORMATS)}"
        raise HandrailError("No coding agent was found", next_step=step)
    if not dry_run and not os.access(client, os.X_OK):
        raise HandrailError(f"There is no hook client at {client}", next_step="Run install.sh, which puts it there.")
    if scope == Scope.MANAGED.value and not dry_run and client.stat().st_uid != 0:
        raise HandrailError(f"{client} belongs to another user, and the settings of the machine would make root run it", next_step=SHOW)
    _each(printer, found, lambda agent: _install(installation, _place(installation, agent.agent, scope, project), agent, dry_run, printer))


def _install(installation: Installation, place: Place, agent: FoundAgent, dry_run: bool, printer: Printer) -> dict[str, object]:
    mode = load_settings(installation.paths.config_file).mode_of(agent.agent)
    plan = plan_connection(place, agent.version, mode is Mode.ENFORCE)
    shown = difference(plan.file.path, plan.file.data, plan.after)
    if not dry_run:
        apply(plan)
    if not printer.as_json:
        done = "is already connected, nothing would change" if dry_run and not plan.change else "would be connected" if dry_run else "connected"
        of = f" of {agent.version_text}" if agent.version else " (its version is not known)"
        printer.line(f"{agent.agent}: {done}, {counted(len(plan.events), 'event')}{of}, in {from_home(str(plan.file.path))}", "green")
        if plan.change or not dry_run:
            printer.line(shown if dry_run else NEXT.get(agent.agent, ""), "dim")
    return {
        "agent": agent.agent,
        "scope": place.scope.value,
        "file": str(plan.file.path),
        "events": plan.events,
        "changed": plan.change and not dry_run,
        "difference": shown,
    }


@hooks.command()
@agents_argument
@scope_options
@json_option
@click.pass_obj
def uninstall(installation: Installation, agents: tuple[str, ...], more: tuple[str, ...], scope: str, project: Path | None, printer: Printer) -> None:
    """Take Handrail's hooks out again (default: of every agent). The files become what they were."""

    def remove(agent: FoundAgent) -> dict[str, object]:
        removal = disconnect(_place(installation, agent.agent, scope, project))
        if not printer.as_json:
            printer.line(f"{agent.agent}: {removal.outcome} ({removal.file})")
        return {"agent": agent.agent, "scope": scope, "file": str(removal.file), "outcome": removal.outcome}

    _each(printer, _chosen(agents + more or tuple(FORMATS)), remove)


@hooks.command()
@agents_argument
@json_option
@click.pass_obj
def status(installation: Installation, agents: tuple[str, ...], more: tuple[str, ...], printer: Printer) -> None:
    """Which agents there are, and whether each reports to Handrail. Exit code 1 when one that is found does not.

    Settings of projects and of the machine are shown where hooks were installed into them.
    """
    found = _chosen(agents + more or tuple(FORMATS))
    states = [(agent, inspect(place, agent.version)) for agent in found for place in (
        _place(installation, agent.agent), *(other for other in other_places(installation.paths, Path.home()) if other.agent == agent.agent))]
    if not printer.result({"agents": [_facts(agent, state) for agent, state in states]}):
        printer.table(
            ("AGENT", "VERSION", "HOOKS", "EVENTS", "OTHERS", "SETTINGS"), [_row(agent, state) for agent, state in states], "")
        for agent, state in states:
            for line in _remarks(agent, state):
                printer.line(line, "yellow")
    if any(_is_there(agent) and not state.connected for agent, state in states):
        raise SystemExit(1)


def _facts(agent: FoundAgent, state: Status) -> dict[str, object]:
    return {
        "agent": agent.agent, "found": _is_there(agent), "program": agent.program, "version": ".".join(map(str, agent.version)), "file": str(state.file),
        "connected": state.connected, "events": sorted(state.commands), "missing": state.missing, "others": state.foreign, "problem": state.problem,
        "command": next(iter(state.commands.values()), ""),
    }


def _row(agent: FoundAgent, state: Status) -> tuple[str, ...]:
    word = "connected" if state.connected else "problem" if state.problem else "incomplete" if state.commands else "not connected"
    version = agent.version_text if _is_there(agent) else "not found"
    return agent.agent, version, word, str(len(state.commands)), str(state.foreign), from_home(str(state.file))


def _remarks(agent: FoundAgent, state: Status) -> list[str]:
    lines = [f"{agent.agent}: {state.problem}"] if state.problem else []
    if state.commands and state.missing:
        lines.append(f"{agent.agent}: not reported yet: {', '.join(state.missing)}. Run: handrail hooks install {agent.agent}")
    elif _is_there(agent) and not state.commands and not state.problem:
        lines.append(f"{agent.agent} works without Handrail. Connect it with: handrail hooks install {agent.agent}")
    return lines


@hooks.command()
@agents_argument
@click.option("--list", "only_list", is_flag=True, help="Show them; accept none.")
@click.option("--yes", is_flag=True, help="Do not ask about each.")
@json_option
@click.pass_obj
def accept(installation: Installation, agents: tuple[str, ...], more: tuple[str, ...], only_list: bool, yes: bool, printer: Printer) -> None:
    """Note that hook entries of other programs are known to you: nothing is told about them any more until they change.

    An entry is known by its event, matcher and every word of it. The answer is an entry of the log.
    """
    wanted = {agent.agent for agent in _chosen(agents + more)} if agents + more else set(FORMATS)
    facts = installation.ask("watch.status")["facts"] or {"hooks": []}
    client = str(client_path(installation.paths))
    found: list[ForeignEntry] = []
    for state in (one for one in facts["hooks"] if one["agent"] in wanted):
        found += unknown_entries(state["path"], state["agent"], client, {one["sha256"] for one in state["foreign"]})
    chosen = [] if only_list else found if yes or printer.as_json else [entry for entry in found if _confirm_known(entry)]
    if chosen:
        installation.ask("hooks.accept", digests=sorted({entry.sha256 for entry in chosen}), by=who())
    shown = [
        {"agent": entry.agent, "file": entry.path, "event": entry.event, "sha256": entry.sha256, "entry": entry.words,
         "accepted": entry in chosen}
        for entry in found
    ]
    if printer.result({"entries": shown}):
        return
    if only_list or not found:
        printer.table(("AGENT", "EVENT", "SHA-256", "ENTRY", "FILE"), [(one.agent, one.event, one.sha256[:12], one.words[:200], one.path) for one in found],
                      "No hook entry of another program is unknown.")
    else:
        printer.line(f"{len(chosen)} of {len(found)} hook entries are known now.", "green")


def _confirm_known(entry: ForeignEntry) -> bool:
    return click.confirm(f"{visible(entry.path)} {entry.event}: {visible(entry.words)}\nDo you know it?", default=False)


@hooks.command("safety-core", hidden=True)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when the file is stale.")
def safety_core(check: bool) -> None:
    """For developers: generate hooks/safety_core.json from the shipped rules, the patterns and the adapters."""
    content = render_safety_core(load_rules().rules)
    if CORE_FILE.read_bytes() == content:
        click.echo(f"{CORE_FILE} is up to date")
    elif check:
        raise HandrailError(f"{CORE_FILE} is stale", next_step="Run: handrail hooks safety-core")
    else:
        CORE_FILE.write_bytes(content)
        click.echo(f"wrote {CORE_FILE}")


def _chosen(names: tuple[str, ...]) -> tuple[FoundAgent, ...]:
    unknown = [name for name in names if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown agent: {', '.join(unknown)}", next_step=f"Known agents: {', '.join(FORMATS)}")
    if not names:
        return find_agents(Path.home(), os.environ)
    return tuple(look_for(name, Path.home(), os.environ) for name in dict.fromkeys(names))


def _each(printer: Printer, agents: Iterable[FoundAgent], act: Callable[[FoundAgent], dict[str, object]]) -> None:
    """Do it for every agent; one that fails does not keep the others from it."""
    done: list[dict[str, object]] = []
    failed: list[HandrailError] = []
    for agent in agents:
        try:
            done.append(act(agent))
        except HandrailError as error:
            failed.append(error)
            done.append({"agent": agent.agent, "error": error.message, "next_step": error.next_step})
    printer.result({"agents": done})
    if failed:
        raise HandrailError("\n".join(error.message for error in failed), next_step="\n".join(error.next_step for error in failed))


def _is_there(agent: FoundAgent) -> bool:
    return bool(agent.program or agent.folder)


def _place(installation: Installation, agent: str, scope: str = Scope.USER.value, project: Path | None = None) -> Place:
    return Place(
        agent=agent, home=Path.home(), state=installation.paths.state, client=client_path(installation.paths), environment=dict(os.environ),
        scope=Scope(scope), project=(project or Path()).resolve())
