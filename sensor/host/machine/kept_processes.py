"""Facts about processes that live longer than a call: asked once, and good until the process ends.

The hook client is new at each call, the agent and the shells above it are not. A pidfd names one process for good, so
that an ended process and another one with its number are never taken for it. What changes without an end (the name, by
exec) may be out of date.
"""

from __future__ import annotations

import os
import select
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from sensor.access.presence import Process

MAX_KEPT = 64


class Kept(NamedTuple):
    """A process, the descriptor that names it, and what tells whether it has ended."""

    process: Process
    handle: int
    ended: select.poll


class KeptProcesses:
    """`look(pid)` asks the system; see `sensor.host.machine.processes.look`. Where there is no pidfd, every question goes there."""

    def __init__(self, look: Callable[[int], Process | None]) -> None:
        self._look = look
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def look(self, pid: int) -> Process | None:
        """The process of this number; None when it has ended."""
        kept = self._kept.get(pid)
        if kept is not None and not kept.ended.poll(0):
            return kept.process
        if kept is not None:
            os.close(self._kept.pop(pid).handle)
        return self._keep(pid) if hasattr(os, "pidfd_open") else self._look(pid)

    def _keep(self, pid: int) -> Process | None:
        try:
            handle = os.pidfd_open(pid)
        except OSError:  # ended, or an older kernel
            return self._look(pid)
        process, ended = self._look(pid), select.poll()
        ended.register(handle, select.POLLIN)
        if process is None or ended.poll(0):
            os.close(handle)
            return process
        self._kept[pid] = Kept(process, handle, ended)
        if len(self._kept) > MAX_KEPT:
            os.close(self._kept.popitem(last=False)[1].handle)
        return process
