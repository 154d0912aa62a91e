"""Starting the sensor from the hook client, where no service manager did, and telling of one that does not answer. Standard library only.

Many hooks may run at once when the sensor is gone: one starts it, the others wait for the socket. It is tried once in
ten seconds, so that a sensor that cannot start does not slow every call.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import time

START_AGAIN_SECONDS = 10.0
WAIT_SECONDS = 1.5
LOCK_NAME = "client-start.lock"
LOG_NAME = "client-start.log"
STATE_NAME = "children.json"  # written by the supervisor
# Only what a sensor needs: nothing of the agent's environment may change how it runs. Its folders are in its launcher; where it finds programs
# and the desktop, which may answer its questions, is not the agent's choice either.
ENVIRONMENT = ("HOME", "USER", "LOGNAME", "LANG", "LC_ALL")
PROGRAMS = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin"
SESSION = "/run/user/{}"


def start_sensor(state: str, command: str) -> bool:
    """Start `command` (shell words, no shell) unless that was done lately. True when it is worth waiting for the socket."""
    words = shlex.split(command)
    if not words or not os.path.isdir(state):
        return False
    lock = os.open(os.path.join(state, LOCK_NAME), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True  # another hook is starting it now
        age = time.time() - _started_at(lock)
        if 0 <= age < START_AGAIN_SECONDS:
            return age < WAIT_SECONDS
        os.pwrite(lock, f"{time.time():.3f}\n".encode(), 0)
        _spawn(words, state)
        return True
    finally:
        os.close(lock)


def wake_supervisor(run: str) -> None:
    """Tell the supervisor of the run folder that its sensor gave no answer. SIGCONT wakes it if it was stopped, and does nothing to any other process."""
    try:
        with open(os.path.join(run, STATE_NAME), "rb") as file:
            pid = json.loads(file.read(65536)).get("supervisor")
        if isinstance(pid, int) and 0 < pid < 1 << 31:
            os.kill(pid, signal.SIGCONT)
    except (OSError, ValueError, AttributeError, RecursionError):
        pass  # nobody to tell


def environment() -> dict[str, str]:
    """What a sensor that an agent's call starts gets for its environment."""
    found = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ} | {"PATH": PROGRAMS}
    session = SESSION.format(os.getuid())
    try:
        is_own = os.stat(session).st_uid == os.getuid()
    except OSError:  # no login session, or no Linux
        is_own = False
    return found | {"XDG_RUNTIME_DIR": session, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={session}/bus"} if is_own else found


def _started_at(lock: int) -> float:
    try:
        return float(os.pread(lock, 32, 0))
    except ValueError:
        return 0.0


def _spawn(words: list[str], state: str) -> None:
    """Run it as a daemon: twice forked, so that it belongs to no agent and holds none of the agent's descriptors."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.umask(0o077)
        nothing = os.open("/dev/null", os.O_RDWR)
        log = os.open(os.path.join(state, LOG_NAME), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.closerange(3, 1024)
        os.chdir("/")
        os.execve(words[0], words, environment())
    finally:
        os._exit(127)
