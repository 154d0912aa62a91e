"""The processes of one installation, as `handrail run` starts them."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from sensor.ask import SensorAway, SensorRefused, ask
from sensor.host.machine.siblings import CORRELATOR, WATCHER
from sensor.host.running import listening
from sensor.host.running.lock import LOCK_FILE
from sensor.host.running.notify import from_environment
from sensor.host.running.own_commands import daemon_command
from sensor.host.services.background import end_holder
from sensor.host.services.children import ChildSpec
from sensor.host.services.supervisor import Supervisor
from sensor.model.errors import HandrailError
from sensor.paths import Paths, make_private
from sensor.settings import load_settings

HEALTH_TIMEOUT_S = 5.0

log = logging.getLogger(__name__)


def child_specs(prefix: Path | None, model: bool) -> tuple[ChildSpec, ...]:
    """Sensor first, as the others read what it writes. `model`: the settings name one, so a process runs it."""
    place = ("--prefix", str(prefix)) if prefix is not None else ()
    return (
        ChildSpec(name="sensor", command=daemon_command(prefix, "sensor"), socket_option="--fd"),
        ChildSpec(name="indexer", command=daemon_command(prefix, "indexer")),
        ChildSpec(name="web", command=daemon_command(prefix, "web")),
        ChildSpec(name="watcher", command=(sys.executable, "-I", "-m", WATCHER, *place)),
        *([ChildSpec(name="correlator", command=(sys.executable, "-I", "-m", CORRELATOR, *place))] if model else []),
    )


def supervise(paths: Paths, prefix: Path | None, bind: Callable[[Path], socket.socket]) -> None:
    """Run the installation until SIGTERM or SIGINT. `bind` opens the sensor's socket where no service manager did.

    Raises AlreadyRunning when another supervisor has it, HandrailError when the socket cannot be had.
    """
    make_private(paths.state)
    adopted = listening.adopt(os.environ, os.getpid())
    if adopted is not None:
        _take_over(paths.run / LOCK_FILE)

    def listen() -> socket.socket:
        return adopted if adopted is not None else bind(paths.socket)

    def is_healthy() -> bool:
        try:
            ask(paths.socket, "ping", timeout=HEALTH_TIMEOUT_S)
        except SensorAway:
            return False
        except SensorRefused:
            pass  # an answer all the same
        return True

    notifier = from_environment(os.environ, os.getpid())
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)  # meant for this process, not for its children
    Supervisor(child_specs(prefix, _has_model(paths)), paths.run, listen, notifier=notifier, is_healthy=is_healthy).serve()


def _has_model(paths: Paths) -> bool:
    try:
        return bool(load_settings(paths.config_file).llm.model_path)
    except HandrailError:
        return False  # the sensor says what is wrong with the settings


def _take_over(lock: Path) -> None:
    """A hook client may have started Handrail while no service manager ran (between two logins). The service replaces it."""
    other = end_holder(lock)
    if other:
        log.warning("ended process %s, which ran Handrail outside of the service", other)
