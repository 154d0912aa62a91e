"""A real sensor process with a home of its own, for tests that talk to it."""

from __future__ import annotations

import pytest

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
