"""The background process: started once, stopped by its lock."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import msgspec
import pytest

from sensor.host.services.background import BackgroundService

ROOT = Path(__file__).resolve().parents[4]
HOLD = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from sensor.host.running.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[2]) / "handrail.lock")
print("holding", flush=True)
time.sleep(60)
"""


@pytest.fixture
def service(plan):
    command = (sys.executable, "-c", HOLD, str(ROOT), str(plan.paths.run))
    service = BackgroundService(msgspec.structs.replace(plan, command=command))
    yield service
    service.stop()


def wait_until_running(service):
    deadline = time.monotonic() + 60
    while not service.status().running:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_life_of_the_process(service, plan):
    assert not service.status().running
    service.start()
    wait_until_running(service)
    first = service.status().pid
    service.start()
    assert service.status().pid == first and os.getsid(first) == first
    assert "holding" in plan.log.read_text()
    service.stop()
    assert not service.status().running
    service.stop()


def test_a_long_message_file_is_put_aside(service, plan):
    plan.log.parent.mkdir(parents=True)
    plan.log.write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    service.start()
    wait_until_running(service)
    assert plan.log.stat().st_size < 1000 and plan.log.with_suffix(".old.log").exists()
