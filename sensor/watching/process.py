"""The watcher as a process of its own, so that hashing and parsing never stand between an agent and its verdict.

    python -I -m sensor.watching.process [--prefix DIR]
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from sensor.ask import ask
from sensor.host.running.hardening import harden
from sensor.model.errors import HandrailError
from sensor.paths import locate, make_private
from sensor.watching.eyes import open_eyes
from sensor.watching.places import World
from sensor.watching.watcher import Watcher

log = logging.getLogger(__name__)

ASK_SECONDS = 5.0


def main() -> None:
    """Watch until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="sensor.watching.process", description=__doc__)
    parser.add_argument("--prefix", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    harden()
    try:
        paths = locate(Path.home(), options.prefix)
        make_private(paths.state)
    except HandrailError as error:
        log.error("%s", error)
        sys.exit(error.exit_code)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    watcher = Watcher(World(home=Path.home(), paths=paths, environment=dict(os.environ)), open_eyes, lambda op, args: ask(paths.socket, op, args, ASK_SECONDS),
                      clock=time.time, now=time.monotonic)
    failed: list[bool] = []

    def watch() -> None:
        try:
            watcher.run(stopped.is_set)
        finally:
            failed.append(not stopped.is_set())
            stopped.set()

    loop = threading.Thread(target=watch, name="watcher", daemon=True)
    loop.start()
    stopped.wait()
    watcher.wake()
    loop.join(ASK_SECONDS)
    watcher.close()
    sys.exit(1 if any(failed) else 0)


if __name__ == "__main__":
    main()
