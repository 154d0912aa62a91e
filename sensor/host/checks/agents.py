"""The agents of this user as an installation sees them: who is there, who is connected, and by which command."""

from __future__ import annotations

import os
from pathlib import Path

from hooks.discover import FoundAgent, look_for
from hooks.discover import find_agents as discover
from hooks.settings.connection import Place, Plan, Status, apply, inspect, plan_connection
from hooks.settings.connection import disconnect as undo
from hooks.settings.formats import FORMATS, Scope
from hooks.settings.record import load_record, load_records
from sensor.host.checks.probes import FORMATS as PROBES
from sensor.host.checks.selftest import HookCommand, SelfTestFailed
from sensor.host.files.hook_client import client_path
from sensor.model.calls import Value
from sensor.model.verdicts import Mode
from sensor.paths import Paths

AGENTS = tuple(FORMATS)
OUTCOMES = {"restored": "as it was before", "deleted": "deleted, as there was none before", "not connected": "nothing of ours was left in it"}


class Connected(Value):
    """An agent that was connected, and its settings file."""

    agent: str
    file: str


def find_agents(home: Path) -> tuple[str, ...]:
    """Names of the agents that this user has a program or a folder of."""
    return tuple(found.agent for found in discover(home, os.environ))


def connected_agents(paths: Paths) -> tuple[Connected, ...]:
    """The agents whose settings were changed and not put back. Raises HandrailError for a damaged record."""
    records = (load_record(paths.state, agent) for agent in AGENTS)
    return tuple(Connected(agent=record.agent, file=record.file) for record in records if record is not None)


def other_places(paths: Paths, home: Path) -> tuple[Place, ...]:
    """Settings of projects and of the machine that were changed and not put back. Raises HandrailError for a damaged record."""
    return tuple(
        Place(agent=record.agent, home=home, state=paths.state, client=client_path(paths), environment=dict(os.environ), scope=Scope(record.scope),
              project=Path(record.project))
        for record in load_records(paths.state) if record.scope != Scope.USER.value)


def connect(paths: Paths, home: Path, agent: str, mode: Mode) -> str:
    """Put our hooks into the settings of `agent`; one phrase about it. Raises HandrailError and leaves the settings alone."""
    plan = plan_for(paths, home, agent, mode)
    apply(plan)
    return f"{len(plan.events)} events, {_look(home, agent).version_text}, in {plan.file.path}"


def plan_for(paths: Paths, home: Path, agent: str, mode: Mode) -> Plan:
    """What `connect` would write. Raises HandrailError; writes nothing."""
    return plan_connection(_place(paths, home, agent), _look(home, agent).version, mode is Mode.ENFORCE)


def disconnect(paths: Paths, home: Path, agent: str) -> str:
    """Take our hooks out again; one phrase about it. Raises HandrailError."""
    return undo_at(_place(paths, home, agent))


def undo_at(place: Place) -> str:
    """Take our hooks out of one settings file; one phrase about it. Raises HandrailError."""
    removal = undo(place)
    return f"{removal.file}: {OUTCOMES.get(removal.outcome, removal.outcome)}"


def status_of(paths: Paths, home: Path, agent: str) -> Status:
    """How the settings of `agent` stand now."""
    return inspect(_place(paths, home, agent), _look(home, agent).version)


def hook_command(paths: Paths, home: Path, agent: str) -> HookCommand:
    """The command that the settings of `agent` name for shell calls. Raises SelfTestFailed when there is none."""
    event = PROBES[agent][0]
    status = status_of(paths, home, agent)
    if event not in status.commands:
        raise SelfTestFailed(f"{status.file} has no hook of ours for {event}", next_step=f"Run: handrail hooks install {agent}")
    return HookCommand(agent=agent, shell=status.commands[event])


def _look(home: Path, agent: str) -> FoundAgent:
    return look_for(agent, home, os.environ)


def _place(paths: Paths, home: Path, agent: str) -> Place:
    return Place(agent=agent, home=home, state=paths.state, client=client_path(paths), environment=dict(os.environ))
