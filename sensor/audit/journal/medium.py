"""The few file calls of the writer, in one place: fault tests pass a medium whose N-th call fails or is recorded."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Medium:
    """The operating system's file calls. All raise OSError."""

    def create(self, path: Path) -> int:
        """New file for appending, mode 0600; never an existing one."""
        return os.open(path, _APPEND | os.O_CREAT | os.O_EXCL, 0o600)

    def reopen(self, path: Path) -> int:
        """Existing file for appending."""
        return os.open(path, _APPEND)

    def write(self, handle: int, data: bytes) -> int:
        """Append; returns how many bytes were taken."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Bring written bytes to the medium. macOS needs F_FULLFSYNC: fsync stops at the drive's cache there."""
        if sys.platform == "darwin":
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(handle)

    def sync_folder(self, folder: Path) -> None:
        """Make created and renamed names durable."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Rename over an existing name."""
        os.replace(source, target)

    def close(self, handle: int) -> None:
        """Close."""
        os.close(handle)
