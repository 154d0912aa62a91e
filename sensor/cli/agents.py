"""Names of agents that a command may be given: one that is mistyped must not pass for an agent that is suspended or observed."""

from __future__ import annotations

import time

from hooks.settings.formats import FORMATS
from sensor.access.keyring import Keyring
from sensor.access.policy import load_policy
from sensor.cli.context import Installation
from sensor.model.errors import HandrailError, UsageError
from sensor.settings import load_settings
from sensor.store.queries import counters
from sensor.store.reading import open_index

REMEMBERED_HOURS = 24 * 365


def check_agent(installation: Installation, name: str) -> None:
    """Raise UsageError for a name that is of no agent, with those that are."""
    if name in FORMATS:
        return
    known = known_agents(installation)
    if name not in known:
        raise UsageError(f"unknown agent: {name}", next_step=f"Known agents: {', '.join(known)}")


def known_agents(installation: Installation) -> tuple[str, ...]:
    """The agents that hooks can be installed for, and those that have a key, a setting, rights or calls here; by name."""
    paths = installation.paths
    settings = load_settings(paths.config_file)
    names = {*FORMATS, *settings.agents, *settings.suspended, *(key.name for key in Keyring(paths.keys / "agents").all())}
    try:
        names |= set(load_policy(paths.policy_file, None).agents)
    except HandrailError:
        pass  # a policy that cannot be read names nobody
    try:
        names |= set(installation.ask("status")["agents"])
        with open_index(paths.index) as index:
            names |= {row.agent for row in counters.agents(index, time.time_ns() // 1000, REMEMBERED_HOURS)}
    except HandrailError:
        pass  # away, or nothing was recorded
    return tuple(sorted(names - {""}))
