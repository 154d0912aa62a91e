"""One supervisor per installation: a flock that the kernel releases however the holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from sensor.model.errors import HandrailError
from sensor.paths import make_private

LOCK_FILE = "handrail.lock"
ATTEMPTS = 3
PAUSE_S = 0.02


class AlreadyRunning(HandrailError):
    """Another supervisor holds the lock; `pid` is what it wrote there (0 when it wrote nothing)."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"Handrail is already running (process {pid})", next_step="See: handrail status")
        self.pid = pid


class InstanceLock:
    """Hold `<run>/handrail.lock` while this process lives. Raises AlreadyRunning."""

    def __init__(self, path: Path) -> None:
        make_private(path.parent)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        if not _locked(self._descriptor):
            pid = _written_pid(self._descriptor)
            os.close(self._descriptor)
            raise AlreadyRunning(pid)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next one start. The file stays: removing it would race with a waiter."""
        os.close(self._descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock; tried a few times, as `holder` of another process takes it for an instant to look."""
    for attempt in range(ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < ATTEMPTS - 1:
                time.sleep(PAUSE_S)
        else:
            return True
    return False


def holder(path: Path) -> int:
    """Process id of the running supervisor, 0 when none runs."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written_pid(descriptor)
    finally:
        os.close(descriptor)
    return 0


def _written_pid(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else 0
