"""The service that keeps `handrail run` alive, behind one interface: systemd, launchd, or a background process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sensor.ask import SensorAway, SensorRefused, ask
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.paths import Paths

LOG_FOLDER = "logs"
LOG_FILE = "handrail.log"


class ServicePlan(Value):
    """What a service starts: `command` is the launcher with `run`; `home` is where per-user units go."""

    command: tuple[str, ...]
    paths: Paths
    home: Path

    @property
    def log(self) -> Path:
        """Where the processes' own messages go (not the audit log)."""
        return self.paths.state / LOG_FOLDER / LOG_FILE


class ServiceStatus(Value):
    """`detail` is one sentence for a person, such as where messages are found."""

    kind: str
    installed: bool
    running: bool
    pid: int = 0
    detail: str = ""


class Service(Protocol):
    """One way to keep Handrail running. Every method may be repeated. Raises HandrailError with the next step."""

    kind: str

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


def run_tool(command: Sequence[str], timeout_s: float = 30.0) -> subprocess.CompletedProcess[str]:
    """Run a service manager's program; its output is captured, its failure is the caller's to judge."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(list(command), 127, "", str(error))


def must_run(command: Sequence[str], next_step: str) -> str:
    """Run a service manager's program; its standard output. Raises HandrailError."""
    done = run_tool(command)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip() or f"exit {done.returncode}"
        raise HandrailError(f"{' '.join(command)}: {said}", next_step=next_step)
    return done.stdout


def choose(plan: ServicePlan) -> Service:
    """The best service of this machine."""
    from sensor.host.background import BackgroundService  # here, as each of them imports this module
    from sensor.host.launchd import LaunchdService
    from sensor.host.systemd import SystemdService, has_user_manager

    if sys.platform == "darwin":
        return LaunchdService(plan)
    return SystemdService(plan) if has_user_manager() else BackgroundService(plan)


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
