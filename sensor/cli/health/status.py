"""`handrail status`: what runs, what protects, what was counted, and what the installation changed on this machine."""

from __future__ import annotations

import os
from typing import Any

import click
import msgspec

from sensor.ask import SensorAway
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, counted, from_home
from sensor.host.checks.agents import connected_agents
from sensor.host.files.manifest import load_manifest
from sensor.host.services.children import RunState, load_state
from sensor.host.services.supervisor import STATE_FILE
from sensor.host.summary import changed
from sensor.model.errors import HandrailError
from sensor.model.names import TEST_CALL
from sensor.model.states import Standing
from sensor.model.verdicts import VERDICT_WORDS
from sensor.paths import Paths
from sensor.settings import load_settings


@click.command()
@json_option
@click.pass_obj
def status(installation: Installation, printer: Printer) -> None:
    """What runs, what protects, what was counted, and what was changed on this machine.

    \b
    Exit codes: 0 the sensor answers, 1 it does not.
    """
    paths = installation.paths
    processes, places = load_state(paths.run / STATE_FILE), _places(paths)
    try:
        facts: dict[str, Any] = installation.ask("status")
        facts["usage"] = installation.ask("usage.list")
    except SensorAway as error:
        if not printer.result({"state": Standing.STOPPED.value, "running": False, "error": error.message, **places}):
            printer.facts([("sensor", Standing.STOPPED.value), ("socket", str(paths.socket)), *_place_lines(places)])
            printer.line("Hooks fall back to their small safety core until it is back. Start it with: handrail service start", "yellow")
        raise SystemExit(1) from None
    children = msgspec.to_builtins(processes) if processes else None
    if printer.result({"state": Standing.RUNNING.value, "running": True, **facts, "processes": children, **places}):
        return
    printer.facts([*_lines(facts, places["connected"]), *_process_lines(processes), *_place_lines(places)])
    for problem in facts["problems"]:
        printer.line(f"problem: {problem}", "yellow")
    for rule, how in facts["rules"]["weakened"].items():
        printer.line(f"{rule}: {how}", "yellow")
    for problem in facts["watch"].get("problems", ()):
        printer.line(f"hooks: {problem}", "bold red")
    if facts["alarm"]:
        printer.line(f"alarm: {facts['alarm']}", "bold red")


def _lines(facts: dict[str, Any], connected: list[str]) -> list[tuple[str, str]]:
    own = {word: count - facts["test_verdicts"].get(word, 0) for word, count in facts["verdicts"].items()}
    verdicts = ", ".join(f"{own[word]} {word}" for word in reversed(VERDICT_WORDS) if own.get(word)) or "none yet"
    played = f" (and {counted(facts['test_calls'], TEST_CALL)})" if facts["test_calls"] else ""
    agents = [(name, _heard(seen, facts["now"])) for name, seen in sorted(facts["agents"].items())]
    return [
        ("sensor", f"running (process {facts['pid']}, version {facts['version']}, for {ago(facts['now'] - facts['started'], '')})"),
        ("mode", facts["mode"]),
        *((f"mode of {name}", word) for name, word in facts["modes"].items()),
        ("judged since start", verdicts + played),
        ("waiting for you", _waiting(facts["waiting"], facts["liftable"], facts["test_calls_waiting"])),
        *(agents or [("agents", _silent(connected))]),
        *((f"{row['agent']} today", _used(row)) for row in facts["usage"]["agents"] if has_used(row)),
        ("rules", f"{facts['rules']['count']} ({facts['rules']['engine']})"),
        ("log", f"{facts['log']['size']} entries of {facts['log']['origin']}" + (f", {facts['log']['lost']} lost" if facts["log"]["lost"] else "")),
        ("file watch", _watch(facts["watch"], facts["now"])),
        *((f"{name} door", state) for name, state in facts["doors"].items()),
        ("local model", _model(facts["model"])),
    ]


def _silent(connected: list[str]) -> str:
    """What it means that no agent has reported since the start."""
    if not connected:
        return "none is connected, so nothing is protected; install Claude Code or Cursor, then: handrail hooks install"
    return f"{' and '.join(connected)} connected, no call yet (sessions that ran before may need a new start)"


