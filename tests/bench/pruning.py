"""What pruning costs the calls: `python tests/bench/pruning.py [--entries 300000] [--seconds 10] [--check]`.

Fills a log with segments of 8 MiB, starts the real sensor on it, and calls it every 5 ms over its socket: first alone, then
while `handrail prune` moves nearly everything into an archive. Prints the latencies of both; `--check` ends with 1 when a call
during the pruning took more than 100 ms.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import LogSettings, open_log
from tests.sensor.live import LiveSensor

LIMIT_MS = 100.0
PAUSE = 0.005


def fill(sensor: LiveSensor, entries: int) -> None:
    sensor.paths.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal = open_log(LogSettings(root=sensor.paths.log, keys=sensor.paths.keys, reserve_bytes=0, limits=Limits(segment_bytes=8 * 1024 * 1024))).journal
    note = "x" * 600
    for _ in range(entries):
        journal.append(draft_heartbeat(note))
    journal.close()


def call(sensor: LiveSensor, number: int) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    sensor.hook({"session_id": "s", "hook_event_name": "PreToolUse", "tool_name": "Read", "tool_input": {"file_path": f"/tmp/{number}"}, "tool_use_id": f"t{number}", "cwd": "/tmp"})
    return (time.perf_counter() - begun) * 1000


def calls_until(sensor: LiveSensor, done: threading.Event, first: int) -> list[float]:
    used: list[float] = []
    while not done.is_set():
        used.append(call(sensor, first + len(used)))
        time.sleep(PAUSE)
    return used


def told(name: str, used: list[float]) -> str:
    used = sorted(used)
    return f"{name:24} {len(used):6} calls   p50 {used[len(used) // 2]:7.2f} ms   p99 {used[int(len(used) * 0.99)]:7.2f} ms   longest {used[-1]:7.2f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--entries", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        sensor = LiveSensor(Path(folder))
        fill(sensor, options.entries)
        sensor.start()
        try:
            alone, quiet = threading.Event(), threading.Timer(options.seconds, lambda: alone.set())
            quiet.start()
            before = calls_until(sensor, alone, 0)
            (Path(folder) / "archive").mkdir()
            pruned, begun = threading.Event(), time.perf_counter()
            words = [sys.executable, "-m", "sensor.cli.main", "--prefix", folder, "prune", "--before", "2999-01-01", "--archive", f"{folder}/archive"]
            with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as command:
                threading.Thread(target=lambda: (command.wait(), pruned.set()), daemon=True).start()
                during = calls_until(sensor, pruned, len(before))
                assert command.returncode == 0 and command.stdout is not None
                print(command.stdout.read().splitlines()[0].rpartition(" are in ")[0], f"were pruned in {time.perf_counter() - begun:.1f} s")
        finally:
            sensor.stop()
    print(told("alone", before))
    print(told("while it is pruned", during))
    return 1 if options.check and max(during) > LIMIT_MS else 0


if __name__ == "__main__":
    sys.exit(main())
