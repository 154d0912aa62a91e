"""What a service starts, how one is, and how a service manager's program is run: shared by the kinds of services."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words
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


def run_tool(command: Sequence[str], timeout_s: float = 30.0, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a service manager's program; its output is captured, its failure is the caller's to judge. No `environment` = ours."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(list(command), 127, "", in_words(error))


def must_run(command: Sequence[str], next_step: str, environment: Mapping[str, str] | None = None, fine: tuple[int, ...] = (0,)) -> str:
    """Run a service manager's program; its standard output. Raises HandrailError for an exit code that is not `fine`."""
    done = run_tool(command, environment=environment)
    if done.returncode not in fine:
        said = (done.stderr or done.stdout).strip() or f"exit {done.returncode}"
        raise HandrailError(f"{' '.join(command)}: {said}", next_step=next_step)
    return done.stdout
