"""Work that takes longer than a page may: in a thread, one at a time, its result kept in memory until the next one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from sensor.model.errors import HandrailError, in_words

Report = TypeVar("Report")


class Made(msgspec.Struct, Generic[Report], frozen=True):
    """Times in microseconds, 0 = not yet. `problem` says why there is no report."""

    started: int = 0
    ended: int = 0
    report: Report | None = None
    problem: str = ""

    @property
    def is_running(self) -> bool:
        return self.started > self.ended


class Making(Generic[Report]):
    """The last report of one kind and the one that is being made. `now` gives Unix seconds."""

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self._name, self._now = name, now
        self._lock = threading.Lock()
        self._made: Made[Report] = Made()

    @property
    def made(self) -> Made[Report]:
        """The newest one, which may still be in work."""
        with self._lock:
            return self._made

    def start(self, work: Callable[[], Report]) -> threading.Thread | None:
        """Begin `work` unless one runs; returns its thread. HandrailError and OSError of `work` become the problem."""
        with self._lock:
            if self._made.is_running:
                return None
            self._made = Made(started=self._now_us())
        thread = threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True)
        thread.start()
        return thread

    def _run(self, work: Callable[[], Report]) -> None:
        started, report, problem = self.made.started, None, "it ended unexpectedly; see the dashboard's log"
        try:
            report, problem = work(), ""
        except (HandrailError, OSError) as error:
            problem = in_words(error, with_file=True)
        finally:
            with self._lock:
                self._made = Made(started=started, ended=max(self._now_us(), started + 1), report=report, problem=problem)

    def _now_us(self) -> int:
        return int(self._now() * 1_000_000)
