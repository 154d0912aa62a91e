"""Putting our entries back into an agent's settings, as `handrail hooks install` would, and never against a program that takes them out again and again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hooks.discover import look_for
from hooks.settings.connection import Place, apply, plan_connection
from hooks.settings.formats import Scope
from hooks.settings.record import Record
from sensor.host.files.hook_client import client_path
from sensor.model.errors import HandrailError, in_words
from sensor.model.verdicts import Mode
from sensor.model.watching import Repair
from sensor.settings import load_settings
from sensor.watching.places import World

MOST, WITHIN_SECONDS = 3, 600.0
RESTORED, FAILED = "restored", "not restored"


class Repairer:
    """Restores entries; `now` gives monotonic seconds."""

    def __init__(self, world: World, now: Callable[[], float]) -> None:
        self._world = world
        self._now = now
        self._done: dict[str, list[float]] = {}

    def restore(self, record: Record, by: str, is_wish: bool) -> Repair:
        """Put the entries of `record` back. What a person wishes is always tried; by itself at most three times in ten minutes."""
        recent = [at for at in self._done.get(record.file, []) if self._now() - at < WITHIN_SECONDS]
        if len(recent) >= MOST and not is_wish:
            return Repair(agent=record.agent, path=record.file, by=by, outcome=FAILED,
                          problem=f"taken out again {MOST} times within ten minutes; it is left to you: handrail hooks install {record.agent}")
        self._done[record.file] = [*recent, self._now()]
        try:
            put_back(self._world, record, by)
        except (HandrailError, OSError) as error:
            return Repair(agent=record.agent, path=record.file, by=by, outcome=FAILED, problem=in_words(error, with_file=True).splitlines()[0])
        return Repair(agent=record.agent, path=record.file, by=by, outcome=RESTORED)


def put_back(world: World, record: Record, by: str) -> None:
    """Write our entries into the settings of `record` again, in one step. Raises HandrailError, OSError; then nothing was changed."""
    place = Place(agent=record.agent, home=world.home, state=world.paths.state, client=client_path(world.paths), environment=_environment(world, record),
                  scope=Scope(record.scope), project=Path(record.project), root=world.root)
    found = look_for(record.agent, world.home, {**os.environ, **world.environment})
    enforce = load_settings(world.paths.config_file).mode_of(record.agent) is Mode.ENFORCE
    apply(plan_connection(place, found.version, enforce), f"repair, {by}")


def _environment(world: World, record: Record) -> dict[str, str]:
    """The environment in which the agent uses this very file: it may have been installed with another CLAUDE_CONFIG_DIR than the service has."""
    environment = dict(world.environment)
    if record.agent == "claude-code" and record.scope == Scope.USER.value:
        environment["CLAUDE_CONFIG_DIR"] = str(Path(record.file).parent)
    return environment
