"""A systemd user unit with a socket unit, so that a call starts the sensor and none is refused while it restarts."""

from __future__ import annotations

import os
import shutil
from importlib import resources
from pathlib import Path

from sensor.host.service_plan import ServicePlan, ServiceStatus, must_run, run_tool
from sensor.model.errors import HandrailError

UNITS = ("handrail.socket", "handrail.service")
NOT_LOADED = 5  # what `systemctl stop` says of a unit that was never installed, or is no more
NEXT_STEP = "Look at: systemctl --user status handrail.service, or install with --no-service."


def has_user_manager() -> bool:
    """A systemd of this user is running and can be asked."""
    return shutil.which("systemctl") is not None and run_tool(["systemctl", "--user", "show-environment"], 5.0).returncode == 0


def quote(text: str) -> str:
    """One word of a unit file."""
    if "\n" in text:
        raise HandrailError(f"A path with a line break cannot stand in a unit file: {text!r}", next_step="Choose another --prefix.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def render_units(plan: ServicePlan) -> dict[str, str]:
    """Name -> text of the unit files."""
    paths = plan.paths
    values = {
        "COMMAND": " ".join(quote(word).replace("$", "$$") for word in plan.command),
        "WRITABLE": " ".join(quote(str(path)) for path in dict.fromkeys((paths.state, paths.run, paths.config))),
        # ListenStream takes the rest of the line as it is, but expands specifiers.
        "SOCKET": str(paths.socket).replace("%", "%%"),
    }
    units = {}
    for name in UNITS:
        text = (resources.files("sensor.host") / "templates" / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        units[name] = text
    return units


class SystemdService:
    """`systemctl --user` on our two units."""

    kind = "systemd"

    def __init__(self, plan: ServicePlan) -> None:
        self._plan = plan
        config = os.environ.get("XDG_CONFIG_HOME", "")
        self._folder = (Path(config) if config.startswith("/") else plan.home / ".config") / "systemd" / "user"

    def install(self) -> tuple[Path, ...]:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, text in render_units(self._plan).items():
            (self._folder / name).write_text(text, encoding="utf-8")
        must_run(["systemctl", "--user", "daemon-reload"], NEXT_STEP)
        must_run(["systemctl", "--user", "enable", *UNITS], NEXT_STEP)
        return tuple(self._folder / name for name in UNITS)

    def remove(self) -> None:
        run_tool(["systemctl", "--user", "disable", "--now", *UNITS])
        for name in UNITS:
            (self._folder / name).unlink(missing_ok=True)
        run_tool(["systemctl", "--user", "daemon-reload"])

    def start(self) -> None:
        must_run(["systemctl", "--user", "start", *UNITS], NEXT_STEP)

    def stop(self) -> None:
        must_run(["systemctl", "--user", "stop", *UNITS], NEXT_STEP, fine=(0, NOT_LOADED))

    def restart(self) -> None:
        # The socket goes with it: systemd does not notice a socket file that somebody removed.
        self.stop()
        self.start()

    def status(self) -> ServiceStatus:
        shown = run_tool(["systemctl", "--user", "show", "handrail.service", "--property=ActiveState,MainPID,NRestarts"]).stdout
        facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        return ServiceStatus(
            kind=self.kind, installed=(self._folder / UNITS[1]).exists(), running=facts.get("ActiveState") == "active",
            pid=int(facts.get("MainPID") or 0), detail="Messages: journalctl --user -u handrail.service",
        )
