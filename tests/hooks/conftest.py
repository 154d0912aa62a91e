"""Both clients as fixtures; lets the tests of this room share `payloads.py` and `harness.py`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness import BUILDS, Client, FakeSensor, build

from tests.sensor.live import LiveSensor


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """kind -> (program, why it is missing)."""
    folder = tmp_path_factory.mktemp("programs")
    return {kind: (folder / kind, build(kind, folder / kind)) for kind in BUILDS}


def make(kind: str, programs, factory) -> Client:
    program, problem = programs.get(kind, (None, ""))
    if problem:
        pytest.skip(f"the {kind} client cannot be built here: {problem}")
    return Client(kind, program, factory.mktemp("c"))


@pytest.fixture(params=["python", *BUILDS])
def client(request, programs, tmp_path_factory) -> Client:
    """Each client in turn, with a settings file and a state folder of its own."""
    return make(request.param, programs, tmp_path_factory)


@pytest.fixture(params=["bytecode", "compiled"])
def shipped_client(request, programs, tmp_path_factory) -> Client:
    """The clients as they ship, for what only the fallback decides."""
    return make(request.param, programs, tmp_path_factory)


@pytest.fixture
def compiled_client(programs, tmp_path_factory) -> Client:
    """The compiled client alone, where the sensor's answer is the point."""
    return make("compiled", programs, tmp_path_factory)


@pytest.fixture
def sensor(client):
    """Start a sensor that behaves as the test wants: `sensor(sending(b"..."))`."""
    started = []

    def start(behave) -> FakeSensor:
        started.append(FakeSensor(client.socket, behave))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A real sensor for a module. A question that only it can ask is a no at once."""
    sensor = LiveSensor(tmp_path_factory.mktemp("live"))
    sensor.configure("mode: enforce\napprovals: {quarantine: none}\n")
    sensor.start()
    yield sensor
    sensor.stop()
