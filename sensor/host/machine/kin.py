"""Whose a process is: which agent it is, and whose mark it carries. Asked for each shell that the wrapper reports."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import psutil

from sensor.access.presence import SHELLS, Process
from sensor.host.machine.requester import MARKS

MAX_KEPT = 1024


class Kin:
    """`find(pid)` is `sensor.host.machine.processes.look`, `agent_at(pid)` the agent that one process is, which takes longer and is kept."""

    def __init__(self, find: Callable[[int], Process | None], agent_at: Callable[[int], str]) -> None:
        self._find = find
        self._agent_at = agent_at
        self._agents: OrderedDict[Process, str] = OrderedDict()

    def look(self, pid: int) -> Process | None:
        """The process of this number; None when it has ended."""
        return self._find(pid)

    def agent_of(self, process: Process) -> str:
        """The agent that this process is, "" when none. A shell is none, whatever its script is called."""
        if process.name in SHELLS:
            return ""
        if process not in self._agents:
            self._agents[process] = self._agent_at(process.pid)
            if len(self._agents) > MAX_KEPT:
                self._agents.popitem(last=False)
        return self._agents[process]

    def mark_of(self, pid: int) -> str:
        """The agent whose mark is in the environment that a process was started with, "" when none or when it cannot be read."""
        try:
            environment = psutil.Process(pid).environ()
        except (psutil.Error, OSError):
            return ""
        return next((agent for name, agent in MARKS.items() if name in environment), "")
