"""A sensor at work: what is started in which order, what is ended in which, and what happens when a watched folder changes."""

from __future__ import annotations

from sensor.host.running import without_tls  # noqa: F401 - before all that loads asyncio

# isort: split
import asyncio
import gc
import logging
import signal
import socket
import sys
from pathlib import Path

from hooks.adapters import ADAPTERS
from sensor.composition import Sensor
from sensor.desk.clerk import HttpClerk
from sensor.desk.warming import WARM_AFTER, keep_warm
from sensor.doors.http_door import Door
from sensor.doors.server import serve
from sensor.host.machine.processes import describe_holder
from sensor.host.running.binding import bind
from sensor.host.running.reload import YAML, FolderWatch
from sensor.paths import Paths

log = logging.getLogger(__name__)


def build_and_run(paths: Paths, prefix: Path | None, listener: socket.socket | None) -> None:
    """The whole life of a sensor: at the socket that was given, or at its own."""
    sensor = Sensor(paths, prefix)
    sys.setswitchinterval(0.001)
    asyncio.run(run(sensor, listener if listener is not None else bind(paths.socket)))


async def run(sensor: Sensor, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    sensor.loop = loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    watches = _watches(sensor, loop)
    sensor.delegations.warm()
    if sensor.ledger.lost:
        sensor.recorder.dropped(0, sensor.ledger.lost)
    server = serve(listener, sensor.intake)
    door = _open_door(sensor)
    for watch in watches:
        watch.start()
    sensor.housekeeping.start()
    sensor.recorder.ring()  # an indexer that started first waits for the log
    sensor.spool.collect()
    gc.collect()
    gc.freeze()
    loop.call_later(WARM_AFTER, sensor.look_at_anchors)
    warming = loop.create_task(keep_warm(lambda: sensor.inforce.rules, sensor.paths.cache))
    try:
        await stopped.wait()
    finally:
        warming.cancel()
        sensor.housekeeping.close()
        await sensor.audits.close()
        for watch in watches:
            watch.stop()
        server.close()
        if door is not None:
            door.close()
        _close_desks(sensor)


def _close_desks(sensor: Sensor) -> None:
    """End what nobody can ask any more, and write what is only in memory; the recorder takes entries of the others, so it comes late."""
    sensor.waiting.close()
    sensor.reasoning.close()
    sensor.usage.close()
    sensor.cpu.close()
    sensor.model.close()
    sensor.ledger.write()
    sensor.risk.write()
    sensor.quarantine.write()
    sensor.recorder.close()
    sensor.alerts.close()


def _watches(sensor: Sensor, loop: asyncio.AbstractEventLoop) -> tuple[FolderWatch, FolderWatch]:
    """Those of the settings and rules, and of the spool; their threads only tell the loop."""

    def changed() -> None:
        loop.call_soon_threadsafe(_config_changed, sensor)

    def spooled() -> None:
        loop.call_soon_threadsafe(sensor.spool.collect)

    paths = sensor.paths
    return FolderWatch((paths.config, paths.user_rules), YAML, changed), FolderWatch((paths.spool,), frozenset({".json"}), spooled)


def _config_changed(sensor: Sensor) -> None:
    before, after = sensor.control.reload()
    sensor.housekeeping.settle()
    if before != after:
        sensor.recorder.change("rules and settings", before, after, "file change", lambda: None)


def _open_door(sensor: Sensor) -> Door | None:
    """The HTTP door. A busy port costs the door, never the hooks; `status` and `doctor` name the holder."""
    intake, doors = sensor.inforce.settings.intake, sensor.control.doors
    if not intake.enabled:
        doors["http"] = "off"
        return None
    clerk = HttpClerk(sensor.intake, ADAPTERS, sensor.quarantine, sensor.callers, sensor.metrics.render)
    door = Door(clerk, sensor.token, intake.port)
    try:
        door.open()
    except OSError:
        doors["http"] = f"closed: port {intake.port} is held by {describe_holder(intake.port)}"
        log.error("the HTTP door is %s", doors["http"])
        return None
    doors["http"] = f"127.0.0.1:{intake.port}"
    return door
