"""Factories of this room."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from sensor.host.services.service_plan import ServicePlan
from sensor.paths import Paths
from tests.sensor.live import free_port


@pytest.fixture
def plan(own_home: Path) -> ServicePlan:
    """A service plan below a home of the test's own, with a space in its path."""
    base = own_home / "some where"
    paths = Paths(config=base / "config", state=base / "state", run=own_home / "run", data=base / "data")
    return ServicePlan(command=(str(base / "bin" / "handrail"), "run"), paths=paths, home=own_home)


@pytest.fixture
def fake_program(tmp_path: Path, monkeypatch):
    """Put a program of the given name first on PATH: it logs its arguments and runs `body`. Returns the log file."""

    def make(name: str, body: str) -> Path:
        folder, log = tmp_path / "fake-bin", tmp_path / f"{name}.log"
        folder.mkdir(exist_ok=True)
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\n{body}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        log.touch()
        return log

    return make


@pytest.fixture
def listener():
    """A port somebody listens on: this process."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@pytest.fixture
def unused_port() -> int:
    """A port nobody listens on."""
    return free_port()
