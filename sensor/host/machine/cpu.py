"""CPU time of agents: measured a moment after a call, in a thread that sleeps until the next one.

A tree is the agent's process, what runs below it, and what ran there and was waited for by its parent (the kernel keeps that
time with the parent). What detaches itself from the agent is not below it any more.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

import psutil

from sensor.access.presence import Process
from sensor.host.machine.processes import look, stat_of
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import JudgedCall

SECONDS = 1.0
SPARING = 1000  # times what a measurement costs, until the next one
MAX_WAITING = 200

# (agent, session, which process, CPU seconds of its tree so far)
Deliver = Callable[[str, str, str, float], None]


class CpuDesk:
    """Built once by `sensor.composition`. `speaker` gives the process behind a session; `deliver` is called in the desk's thread."""

    def __init__(self, *, speaker: Callable[[str, str], Process | None], deliver: Deliver, seconds: float = SECONDS) -> None:
        """Calls within `seconds` are measured once; within more where there are so many processes that it would cost more than a thousandth of a core."""
        self._speaker, self._deliver, self._seconds = speaker, deliver, seconds
        self._due: dict[tuple[int, int], tuple[Process, str, str]] = {}
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def judged(self, judged: JudgedCall) -> None:
        """Remember that an agent was active. Never waits, measures nothing."""
        call = judged.call
        if call.session.startswith(REHEARSALS):
            return  # whose tree played it, a terminal say, worked on something else
        process = self._speaker(call.agent, call.session)
        if process is None:
            return
        key = (process.pid, process.started)
        with self._lock:
            is_due = key in self._due
            if is_due or len(self._due) < MAX_WAITING:
                self._due[key] = (process, call.agent, call.session)
        if is_due:
            return
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cpu", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End; what was used since the last measurement is counted after the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(5.0)

    def _work(self) -> None:
        pause = self._seconds
        while self._wake.wait() and not self._stop.wait(pause):
            began = time.thread_time()
            self._wake.clear()
            with self._lock:
                due, self._due = self._due, {}
            for process, agent, session in due.values():
                used = tree_seconds(process)
                if used is not None:
                    self._deliver(agent, session, f"{process.pid} {process.started}", used)
            pause = max(self._seconds, SPARING * (time.thread_time() - began))


def tree_seconds(process: Process) -> float | None:
    """CPU seconds (user and system) of the process and everything below it, the ended and waited for included; None when it has ended."""
    now = look(process.pid)
    if now is None or now.started != process.started:
        return None
    if sys.platform == "linux":
        return _tree_by_stat(str(process.pid))
    try:
        root = psutil.Process(process.pid)
        return sum(map(_own_seconds, (root, *root.children(recursive=True))))
    except psutil.Error:
        return None


def _tree_by_stat(root: str) -> float | None:
    """As `tree_seconds`, with one look at each process of the machine: a tree is known by the parents of all of them."""
    told = {pid: facts[1] for pid in os.listdir("/proc") if pid.isdigit() and (facts := stat_of(pid)) is not None}
    if root not in told:
        return None
    below: dict[str, list[str]] = {}
    for pid, words in told.items():
        below.setdefault(words[1].decode(), []).append(pid)
    ticks, left = 0, [root]
    while left:
        pid = left.pop()
        ticks += sum(map(int, told[pid][11:15]))  # user, system, and the same of children that were waited for
        left += below.pop(pid, ())
    return ticks / os.sysconf("SC_CLK_TCK")


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0  # ended meanwhile: its parent has its time, or will have it at the next look
    return float(times.user + times.system + times.children_user + times.children_system)
