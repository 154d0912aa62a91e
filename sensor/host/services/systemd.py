"""A systemd user unit with a socket unit, so that a call starts the sensor and none is refused while it restarts."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from importlib import resources
from pathlib import Path

from hooks.settings.own_writes import note_own_write
from sensor.host.files.manifest import remove_if_empty
from sensor.host.running.lock import LOCK_FILE
from sensor.host.services.background import end_holder
from sensor.host.services.service_plan import ServicePlan, ServiceStatus, must_run, run_tool
from sensor.model.errors import HandrailError

UNITS = ("handrail.socket", "handrail.service")
NEXT_STEP = "Look at: systemctl --user status handrail.service, or install with --no-service."
ASK_S = 5.0
NOT_LOADED = 5  # what `systemctl stop` says of a unit that was never installed, or is no more


def why_not(plan: ServicePlan) -> str:
    """Why this user's systemd cannot keep the installation running, as a sentence without its stop; "" = it can."""
    if shutil.which("systemctl") is None:
        return "This machine has no systemd"
    manager = manager_environment()
    if manager is None:
        return "No systemd user manager answers for this user"
    if os.path.realpath(manager.get("HOME", "")) != os.path.realpath(plan.home):
        return f"The systemd of this user serves the home folder {manager.get('HOME', '')}, not {plan.home}"
    unit = _unit_folder(plan.home, manager) / UNITS[1]
    if unit.is_symlink() and os.readlink(unit) == os.devnull:
        return f"{UNITS[1]} is masked (undo it with: systemctl --user unmask {UNITS[1]})"
    if unit.exists() and not _is_of(plan, unit):
        return f"{unit} belongs to another installation of Handrail"
    return ""


def manager_environment() -> dict[str, str] | None:
    """What the user manager gives to its services; None when none answers."""
    shown = _systemctl("show-environment", timeout_s=ASK_S)
    if shown.returncode != 0:
        return None
    pairs = (line.partition("=") for line in shown.stdout.splitlines())
    return {name: _unquoted(text) for name, _, text in pairs}


def _unquoted(text: str) -> str:
    try:
        return "".join(shlex.split(text)).removeprefix("$")  # $'...' around what a shell would not take as it is
    except ValueError:
        return text


def _environment() -> dict[str, str]:
    """Ours, with the folder where the user manager listens: `su`, `sudo -u` and cron leave it out, or leave another user's."""
    folder = f"/run/user/{os.getuid()}"
    if os.access(f"{os.environ.get('XDG_RUNTIME_DIR', '')}/systemd/private", os.W_OK) or not os.access(f"{folder}/systemd/private", os.W_OK):
        return dict(os.environ)
    return {**os.environ, "XDG_RUNTIME_DIR": folder}


def _systemctl(*words: str, timeout_s: float = 30.0) -> subprocess.CompletedProcess[str]:
    return run_tool(("systemctl", "--user", *words), timeout_s, _environment())


def _must(*words: str, fine: tuple[int, ...] = (0,)) -> None:
    must_run(("systemctl", "--user", *words), NEXT_STEP, _environment(), fine)


def _unit_folder(home: Path, manager: dict[str, str]) -> Path:
    config = manager.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config.startswith("/") else home / ".config") / "systemd" / "user"


def _is_of(plan: ServicePlan, unit: Path) -> bool:
    return f"\nExecStart={_command(plan)}\n" in unit.read_text(encoding="utf-8", errors="replace")


def _command(plan: ServicePlan) -> str:
    return " ".join(quote(word).replace("$", "$$") for word in plan.command)


def quote(text: str) -> str:
    """One word of a unit file."""
    if "\n" in text:
        raise HandrailError(f"A path with a line break cannot stand in a unit file: {text!r}", next_step="Choose another --prefix.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def render_units(plan: ServicePlan) -> dict[str, str]:
    """Name -> text of the unit files."""
    # ListenStream takes the rest of the line as it is, but expands specifiers.
    values = {"COMMAND": _command(plan), "SOCKET": str(plan.paths.socket).replace("%", "%%")}
    units = {}
    for name in UNITS:
        text = (resources.files("sensor.host.services") / "templates" / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        units[name] = text
    return units


class SystemdService:
    """`systemctl --user` on our two units, where the user manager looks for units (its environment, not that of the shell)."""

    kind = "systemd"

    def __init__(self, plan: ServicePlan) -> None:
        self._plan = plan
        self._folder = _unit_folder(plan.home, manager_environment() or dict(os.environ))

    def files(self) -> tuple[Path, ...]:
        return tuple(self._folder / name for name in UNITS)

    def install(self) -> tuple[Path, ...]:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, text in render_units(self._plan).items():
            note_own_write(self._plan.paths.state, self._folder / name, text.encode(), "service install")
            (self._folder / name).write_text(text, encoding="utf-8")
        _must("daemon-reload")
        _must("enable", *UNITS)
        return self.files()

    def remove(self) -> None:
        if self.files()[1].exists() and not _is_of(self._plan, self.files()[1]):
            return
        _systemctl("disable", "--now", *UNITS)
        for wants in self._folder.glob("*.wants"):  # `disable` did it, unless no manager answers
            for name in UNITS:
                (wants / name).unlink(missing_ok=True)
            remove_if_empty((str(wants),))
        for name in UNITS:
            note_own_write(self._plan.paths.state, self._folder / name, None, "service remove")
            (self._folder / name).unlink(missing_ok=True)
        _systemctl("daemon-reload")
        _systemctl("reset-failed", *UNITS)
        end_holder(self._plan.paths.run / LOCK_FILE)

    def start(self) -> None:
        _must("start", *UNITS)

    def stop(self) -> None:
        _must("stop", *UNITS, fine=(0, NOT_LOADED))
        end_holder(self._plan.paths.run / LOCK_FILE)

    def restart(self) -> None:
        # The socket goes with it: systemd does not notice a socket file that somebody removed.
        self.stop()
        self.start()

    def status(self) -> ServiceStatus:
        shown = _systemctl("show", UNITS[1], "--property=ActiveState,MainPID,NRestarts").stdout
        facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        return ServiceStatus(
            kind=self.kind, installed=self.files()[1].exists(), running=facts.get("ActiveState") == "active",
            pid=int(facts.get("MainPID") or 0), detail="Messages: journalctl --user -u handrail.service",
        )
