"""The full check of the log, run from the dashboard: `handrail verify` in a thread, one at a time, its report kept in memory.

It reads the journal only and changes nothing. The report is of this process, no entry of the log: whoever must convince
others runs `handrail verify` on a machine that the log's owner does not control.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sensor.audit.report import VerifyReport
from sensor.audit.verify import VerifyOptions, verify_newest
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from web.config import WebConfig


class Check(Value):
    """Times in microseconds, 0 = not yet. `problem` says why there is no report."""

    started: int = 0
    ended: int = 0
    report: VerifyReport | None = None
    problem: str = ""

    @property
    def is_running(self) -> bool:
        return self.started > self.ended


class Verification:
    """The last check and the one that runs. `now` gives Unix seconds."""

    def __init__(self, config: WebConfig, now: Callable[[], float]) -> None:
        self._config = config
        self._now = now
        self._lock = threading.Lock()
        self._check = Check()

    @property
    def check(self) -> Check:
        """The newest check, which may still run."""
        with self._lock:
            return self._check

    def start(self) -> threading.Thread | None:
        """Begin a check unless one runs; returns its thread."""
        with self._lock:
            if self._check.is_running:
                return None
            self._check = Check(started=self._now_us())
        thread = threading.Thread(target=self._run, name="verify", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        started, report, problem = self.check.started, None, ""
        try:
            # One worker: the agents need the other processors.
            report = verify_newest(self._config.log, self._config.keys, VerifyOptions(workers=1), self._now_us())
        except (HandrailError, OSError) as error:
            problem = str(error)
        with self._lock:
            self._check = Check(started=started, ended=max(self._now_us(), started + 1), report=report, problem=problem)

    def _now_us(self) -> int:
        return int(self._now() * 1_000_000)
