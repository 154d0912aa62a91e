"""Without a service manager (containers, WSL1, CI): `handrail run` as a process of its own session.

It ends with the machine; after a reboot the hook client starts it again with the first call.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil

from sensor.host.running.lock import LOCK_FILE, holder
from sensor.host.services.service_plan import ServicePlan, ServiceStatus
from sensor.model.errors import HandrailError
from sensor.paths import make_private

STOP_S = 20.0
LOG_CAP = 4 * 1024 * 1024


def end_holder(lock: Path) -> int:
    """End the supervisor that holds `lock`, and return when it is down; its process id, 0 when there was none. Raises HandrailError."""
    pid = holder(lock)
    if not pid:
        return 0
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_S)
    except psutil.NoSuchProcess:
        pass
    except psutil.TimeoutExpired as error:
        raise HandrailError(f"Process {pid} does not stop", next_step=f"End it: kill -9 {pid}") from error
    return pid


class BackgroundService:
    """Start and stop by the instance lock; there is nothing to register."""

    kind = "background"

    def __init__(self, plan: ServicePlan) -> None:
        self._plan = plan
        self._lock = plan.paths.run / LOCK_FILE

    def files(self) -> tuple[Path, ...]:
        return ()

    def install(self) -> tuple[Path, ...]:
        return ()

    def remove(self) -> None:
        self.stop()

    def start(self) -> None:
        if holder(self._lock):
            return
        log = self._plan.log
        make_private(log.parent)
        if log.exists() and log.stat().st_size > LOG_CAP:
            os.replace(log, log.with_suffix(".old.log"))
        with open(log, "ab") as output:
            subprocess.Popen(
                self._plan.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True, close_fds=True,
            )

    def stop(self) -> None:
        end_holder(self._lock)

    def restart(self) -> None:
        self.stop()
        self.start()

    def status(self) -> ServiceStatus:
        pid = holder(self._lock)
        return ServiceStatus(kind=self.kind, installed=True, running=pid != 0, pid=pid, detail=f"Messages: {self._plan.log}")
