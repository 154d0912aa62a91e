"""A real sensor process with a home of its own, for tests that talk to it."""

from __future__ import annotations

import pytest

from sensor.host.machine.desktop import has_buttons
from sensor.paths import Paths, locate, make_private
from tests.sensor.live import LiveSensor, warm


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """One sensor for a module."""
    sensor = LiveSensor(tmp_path_factory.mktemp("live")).start()
    yield sensor
    sensor.stop()


@pytest.fixture
def own_live(tmp_path):
    """A sensor of the test's own, not yet started."""
    sensor = LiveSensor(tmp_path / "own")
    yield sensor
    if sensor.process is not None and sensor.process.poll() is None:
        sensor.stop()


@pytest.fixture
def warm_paths(tmp_path) -> Paths:
    """An installation of the test's own, with folders made and the rule cache filled."""
    paths = locate(tmp_path, tmp_path / "p")
    for folder in (paths.config, paths.user_rules, paths.state):
        make_private(folder)
    warm(paths.cache)
    return paths


@pytest.fixture
def notify_send(tmp_path, monkeypatch):
    """Make a notify-send that knows buttons (or not), notes its words, and answers with a text and a status. Returns the file of its words."""
    def make(said: str = "", status: int = 0, knows: str = "--action --wait"):
        program = tmp_path / "notify-send"
        program.write_text(f'#!/bin/sh\n[ "$1" = --help ] && {{ echo "{knows}"; exit 0; }}\nprintf "%s\\n" "$@" > "{tmp_path}/words"\necho "{said}"\nexit {status}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        has_buttons.cache_clear()
        return tmp_path / "words"

    yield make
    has_buttons.cache_clear()
