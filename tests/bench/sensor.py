"""What the running sensor costs: `python tests/bench/sensor.py [--quick] [--json]`.

A real sensor process, real sockets, a new connection per call, all rules, every entry signed and written, every call with
words of its own. Prints CPU per call, latency at a fixed rate, throughput, memory and cold start; without --quick also a start without a cache.
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

from sensor.cli.installation.bench import DOCUMENT, SCRIPT, SMALL, payload
from sensor.wire import render_request
from tests.sensor.live import LiveSensor

RATE = 200
WARMING = 3.0  # seconds: what a start leaves for later is done
KINDS = {"small call": SMALL, "2 KB, a document": (DOCUMENT,), "2 KB, a script": (SCRIPT,)}


def bodies(kind: str, first: int, count: int, session: str = "bench") -> list[bytes]:
    """Calls of one kind; no two in a run are the same. A session belongs to one process."""
    commands = KINDS[kind]
    return [payload(commands[number % len(commands)], number, session) for number in range(first, first + count)]


def ask(path: str, body: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(path)
        peer.sendall(render_request("hook", body, agent="claude-code", truncated=0))
        while peer.recv(65536):
            pass


def steady(path: str, calls: list[bytes]) -> list[float]:
    """Latencies in microseconds at RATE calls per second."""
    taken, began = [], time.perf_counter()
    for number, body in enumerate(calls):
        due = began + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        start = time.perf_counter()
        ask(path, body)
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def flood(path: str, calls: list[bytes]) -> None:
    """Send calls one after another."""
    for body in calls:
        ask(path, body)


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
        time.sleep(WARMING)
        found["memory when warm, MB"] = process.memory_info().rss / 1e6
        rest, before = 5 if quick else 60, cpu(process)  # the system counts in hundredths of a second
        time.sleep(rest)
        found["CPU at rest, %"] = (cpu(process) - before) / rest * 100
        count, first = 500 if quick else 3000, 1000
        flood(path, bodies("small call", 0, 300))
        for kind in KINDS:
            calls = bodies(kind, first, count)
            before = cpu(process)
            flood(path, calls)
            found[f"CPU per call, {kind}, us"] = (cpu(process) - before) / count * 1e6
            taken = steady(path, bodies(kind, first + count, RATE * (2 if quick else 10)))
            found[f"latency at {RATE}/s, {kind}, p50, us"] = statistics.median(taken)
            found[f"latency at {RATE}/s, {kind}, p99, us"] = quantile(taken, 0.99)
            first += 10_000
        halves = [bodies("small call", first + 10_000 * half, 2 * count, f"bench-{half}") for half in range(2)]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            began = time.perf_counter()
            pool.starmap(flood, [(path, half) for half in halves])
            found["calls per second, new connection each"] = 4 * count / (time.perf_counter() - began)
        found["memory after the load, MB"] = process.memory_info().rss / 1e6
        sensor.stop()
    return found


def measure_without_cache() -> dict[str, float]:
    """A first start: answers before its words are compiled, and what that costs meanwhile."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        sensor = LiveSensor(Path(folder) / "p")
        for file in sensor.paths.cache.iterdir():
            file.unlink()
        began = time.perf_counter()
        sensor.start()
        found["start without a cache to first answer, s"] = time.perf_counter() - began
        assert sensor.process is not None
        process, taken = psutil.Process(sensor.process.pid), []
        found["memory after that, MB"] = process.memory_info().rss / 1e6
        time.sleep(0.5)
        while process.children():
            taken += steady(str(sensor.paths.socket), bodies("small call", len(taken), RATE))
        found["words compiled after, s"] = time.perf_counter() - began
        found["latency meanwhile, small call, p50, us"], found["latency meanwhile, small call, p99, us"] = statistics.median(taken), quantile(taken, 0.99)
        time.sleep(0.5)
        found["memory when words are compiled, MB"] = process.memory_info().rss / 1e6
        sensor.stop()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer calls; figures are rougher")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.quick) | ({} if options.quick else measure_without_cache())
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "figures": found}))
        return
    width = max(map(len, found))
    for name, value in found.items():
        print(f"  {name.ljust(width)}  {value:10.2f}")


if __name__ == "__main__":
    main()
