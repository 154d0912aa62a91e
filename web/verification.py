"""The full check of the log, run from the dashboard: `handrail verify` in a thread, one at a time, its report kept in memory.

It uses the evidence that the command uses (`sensor.host.checks.evidence`), reads the journal only and changes nothing. The report
is of this process, no entry of the log: whoever must convince others runs `handrail verify` on a machine that the log's
owner does not control.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec import structs

from sensor.audit.verifying.report import VerifyReport
from sensor.audit.verifying.verify import VerifyOptions, verify_newest
from sensor.host.checks.evidence import options_here
from web.config import WebConfig
from web.making import Made, Making


class Verification:
    """The last check and the one that runs. `now` gives Unix seconds."""

    def __init__(self, config: WebConfig, now: Callable[[], float]) -> None:
        self._config, self._now = config, now
        self._making: Making[VerifyReport] = Making("verify", now)

    @property
    def check(self) -> Made[VerifyReport]:
        """The newest check, which may still run."""
        return self._making.made

    def start(self) -> threading.Thread | None:
        """Begin a check unless one runs; returns its thread."""
        return self._making.start(lambda: verify_whole(self._config, self._now))


def verify_whole(config: WebConfig, now: Callable[[], float]) -> VerifyReport:
    """Every entry and signature of the newest log. Raises HandrailError, OSError."""
    options = options_here(config.paths) if config.paths is not None else VerifyOptions()
    # One worker: the agents need the other processors.
    return verify_newest(config.log, config.keys, structs.replace(options, workers=1), int(now() * 1_000_000))
