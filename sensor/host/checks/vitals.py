"""What `handrail doctor` asks of the running installation: service, sensor, processes, doors and hooks."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

from sensor import __version__
from sensor.ask import SensorAway, SensorRefused, ask
from sensor.host.checks.agents import connected_agents, find_agents, status_of
from sensor.host.checks.checkup import Check, Look, Place, fail, ok, warn
from sensor.host.machine.processes import describe_holder, running_agents
from sensor.host.services.children import load_state
from sensor.host.services.installed import service_for
from sensor.host.services.supervisor import STATE_FILE
from sensor.model.errors import HandrailError
from sensor.model.states import Standing
from sensor.settings import load_settings

START = "Run: handrail service start"
MANY_RESTARTS = 3
SLOW_S = 0.2
DOOR_TIMEOUT_S = 2.0


def service(place: Place) -> Iterator[Check]:
    """Something keeps Handrail running."""
    status = service_for(place.paths, place.home).status()
    if not status.installed:
        yield warn("service", f"{status.kind}: not registered", "Run: handrail service install")
    elif not status.running:
        yield fail("service", f"{status.kind}: not running. {status.detail}", START)
    else:
        yield ok("service", f"{status.kind}, process {status.pid}")


def sensor(place: Place) -> Iterator[Check]:
    """The sensor answers, is of this version, and has nothing to complain about."""
    began = time.monotonic()
    try:
        facts = ask(place.paths.socket, "status")
    except (SensorAway, SensorRefused) as error:
        yield fail("sensor", error.message, START)
        return
    took = time.monotonic() - began
    if facts["version"] != __version__:
        yield fail("sensor", f"version {facts['version']} runs, {__version__} is installed", "Run: handrail service restart")
    elif took > SLOW_S:
        yield warn("sensor", f"answered after {took * 1000:.0f} ms", "Is this machine busy? Hooks wait for the sensor.")
    else:
        yield ok("sensor", f"answered after {took * 1000:.1f} ms, {facts['rules']['count']} rules ({facts['rules']['engine']})")
    yield from _complaints(facts)


def _complaints(facts: dict[str, Any]) -> Iterator[Check]:
    for problem in facts["problems"]:
        yield warn("rules and settings", problem, "Correct the file; the last good state stays in force. See: handrail rules lint")
    if facts["alarm"]:
        yield fail("alarm", facts["alarm"], "Run: handrail verify")
    for door, state in facts["doors"].items():
        if state.startswith("closed"):
            yield warn(f"{door} door", state, "End the other program, or set intake.port in config.yaml.")


def processes(place: Place) -> Iterator[Check]:
    """Sensor, indexer, dashboard and file watcher run, and do not restart all the time."""
    state = load_state(place.paths.run / STATE_FILE)
    if state is None:
        yield fail("processes", "Handrail was not started yet", START)
        return
    down = [f"{child.name} ({child.last_exit})" for child in state.children if not child.pid]
    shaky = [f"{child.name} restarted {child.restarts} times, last: {child.last_exit}" for child in state.children if child.restarts >= MANY_RESTARTS]
    if down:
        yield fail("processes", f"not running: {', '.join(down)}", "Look at the messages: handrail service status")
    elif shaky:
        yield warn("processes", "; ".join(shaky), "Look at the messages: handrail service status")
    else:
        yield ok("processes", ", ".join(f"{child.name} {child.pid}" for child in state.children))


def files(place: Place) -> Iterator[Check]:
    """Settings, hooks and start-up files are watched, and our hook entries stand."""
    try:
        watch = ask(place.paths.socket, "status")["watch"]
    except (SensorAway, SensorRefused):
        return  # the check of the sensor says it
    for problem in watch.get("problems", ()):
        yield fail("hook entries", problem, "What happened: handrail events --kind files")
    if watch["state"] == Standing.SILENT.value:
        yield fail("file watch", "the watcher has not reported for more than a minute", "Look at the messages: handrail service status")
    elif watch["state"] == Standing.OFF.value:
        yield warn("file watch", "switched off", "Set watch.enabled in config.yaml.")
    elif watch["state"] == Standing.RUNNING.value and watch["blind"]:
        yield warn("file watch", f"{watch['blind']} folders are looked at by the sweep alone", "See why: handrail watch status")
    else:
        yield ok("file watch", f"{watch.get('files', 0)} files")
    if watch.get("foreign"):
        yield warn("hook entries", f"{watch['foreign']} of other programs are not known", "Look at them: handrail hooks accept --list")


def dashboard(place: Place) -> Iterator[Check]:
    """The dashboard's port answers."""
    try:
        port = load_settings(place.paths.config_file).web.port
    except HandrailError:
        return  # the check of the configuration says it
    try:
        socket.create_connection(("127.0.0.1", port), DOOR_TIMEOUT_S).close()
    except OSError as error:
        yield fail("dashboard", f"nobody answers on port {port}: {error.strerror or error}", START)
        return
    state = load_state(place.paths.run / STATE_FILE)
    if state is not None and any(child.name == "web" and not child.pid for child in state.children):
        yield fail("dashboard", f"port {port} is held by {describe_holder(port)}", "End it, or set web.port in config.yaml.")
    else:
        yield ok("dashboard", f"http://127.0.0.1:{port} (log in with: handrail dashboard)")


def hooks(place: Place) -> Iterator[Check]:
    """Each agent that is here is connected, and its hooks have been heard of."""
    recorded, found = {one.agent for one in connected_agents(place.paths)}, set(find_agents(place.home))
    heard = _heard(place)
    running = {agent for agent, _ in running_agents(place.home)}
    for agent in sorted(recorded | found):
        seen = "away" if heard is None else "heard" if agent in heard else "running" if agent in running else ""
        yield _hooks_of(place, agent, agent in recorded, seen)
    if not recorded | found:
        yield warn("hooks", "no coding agent is connected or found", "Connect one: handrail hooks install claude-code")


def _hooks_of(place: Place, agent: str, recorded: bool, seen: str) -> Check:
    name, again = f"hooks of {agent}", f"Run: handrail hooks install {agent}"
    status = status_of(place.paths, place.home, agent)
    if status.problem:
        return fail(name, f"{status.file}: {status.problem}", f"Correct the file, then run: handrail hooks install {agent}")
    if not status.commands:
        gone = "the entries that were installed are gone from its settings"
        return fail(name, gone, again) if recorded else warn(name, "absent: this agent is not protected", again)
    if status.missing:
        return fail(name, f"not registered: {', '.join(status.missing)}", again)
    if seen == "running":
        detail = "registered but not firing: the agent runs, and nothing was heard of it since the sensor started"
        return warn(name, detail, "Start a new session of the agent, then run: handrail doctor --live")
    if seen == "away":
        return ok(name, "registered")  # the check of the sensor says that it hears nothing
    return ok(name, "registered" + (", calls were seen" if seen else ", no call yet since the sensor started"))


def _heard(place: Place) -> set[str] | None:
    """Agents the sensor has heard of since it started; None where it does not answer."""
    try:
        return set(ask(place.paths.socket, "status")["agents"])
    except (SensorAway, SensorRefused):
        return None


RUNNING: tuple[Look, ...] = (service, sensor, processes, files, dashboard, hooks)
