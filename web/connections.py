"""Whether the agents of this user report to this installation now: from their settings as they are, and from running processes.

Looking reads settings files and every process of the user, so an answer is kept for some seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sensor.host.checks.agents import AGENTS, connected_agents, find_agents, status_of
from sensor.host.machine.processes import running_agents
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from web.config import WebConfig

KEEP_SECONDS = 10.0


class Connection(Value):
    """One agent that is here. `was_connected`: we put hooks into `file` and did not take them out. `missing` are events without us."""

    agent: str
    file: str = ""
    stands: bool = False
    was_connected: bool = False
    missing: tuple[str, ...] = ()
    problem: str = ""
    processes: int = 0


class Connections:
    """`now` gives Unix seconds."""

    def __init__(self, config: WebConfig, now: Callable[[], float]) -> None:
        self._config = config
        self._now = now
        self._known: tuple[float, tuple[Connection, ...]] = (float("-inf"), ())

    def all(self) -> tuple[Connection, ...]:
        """Every agent that is found on this machine or was connected."""
        looked, found = self._known
        if not 0 <= self._now() - looked < KEEP_SECONDS:
            found = self._look()
            self._known = (self._now(), found)
        return found

    def _look(self) -> tuple[Connection, ...]:
        paths, home = self._config.paths, self._config.home
        if paths is None or home is None:
            return ()
        try:
            records = {one.agent for one in connected_agents(paths)}
        except HandrailError:
            records = set()
        here, running = {*records, *find_agents(home)}, Counter(agent for agent, _process in running_agents(home))
        found = []
        for agent in (one for one in AGENTS if one in here or running[one]):
            status = status_of(paths, home, agent)
            found.append(Connection(agent=agent, file=str(status.file), stands=status.connected, was_connected=agent in records,
                                    missing=status.missing, problem=status.problem, processes=running[agent]))
        return tuple(found)
