"""`handrail watch`: which files are watched, what changed, and putting our hook entries back."""

from __future__ import annotations

import datetime
from typing import Any

import click
import msgspec

from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option, who
from sensor.cli.health.status import ago
from sensor.cli.output import Printer
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, UsageError
from sensor.model.moments import clock
from sensor.model.states import Standing
from sensor.store.queries import events as event_queries
from sensor.store.queries.events import FILES, Cursor, EventFilter, EventRow
from sensor.store.reading import open_index
from sensor.watching.baseline import Baseline, Known
from sensor.watching.places import KINDS

SHOWN = 10


class _Row(Value):
    """A watched file; `changed` in microseconds."""

    path: str
    kind: str
    sha256: str
    size: int
    mode: str
    changed: int
    target: str


@click.group()
def watch() -> None:
    """Files whose change decides what agents and shells run: settings, hooks, instructions, MCP servers, start-up files, keys.

    \b
    Examples:
      handrail watch status
      handrail watch list --kind hooks
      handrail events --kind files
      handrail watch repair claude-code
    """


@watch.command()
@json_option
@click.pass_obj
def status(installation: Installation, printer: Printer) -> None:
    """How watching goes: what is watched, the last sweep, dropped events, the latest changes, and what is wrong with hooks.

    \b
    Exit codes: 0 files are watched and our hooks stand, 1 not so.
    """
    found = installation.ask("watch.status")
    latest = _latest(installation)
    is_well = found["state"] in (Standing.RUNNING.value, Standing.STARTING.value, Standing.OFF.value) and not found["problems"]
    if not printer.result({**found, "latest": msgspec.to_builtins(latest)}):
        printer.facts(_lines(found))
        for problem in found["problems"]:
            printer.line(f"problem: {problem}", "bold red")
        if found["foreign"]:
            printer.line(f"{found['foreign']} hook entries of others are not known. Look at them: handrail hooks accept --list", "yellow")
        changes = [(f"{one.log}-{one.seq}", clock(one.ts), one.session[:12], f"{one.summary}  {one.reason}".rstrip()) for one in latest]
        printer.table(("ENTRY", "TIME, UTC", "SESSION", "WHAT"), changes, "No change was recorded yet.")
    raise SystemExit(0 if is_well else 1)


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    facts = found["facts"] or {}
    lines = [("watching", found["state"]), ("repair", found["repair"])]
    if not facts:
        return lines
    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(facts["kinds"].items()))
    lines += [
        ("files", f"{facts['files']} in {facts['folders']} folders: {kinds}" if kinds else "none yet"),
        ("last sweep", f"{ago(now - facts['swept'])}, took {facts['sweep_ms']:.0f} ms" if facts["swept"] else "none yet"),
        ("changes", f"{facts['changes']} since the start, {facts['missed']} found by a sweep only, {facts['waiting']} not recorded yet"),
        ("dropped events", f"the system dropped events {facts['overflows']} times" if facts["overflows"] else "none"),
        *(("project", project) for project in facts["projects"]),
        *(("sweep only", f"{folder}: {why}") for folder, why in list(facts["blind"].items())[:SHOWN]),
        *(("note", problem) for problem in facts["problems"][:SHOWN]),
    ]
    return lines


def _latest(installation: Installation) -> tuple[EventRow, ...]:
    """The latest changes; none while there is no index."""
    try:
        with open_index(installation.paths.index) as index:
            return event_queries.page(index, EventFilter(kind=FILES), Cursor(limit=SHOWN)).events
    except HandrailError:
        return ()


@watch.command("list")
@click.option("--kind", type=click.Choice(KINDS), metavar="KIND", default=None, help="Only this kind of file, such as settings, hooks or ssh.")
@json_option
@click.pass_obj
def list_files(installation: Installation, kind: str | None, printer: Printer) -> None:
    """Every watched file as it was last recorded. Works while the sensor is away."""
    baseline = Baseline(installation.paths.state)
    if not baseline.load():
        raise UsageError("nothing is watched yet", next_step="Start Handrail: handrail service start")
    chosen = [_row(path, known) for path, known in sorted(baseline.files.items())]
    chosen = [row for row in chosen if kind in (None, row.kind)]
    if not printer.result({"files": msgspec.to_builtins(chosen), "recorded": baseline.at}):
        rows = [
            (row.kind, f"{row.size:,}", clock(row.changed), row.sha256[:12], row.path + (f" -> {row.target}" if row.target else ""))
            for row in chosen
        ]
        printer.table(("KIND", "SIZE", "CHANGED", "SHA-256", "FILE"), rows, "No file of this kind.")


def _row(path: str, known: Known) -> _Row:
    signature = known.state.signature
    return _Row(path=path, kind=known.spot.partition("|")[0], sha256=known.state.sha256, size=signature.size, mode=f"{signature.mode:04o}",
                changed=signature.mtime_ns // 1000, target=signature.target)


@watch.command()
@click.argument("agents", nargs=-1, metavar="[AGENT]...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def repair(installation: Installation, agents: tuple[str, ...], yes: bool, printer: Printer) -> None:
    """Put Handrail's hook entries back into the settings of agents (default: where they are missing).

    The watcher does it, in one step; what others wrote in the file stays. Works with every watch.repair.
    """
    found = installation.ask("watch.status")
    wanted = agents or tuple(found["harmed"])
    for agent in agents:
        check_agent(installation, agent)
    if not wanted and not printer.result({"asked": []}):
        printer.line("Nothing is missing.", "green")
    for agent in wanted:
        if not yes and not printer.as_json and not click.confirm(f"Put Handrail's hooks back into the settings of {agent}?", default=True):
            continue
        installation.ask("watch.repair", agent=agent, by=who())
        if not printer.as_json:
            printer.line(f"{agent}: will be put back now. See: handrail watch status", "green")
    if wanted:
        printer.result({"asked": list(wanted)})
