"""CPU time of agents: measured a moment after a call, in a thread that sleeps until the next one.

A tree is the agent's process, what runs below it, and what ran there and was waited for by its parent (the kernel keeps that
time with the parent). What detaches itself from the agent is not below it any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import psutil

from sensor.access.presence import Process
from sensor.host.processes import look
from sensor.model.verdicts import JudgedCall

SECONDS = 1.0
MAX_WAITING = 200

# (agent, session, which process, CPU seconds of its tree so far)
Deliver = Callable[[str, str, str, float], None]


class CpuDesk:
    """Built once by `sensor.daemon`. `speaker` gives the process behind a session; `deliver` is called in the desk's thread."""

    def __init__(self, *, speaker: Callable[[str, str], Process | None], deliver: Deliver, seconds: float = SECONDS) -> None:
        """Calls within `seconds` are measured once."""
        self._speaker, self._deliver, self._seconds = speaker, deliver, seconds
        self._due: dict[tuple[int, int], tuple[Process, str, str]] = {}
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def judged(self, judged: JudgedCall) -> None:
        """Remember that an agent was active. Never waits, measures nothing."""
        call = judged.call
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
        while self._wake.wait() and not self._stop.wait(self._seconds):
            self._wake.clear()
            with self._lock:
                due, self._due = self._due, {}
            for process, agent, session in due.values():
                used = tree_seconds(process)
                if used is not None:
                    self._deliver(agent, session, f"{process.pid} {process.started}", used)


def tree_seconds(process: Process) -> float | None:
    """CPU seconds (user and system) of the process and everything below it, the ended and waited for included; None when it has ended."""
    now = look(process.pid)
    if now is None or now.started != process.started:
        return None
    try:
        root = psutil.Process(process.pid)
        return sum(map(_own_seconds, (root, *root.children(recursive=True))))
    except psutil.Error:
        return None


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0  # ended meanwhile: its parent has its time, or will have it at the next look
    return float(times.user + times.system + times.children_user + times.children_system)