def _waiting(waiting: int, liftable: int, played: int) -> str:
    """Questions, and what is blocked but may be let through: each counted under the verdict that it has; how many of all Handrail itself played."""
    if not waiting:
        return "none"
    blocked = f", and {liftable} blocked that you may let through" if liftable else ""
    tests = f" ({counted(played, TEST_CALL)} among them)" if played else ""
    return f"{waiting - liftable}{blocked}{tests}: handrail quarantine list"


def _watch(watch: dict[str, Any], now: float) -> str:
    if watch["state"] != Standing.RUNNING.value:
        return str(watch["state"])
    dropped = f", events dropped {watch['overflows']} times" if watch["overflows"] else ""
    return f"{watch['files']} files in {watch['folders']} folders, last sweep {ago(now - watch['swept'])}{dropped}"


def _model(model: dict[str, Any]) -> str:
    if not model["model"]:
        return "off"
    return f"{told_state(model)}; {model['lines_sent']} lines sent, {model['raised']} raised a risk"


def told_state(model: dict[str, Any]) -> str:
    """How the local model stands, with what its process says about it."""
    return f"{model['state']}: {model.get('detail', '')}".removesuffix(": ")


def _heard(seen: dict[str, Any], now: float) -> str:
    sessions = counted(seen["sessions"], "session")
    return f"last call {ago(now - seen['at'])}, {counted(seen['calls'], 'event')}, {sessions} {seen['version']}".rstrip()


def has_used(row: dict[str, Any]) -> bool:
    """Whether an agent, or a session, did something of its own, or is held to a budget."""
    return bool(row["calls"] > row["test_calls"] or row["requests"] or row["cpu_seconds"] or row.get("limits"))


def _used(row: dict[str, Any]) -> str:
    tight = max(row["limits"], key=lambda line: line["used"] / line["limit"] if line["limit"] else 1, default=None)
    used = ", ".join((
        counted(row["calls"] - row["test_calls"], "call"), *([f"{row['cpu_seconds']:,.1f} CPU seconds"] if row["cpu_seconds"] >= 0.05 else []),
        *([f"{row['tokens']:,} tokens"] if row["tokens"] else []), *([f"{row['money']:.2f} in money"] if row["money"] else [])))
    return used + (f" ({tight['what']}: {tight['used']:,.10g} of {tight['limit']:,.10g})" if tight else "")


def _process_lines(state: RunState | None) -> list[tuple[str, str]]:
    if state is None:
        return []
    restarted = [("", f"{child.name} was restarted {child.restarts} times, last end: {child.last_exit}") for child in state.children if child.restarts]
    return [("processes", ", ".join(f"{child.name} {child.pid or 'stopped'}" for child in state.children)), *restarted]


def _places(paths: Paths) -> dict[str, Any]:
    """What does not depend on the sensor: the dashboard's address, events that wait for it, and every place that was changed."""
    try:
        dashboard = f"http://127.0.0.1:{load_settings(paths.config_file).web.port}"
    except HandrailError:
        dashboard = ""
    names = os.listdir(paths.spool) if paths.spool.is_dir() else []
    manifest, connected = load_manifest(paths), connected_agents(paths)
    return {
        "dashboard": dashboard, "spooled": sum(name.endswith(".json") for name in names),
        "service": manifest.service if manifest is not None else "",
        "changed": list(changed(paths, manifest, connected)) if manifest is not None else [],
        "connected": sorted({one.agent for one in connected}),
    }


def _place_lines(places: dict[str, Any]) -> list[tuple[str, str]]:
    lines = [("dashboard", f"{places['dashboard']} (log in with: handrail dashboard)")] if places["dashboard"] else []
    if places["spooled"]:
        lines.append(("spool", f"{places['spooled']} events wait for the log"))
    if places["service"]:
        lines.append(("service", places["service"]))
    return [*lines, *(("changed here" * (number == 0), from_home(line)) for number, line in enumerate(places["changed"]))]


def ago(seconds: float, suffix: str = " ago") -> str:
    """A duration in its largest unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}{suffix}"
    return f"{max(0, int(seconds))} s{suffix}"
