"""Repairs that Handrail can make by itself: taking rights of others away from a file, and putting its own hook entries right."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TypeAlias

from hooks.settings.connection import Plan, apply
from sensor.host.checks.agents import plan_for
from sensor.host.files.hook_client import client_path
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Mode
from sensor.paths import Paths


class Modes(Value):
    """Take the bits `forbidden` away from the mode of `path`."""

    path: str
    forbidden: int


class Hooks(Value):
    """Bring our entries in the settings of `agent` up to date."""

    agent: str


Repair: TypeAlias = Modes | Hooks


def is_ours(repair: Repair, paths: Paths) -> bool:
    """Whether it touches nothing but what belongs to Handrail: a file in its folders, its own entries."""
    if isinstance(repair, Hooks):
        return True
    real = os.path.realpath(repair.path)
    return any(real == folder or real.startswith(f"{folder}/") for folder in paths.protected())


def plan_hooks(paths: Paths, home: Path, repair: Hooks, mode: Mode) -> Plan:
    """What would change in the settings of the agent. Raises HandrailError; writes nothing."""
    if not os.access(client_path(paths), os.X_OK):
        raise HandrailError(f"there is no hook client at {client_path(paths)}", next_step="Install again: ./install.sh")
    return plan_for(paths, home, repair.agent, mode)


def take_away(repair: Modes) -> str:
    """Take the rights away, and say which mode it had and has.

    Raises HandrailError for a link, for what is of another user or has another name, and where it cannot be done.
    """
    try:
        opened = os.open(repair.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise HandrailError(f"{repair.path} was left as it is: {error.strerror}") from error
    try:
        facts = os.fstat(opened)
        before = stat.S_IMODE(facts.st_mode)
        if facts.st_uid != os.geteuid():
            raise HandrailError(f"{repair.path} was left as it is: it belongs to another user")
        if stat.S_ISREG(facts.st_mode) and facts.st_nlink > 1:
            raise HandrailError(f"{repair.path} was left as it is: it has another name elsewhere (a hard link), which would change with it")
        os.fchmod(opened, before & ~repair.forbidden)
        return f"mode {before:o}, now {before & ~repair.forbidden:o}"
    except OSError as error:
        raise HandrailError(f"{repair.path} was left as it is: {error.strerror}") from error
    finally:
        os.close(opened)


def put_right(plan: Plan) -> str:
    """Write what was planned. Raises HandrailError and leaves the settings alone."""
    apply(plan)
    return f"{len(plan.events)} events in {plan.file.path}"
