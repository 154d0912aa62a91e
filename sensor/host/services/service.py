"""The service that keeps `handrail run` alive, behind one interface: systemd, launchd, or a background process."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Protocol

from sensor.ask import SensorAway, SensorRefused, ask
from sensor.host.services.background import BackgroundService
from sensor.host.services.launchd import LaunchdService
from sensor.host.services.service_plan import ServicePlan, ServiceStatus
from sensor.host.services.systemd import SystemdService, why_not
from sensor.model.errors import HandrailError


class Service(Protocol):
    """One way to keep Handrail running. Every method may be repeated. Raises HandrailError with the next step."""

    kind: str

    def files(self) -> tuple[Path, ...]:
        """What `install` writes."""

    def install(self) -> tuple[Path, ...]:
        """Register it for the next logins; returns the files written."""

    def remove(self) -> None:
        """Stop it and forget it."""

    def start(self) -> None:
        """Start it and return at once."""

    def stop(self) -> None:
        """Stop it and return when it is down."""

    def restart(self) -> None:
        """Stop, then start."""

    def status(self) -> ServiceStatus:
        """How it is."""


def choose(plan: ServicePlan) -> Service:
    """The best service of this machine."""
    if sys.platform == "darwin":
        return LaunchdService(plan)
    return BackgroundService(plan) if why_not(plan) else SystemdService(plan)


def wait_until_answering(socket: Path, timeout_s: float) -> float:
    """Wait for the sensor; seconds until its first answer. Raises HandrailError."""
    began = time.monotonic()
    while True:
        left = timeout_s - (time.monotonic() - began)
        if left <= 0:
            raise HandrailError(f"The sensor did not answer within {timeout_s:.0f} s", next_step="See: handrail doctor")
        try:
            ask(socket, "ping", timeout=left)
        except SensorAway:
            time.sleep(0.02)
        except SensorRefused:
            return time.monotonic() - began
        else:
            return time.monotonic() - began
