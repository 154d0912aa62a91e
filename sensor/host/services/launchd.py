"""A launchd agent of the logged-in user (macOS)."""

from __future__ import annotations

import os
import plistlib
import re
import time
from pathlib import Path

from hooks.settings.own_writes import note_own_write
from sensor.host.running.listening import LAUNCHD_LABEL as LABEL
from sensor.host.services.service_plan import ServicePlan, ServiceStatus, must_run, run_tool
from sensor.model.errors import HandrailError

NEXT_STEP = f"Look at: launchctl print gui/$(id -u)/{LABEL}, or install with --no-service."
SOCKET_MODE = 0o600
STOP_S = 20.0
PAUSE_S = 0.1


def render_plist(plan: ServicePlan) -> bytes:
    """The agent's property list. launchd opens the sensor's socket, so a call starts the sensor."""
    return plistlib.dumps({
        "Label": LABEL,
        "ProgramArguments": list(plan.command),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": 1,
        "ProcessType": "Adaptive",
        "Umask": 0o077,
        "HardResourceLimits": {"Core": 0},
        "Sockets": {"Hook": {"SockPathName": str(plan.paths.socket), "SockPathMode": SOCKET_MODE}},
        "StandardOutPath": str(plan.log),
        "StandardErrorPath": str(plan.log),
    })


class LaunchdService:
    """`launchctl` on our agent."""

    kind = "launchd"

    def __init__(self, plan: ServicePlan) -> None:
        self._plan = plan
        self._domain = f"gui/{os.getuid()}"
        self._target = f"{self._domain}/{LABEL}"
        self._file = plan.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def files(self) -> tuple[Path, ...]:
        return (self._file,)

    def install(self) -> tuple[Path, ...]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._plan.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = render_plist(self._plan)
        note_own_write(self._plan.paths.state, self._file, data, "service install")
        self._file.write_bytes(data)
        return self.files()

    def remove(self) -> None:
        run_tool(["launchctl", "bootout", self._target])
        note_own_write(self._plan.paths.state, self._file, None, "service remove")
        self._file.unlink(missing_ok=True)

    def start(self) -> None:
        if not self.status().installed:
            self.install()
        if run_tool(["launchctl", "print", self._target]).returncode != 0:
            must_run(["launchctl", "bootstrap", self._domain, str(self._file)], NEXT_STEP)
        must_run(["launchctl", "kickstart", self._target], NEXT_STEP)

    def stop(self) -> None:
        run_tool(["launchctl", "bootout", self._target])
        deadline = time.monotonic() + STOP_S
        while run_tool(["launchctl", "print", self._target]).returncode == 0:  # `bootout` may return before the service has ended
            if time.monotonic() > deadline:
                raise HandrailError(f"{self._target} does not stop", next_step=NEXT_STEP)
            time.sleep(PAUSE_S)

    def restart(self) -> None:
        # A new property list is read only at bootstrap.
        self.stop()
        self.start()

    def status(self) -> ServiceStatus:
        shown = run_tool(["launchctl", "print", self._target])
        pid = re.search(r"^\s*pid = (\d+)", shown.stdout, re.MULTILINE)
        return ServiceStatus(
            kind=self.kind, installed=self._file.exists(), running=pid is not None, pid=int(pid[1]) if pid else 0,
            detail=f"Messages: {self._plan.log}",
        )
