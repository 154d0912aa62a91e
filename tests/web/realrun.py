"""The real thing in a home of its own: sensor, indexer and dashboard as processes, and `handrail demo` played through them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from sensor.ask import SensorAway, ask
from sensor.host.machine.siblings import WATCHER
from sensor.paths import Paths, locate, make_private
from tests.sensor.live import free_port, warm
from web.tokens import create_token, login_url

REPO = Path(__file__).parents[2]
START_SECONDS = 40


class Installation:
    """A running installation below one folder."""

    def __init__(self, root: Path, port: int, environment: dict[str, str]) -> None:
        self.root, self.port, self.environment = root, port, environment
        self.paths: Paths = locate(root, root)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def login_address(self) -> str:
        return login_url(self.port, create_token(self.paths.web_token, time.time()))

    def op(self, op: str, **args: object) -> dict:
        return ask(self.paths.socket, op, args)

    def handrail(self, *words: str) -> str:
        """Standard output of a command of this installation."""
        done = subprocess.run([sys.executable, "-m", "sensor.cli.main", "--prefix", str(self.root), *words], env=self.environment, cwd=REPO,
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def running(root: Path) -> Iterator[Installation]:
    """Start the four processes below `root`; end them afterwards."""
    environment = {"HOME": str(root), "PATH": os.environ["PATH"], "PYTHONPATH": str(REPO)}
    paths = locate(root, root)
    web, door = free_port(), free_port()
    for folder in (paths.config, paths.state, paths.cache):
        make_private(folder)
    paths.config_file.write_text(f"mode: enforce\nweb: {{port: {web}}}\nintake: {{port: {door}}}\n")
    warm(paths.cache)
    here = Installation(root, web, environment)
    with (root / "processes.log").open("ab") as log:
        commands = [(sys.executable, "-m", "sensor.daemon", name) for name in ("sensor", "indexer", "web")] + [(sys.executable, "-I", "-m", WATCHER)]
        children = [subprocess.Popen([*command, "--prefix", str(root)], env=environment, cwd=REPO, stdout=log, stderr=log) for command in commands]
        try:
            _wait(here)
            yield here
        finally:
            for child in children:
                child.send_signal(signal.SIGTERM)
            for child in children:
                child.wait(60)


def _wait(here: Installation) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            ask(here.paths.socket, "ping", timeout=1)
            urllib.request.urlopen(here.url("/login"), timeout=2).close()
            if here.paths.index.exists():
                return
        except (SensorAway, OSError):
            pass
        assert time.monotonic() < end, (here.root / "processes.log").read_text()[-3000:]
        time.sleep(0.05)
