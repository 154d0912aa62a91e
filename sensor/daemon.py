"""Process main of sensor, indexer and dashboard.

    python -I -m sensor.daemon sensor|indexer|web [--prefix DIR] [--fd N]

What a process runs is imported only when it is chosen: none carries the code and libraries of another.
"""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

from sensor.host.running import without_openssl  # noqa: F401 - before all that loads hashlib
from sensor.host.running.hardening import harden
from sensor.host.running.memory import keep_together
from sensor.host.running.own_commands import Options, parse_options
from sensor.model.errors import HandrailError
from sensor.paths import Paths, locate, make_private

log = logging.getLogger(__name__)


def run_sensor(paths: Paths, options: Options) -> None:
    """Judge calls until SIGTERM, at the socket that was given or at our own."""
    from sensor.serving import build_and_run

    build_and_run(paths, options.prefix, socket.socket(fileno=options.fd) if options.fd is not None else None)


def run_index(paths: Paths, options: Options) -> None:
    """Follow the log until SIGTERM."""
    from sensor.store.indexer import IndexerConfig, run_indexer

    run_indexer(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))


def run_web(paths: Paths, options: Options) -> None:
    """Show the dashboard until SIGTERM."""
    from sensor.settings import load_settings
    from web.server import run

    run(paths, load_settings(paths.config_file).web.port)


PROCESSES = {"sensor": run_sensor, "indexer": run_index, "web": run_web}


def main() -> None:
    """Start the process that the first argument names."""
    options = parse_options(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    harden()
    keep_together()
    try:
        paths = locate(Path.home(), options.prefix)
        make_private(paths.run)
        PROCESSES[options.process](paths, options)
    except HandrailError as error:
        log.error("%s", error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
