"""What the running sensor costs: `python tests/bench/sensor.py [--quick] [--json]`.

A real sensor process, real sockets, a new connection per call, all rules, every entry signed and written. Prints CPU per
call, latency at a fixed rate (with and without a busy dashboard), throughput, memory at rest and cold start.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psutil

from sensor.wire import render_request
from tests.sensor.live import LiveSensor

COMMANDS = ("git status", "ls -la src", "npm test -- --watch=false", "rm -rf build dist", "grep -rn 'TODO' src | head -20", "python3 -m pytest -q tests/unit")
RATE = 200


def payload(number: int, worker: int, size: int) -> bytes:
    """A Bash call like Claude Code reports it, of about `size` bytes of command."""
    lines = [COMMANDS[(number + line) % len(COMMANDS)] for line in range(max(1, size // 22))]
    command = "\n".join(lines)[:size] if size > 40 else lines[0]
    return json.dumps({
        "session_id": f"bench-{worker}", "transcript_path": "", "cwd": "/srv/project", "permission_mode": "default", "hook_event_name": "PreToolUse",
        "tool_name": "Bash", "tool_use_id": f"toolu_{worker}_{number}", "tool_input": {"command": command, "description": "Work on the project"},
    }).encode()


def ask(path: str, body: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(path)
        peer.sendall(render_request("hook", body, agent="claude-code", truncated=0))
        while peer.recv(65536):
            pass


def steady(path: str, seconds: float, size: int, worker: int) -> list[float]:
    """Latencies in microseconds at RATE calls per second."""
    taken, began = [], time.perf_counter()
    for number in range(int(seconds * RATE)):
        due = began + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        body = payload(number, worker, size)
        start = time.perf_counter()
        ask(path, body)
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def flood(path: str, count: int, size: int, worker: int) -> float:
    """Seconds for `count` calls, one after another."""
    bodies = [payload(number, worker, size) for number in range(count)]
    began = time.perf_counter()
    for body in bodies:
        ask(path, body)
    return time.perf_counter() - began


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(quick: bool) -> dict[str, float]:
    """All figures: microseconds, calls per second, megabytes, seconds."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        sensor = LiveSensor(Path(folder) / "p")
        began = time.perf_counter()
        sensor.start()
        found["cold start to first answer, s"] = time.perf_counter() - began
        assert sensor.process is not None
        process = psutil.Process(sensor.process.pid)
        path = str(sensor.paths.socket)
        found["memory after start, MB"] = process.memory_info().rss / 1e6
        before = cpu(process)
        time.sleep(1 if quick else 10)
        found["CPU at rest, %"] = (cpu(process) - before) / (1 if quick else 10) * 100
        flood(path, 300, 200, 0)
        for size in (22, 200, 2000):
            count = 500 if quick else 3000
            before = cpu(process)
            flood(path, count, size, 10 + size)
            found[f"CPU per call of {size} bytes, us"] = (cpu(process) - before) / count * 1e6
        taken = steady(path, 2 if quick else 15, 2000, 2)
        found[f"latency at {RATE}/s, 2000 bytes, p50, us"] = statistics.median(taken)
        found[f"latency at {RATE}/s, 2000 bytes, p99, us"] = quantile(taken, 0.99)
        count = 1000 if quick else 6000
        with multiprocessing.get_context("fork").Pool(2) as pool:
            began = time.perf_counter()
            pool.starmap(flood, [(path, count, 22, 100), (path, count, 22, 101)])
            found["calls per second, new connection each"] = 2 * count / (time.perf_counter() - began)
        found["memory after the load, MB"] = process.memory_info().rss / 1e6
        sensor.stop()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer calls; figures are rougher")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.quick)
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "figures": found}))
        return
    width = max(map(len, found))
    for name, value in found.items():
        print(f"  {name.ljust(width)}  {value:10.2f}")


if __name__ == "__main__":
    main()
