"""What the script files that a call runs hold now: a yes to `sh deploy.sh` is for the text of the script, not for its name."""

from __future__ import annotations

import hashlib
import os
import stat

from sensor.model.effects import Effect, Effects, Origin
from sensor.model.globs import MAX_PATH

MAX_FILES = 32
MAX_BYTES = 4_000_000  # read for one call; a longer file is known by its inode, size and time of change


def scripts_now(effects: Effects) -> tuple[tuple[str, str], ...]:
    """(path, what it holds) of every file that the call may run, at most MAX_FILES; "" for what is no readable regular file.

    Where one command of the call runs a file, all files that the call reads count: they may be piped into it.
    """
    runs = [one for one in effects.effects if Origin.LOCAL_FILE in one.executes]
    if not runs:
        return ()
    read_files = [ref.path for one in effects.effects for ref in one.reads if ref.path and not ref.glob]
    paths = dict.fromkeys(read_files + [path for one in runs if (path := _program(one))])
    left, found = MAX_BYTES, []
    for path in list(paths)[:MAX_FILES]:
        held, read = _held(path, left)
        left -= read
        found.append((path, held))
    return tuple(found)


def _program(effect: Effect) -> str:
    """The file behind a program that is named by its path, "" for one that is looked up."""
    name = effect.argv[0] if effect.argv else ""
    path = os.path.join(effect.cwd or "/", name) if "/" in name and "\0" not in name else ""
    return os.path.realpath(path) if 0 < len(path) <= MAX_PATH else ""


def _held(path: str, limit: int) -> tuple[str, int]:
    """What a file holds in one word, and how many bytes were read to know it."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError):
        return "", 0
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return "", 0
        if about.st_size > limit:
            return f"{about.st_ino} {about.st_size} {about.st_ctime_ns}", 0
        data = b""
        while len(data) <= limit and (more := os.read(file, limit + 1 - len(data))):
            data += more
        return hashlib.sha256(data).hexdigest(), len(data)
    except OSError:
        return "", 0
    finally:
        os.close(file)
