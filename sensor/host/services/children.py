"""One supervised process: how it is started, when it is started again, and what is known about it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

from sensor.model.calls import Value
from sensor.paths import replace_private

FIRST_DELAY_S = 0.05
LONGEST_DELAY_S = 10.0
STEADY_S = 30.0
SAME_START_S = 2.0


class ChildSpec(Value):
    """A process to keep alive.

    `command` is its whole argument list. With `socket_option` ("--fd") the listening socket is inherited and its number
    appended as `--fd N`. `log` receives both outputs; None = the supervisor's own.
    """

    name: str
    command: tuple[str, ...]
    socket_option: str = ""
    log: Path | None = None


class ChildState(Value):
    """What `handrail status` shows about a child. Times are seconds since 1970; `pid` 0 = not running."""

    name: str
    pid: int = 0
    started: float = 0.0
    restarts: int = 0
    last_exit: str = ""


class RunState(Value):
    """What the supervisor writes to `<run>/children.json` at each change."""

    supervisor: int
    started: float
    children: tuple[ChildState, ...] = ()


def load_state(path: Path) -> RunState | None:
    """The last written state; None when there is none or it is unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunState)
    except (OSError, msgspec.MsgspecError):
        return None


def save_state(path: Path, state: RunState) -> None:
    """Replace the file, so that a reader sees the old or the new state."""
    replace_private(path, msgspec.json.encode(state) + b"\n")


def running(child: ChildState) -> psutil.Process | None:
    """Its process while that runs. It counts only when its start time is the recorded one: the number alone may belong to someone else by now."""
    try:
        process = psutil.Process(child.pid) if child.pid else None
        return process if process is not None and abs(process.create_time() - child.started) < SAME_START_S else None
    except psutil.NoSuchProcess:
        return None


def end_leftovers(state: RunState | None, grace_s: float = 3.0) -> list[str]:
    """End children that outlived a killed supervisor; returns their names."""
    found = []
    for child in state.children if state else ():
        process = running(child)
        if process is not None:
            process.terminate()
            found.append((child.name, process))
    _, alive = psutil.wait_procs([process for _, process in found], timeout=grace_s)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=grace_s)
    return [name for name, _ in found]


def describe_exit(code: int) -> str:
    """What a wait status means to a person: "exit 1", "signal SIGKILL"."""
    if code >= 0:
        return f"exit {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


class Child:
    """A child and its history. `now` is the monotonic clock."""

    def __init__(self, spec: ChildSpec, now: Callable[[], float] = time.monotonic) -> None:
        self.spec = spec
        self.state = ChildState(name=spec.name)
        self.due: float | None = None
        self._now = now
        self._delay = 0.0
        self._began = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, socket_fd: int | None = None) -> None:
        """Start it. A program that cannot be started counts as one that ended at once."""
        passed = (socket_fd,) if socket_fd is not None and self.spec.socket_option else ()
        command = [*self.spec.command, *(word for fd in passed for word in (self.spec.socket_option, str(fd)))]
        self.due, self._began = None, self._now()
        output = open(self.spec.log, "ab") if self.spec.log else None  # noqa: SIM115 - closed below, after the child has it
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=passed, start_new_session=True,
            )
            self.state = msgspec.structs.replace(self.state, pid=self._process.pid, started=time.time())
        except OSError as error:
            self._ended(f"not started: {error.strerror}")
        finally:
            if output is not None:
                output.close()

    def age_s(self) -> float:
        """Seconds since it was started last."""
        return self._now() - self._began

    def reap(self) -> bool:
        """Notice that it ended; True when it just did. The restart is then due at `due`."""
        code = self._process.poll() if self._process is not None else None
        if code is None:
            return False
        self._process = None
        self._ended(describe_exit(code))
        return True

    def resume(self) -> bool:
        """Let it go on where somebody has stopped it (SIGSTOP); True when it was stopped."""
        try:
            if self._process is None or psutil.Process(self._process.pid).status() != psutil.STATUS_STOPPED:
                return False
        except psutil.Error:
            return False
        self._process.send_signal(signal.SIGCONT)
        return True

    def kill(self) -> None:
        """End it at once; `reap` notices."""
        if self._process is not None:
            self._process.kill()

    def _ended(self, how: str) -> None:
        if self._now() - self._began >= STEADY_S:
            self._delay = 0.0
        self.due = self._now() + self._delay
        self._delay = min(max(self._delay * 2, FIRST_DELAY_S), LONGEST_DELAY_S)
        self.state = msgspec.structs.replace(self.state, pid=0, last_exit=how, restarts=self.state.restarts + 1)

    def stop(self, grace_s: float) -> None:
        """Ask it to end, and end it after `grace_s`."""
        self.due = None
        if self._process is None:
            return
        self._process.terminate()
        try:
            code = self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._process = None
        self.state = msgspec.structs.replace(self.state, pid=0, last_exit=describe_exit(code))
