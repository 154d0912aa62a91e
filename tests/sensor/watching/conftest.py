"""A real sensor and a real watcher with a home of their own, and helpers that wait for entries."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sensor.host.checks.agents import connect
from sensor.host.files.hook_client import client_path
from sensor.host.machine.siblings import WATCHER
from sensor.model.verdicts import Mode
from tests.sensor.live import LiveSensor

PATIENCE = 60.0


class Watched:
    """Sensor and watcher as children of one process, as the supervisor starts them. HOME is `home`."""

    def __init__(self, root: Path) -> None:
        self.sensor = LiveSensor(root)
        self.home, self.paths = root, self.sensor.paths
        self.watcher: subprocess.Popen[bytes] | None = None
        client = client_path(self.paths)
        client.parent.mkdir(parents=True, exist_ok=True)
        client.write_text("#!/bin/sh\n")
        client.chmod(0o700)

    def start(self) -> Watched:
        self.sensor.start()
        return self.start_watcher()

    def start_watcher(self) -> Watched:
        before = self.sensor.op("watch.status")["heard"]
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"]}
        self.log = (self.home / "watcher.log").open("ab")
        self.watcher = subprocess.Popen([sys.executable, "-I", "-m", WATCHER, "--prefix", str(self.home)], env=environment, stdout=self.log, stderr=self.log)
        self.until(lambda: self.sensor.op("watch.status")["heard"] > before)
        return self

    def stop_watcher(self) -> None:
        assert self.watcher is not None
        self.watcher.terminate()
        assert self.watcher.wait(60) == 0, (self.home / "watcher.log").read_text()[-3000:]
        self.watcher = None

    def end(self) -> None:
        if self.watcher is not None:
            self.stop_watcher()
        if self.sensor.process is not None:
            self.sensor.stop()

    def until(self, found: Callable[[], object]) -> object:
        """What `found` returns once it is something."""
        deadline = time.monotonic() + PATIENCE
        while not (value := found()):
            assert time.monotonic() < deadline, (self.home / "watcher.log").read_text()[-3000:] + str([self.said(entry) for entry in self.files()])
            time.sleep(0.02)
        return value

    def files(self) -> list[dict]:
        """Entries about files, oldest first."""
        return [entry for entry in self.sensor.entries() if "file" in entry]

    def about(self, path: Path | str, event: str = "") -> list[dict]:
        return [entry for entry in self.files() if entry["change"]["what"] == str(path) and entry["file"]["event"] in (event or entry["file"]["event"])]

    def entry(self, path: Path | str, event: str = "", count: int = 1) -> dict:
        """The newest entry about a file, once there are `count`."""
        return self.until(lambda: len(found := self.about(path, event)) >= count and found[-1])

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def connect(self, agent: str = "claude-code") -> Path:
        """Install our hooks in this process, as `handrail hooks install` would."""
        connect(self.paths, self.home, agent, Mode.ENFORCE)
        return self.home / {"claude-code": ".claude/settings.json", "cursor": ".cursor/hooks.json"}[agent]

    @staticmethod
    def said(entry: dict) -> str:
        return f"{entry['kind']} {entry['file']['event']} {entry['change']['what']} {entry['change']['by']} {entry.get('note', '')}"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """One sensor and one watcher for a module."""
    place = Watched(tmp_path_factory.mktemp("w")).start()
    yield place
    place.end()


@pytest.fixture
def own_watched(tmp_path):
    """Not yet started, for tests that stop and kill."""
    place = Watched(tmp_path / "own")
    yield place
    place.end()
