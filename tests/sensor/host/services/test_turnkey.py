"""What `handrail run` starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sensor.host.running.lock import LOCK_FILE, holder
from sensor.host.running.own_commands import daemon_command
from sensor.host.services.turnkey import _take_over, child_specs

ROOT = Path(__file__).resolve().parents[4]
HOLD = """
import sys, time
from pathlib import Path
from sensor.host.running.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
print("holding", flush=True)
time.sleep(60)
"""


def test_every_child_runs_isolated_with_the_absolute_interpreter():
    specs = child_specs(Path("/p q"), False)
    assert [spec.name for spec in specs] == ["sensor", "indexer", "web", "watcher"]
    for spec in specs[:3]:
        assert spec.command == daemon_command(Path("/p q"), spec.name)
    assert specs[3].command == (sys.executable, "-I", "-m", "sensor.watching.process", "--prefix", "/p q")
    assert [spec.socket_option for spec in specs] == ["--fd", "", "", ""]
    assert "--prefix" not in child_specs(None, False)[0].command


def test_a_service_replaces_what_a_hook_started_between_two_logins(tmp_path, caplog):
    lock = tmp_path / LOCK_FILE
    _take_over(lock)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "holding\n" and holder(lock) == other.pid
        _take_over(lock)
        assert other.wait(10) is not None and holder(lock) == 0  # whoever waits first gets its status
        assert str(other.pid) in caplog.text
