"""Bind the sensor's unix socket: private, and never in place of something that is alive or not ours."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from sensor.model.errors import HandrailError

BACKLOG = 512


def bind(path: Path) -> socket.socket:
    """Bind the sensor's socket. The caller holds the instance lock, so a socket nobody answers on is ours to replace.

    Raises HandrailError when something else lies at `path`.
    """
    try:
        facts = os.lstat(path)
    except FileNotFoundError:
        pass
    else:
        if not stat.S_ISSOCK(facts.st_mode) or facts.st_uid != os.getuid():
            raise HandrailError(f"{path} exists and is not a socket of this user", next_step="Remove it and start again.")
        _refuse_if_answered(path)
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(old)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def _refuse_if_answered(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError, TimeoutError):
            return
    raise HandrailError(f"another sensor answers at {path}", next_step="See `handrail status`.")
