"""How soon a vanished hook entry is an entry of the log, and what watching costs: `python tests/bench/watching.py [--quick] [--removals 50] [--sweeps 1] [--rest 90]`.

A real sensor and a real watcher below a temporary HOME with a few hundred watched files. Our hooks are taken out again and
again, each time measured from the write to the bytes in the journal. Then once with no file events at all, right after a
sweep: the longest that it can take. Then both processes are left alone: memory, and CPU time by /proc. Bars: median below 1 s, longest
below 30 s, 0.1 % of a core and 80 MB at rest.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.watching.eyes import ClosedEyes
from sensor.watching.places import World
from sensor.watching.watcher import SWEEP_SECONDS, Watcher
from tests.sensor.watching.conftest import Watched

MISSED_BAR = 3
MEDIAN_S, WORST_S, REST_PERCENT, MEMORY_MB = 1.0, 30.0, 0.1, 80
FILES = 200


def fill(home: Path) -> None:
    """What a developer has: shell files, keys, skills, rules."""
    for number in range(FILES // 4):
        for name in (f".claude/skills/s{number}/SKILL.md", f".claude/agents/a{number}.md", f".cursor/rules/r{number}.mdc", f".ssh/key{number}"):
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x" * 2000)


class Tail:
    """Waits for new bytes of the journal that name a loss of hooks."""

    def __init__(self, log: Path) -> None:
        self._log, self._seen = log, 0

    def wait(self) -> float:
        """Monotonic time at which the next loss of hooks stands in the journal."""
        while True:
            found = sum(file.read_bytes().count(b'"lost":[') for file in self._log.glob("*/journal-*.jsonl"))
            now = time.monotonic()
            if found > self._seen:
                self._seen = found
                return now
            time.sleep(0.001)


def removals(place: Watched, count: int) -> list[float]:
    """Seconds from each removal to its entry."""
    path, tail, used = place.connect(), Tail(place.paths.log), []
    place.entry(path, "create")
    whole = path.read_text()
    for _ in range(count):
        time.sleep(0.6)  # two changes of one file within half a second are one entry
        began = time.monotonic()
        path.write_text("{}")
        used.append(tail.wait() - began)
        time.sleep(0.6)
        path.write_text(whole)
    return sorted(used)


def sweeps(place: Watched, count: int) -> list[float]:
    """The same without any event and right after a sweep. The sensor is a function here: only our own process may report to the real one."""
    told, stopped = threading.Event(), threading.Event()

    def link(op: str, args: dict) -> dict:
        if op == "watch.changed":
            told.set()
        return {}

    path, used = place.home / ".claude/settings.json", []
    watcher = Watcher(World(home=place.home, paths=place.paths), lambda tell: ClosedEyes("bench"), link, clock=time.time, now=time.monotonic)
    thread = threading.Thread(target=watcher.run, args=(stopped.is_set,))
    thread.start()
    for _ in range(count):
        at = watcher._facts.sweeps
        while watcher._facts.sweeps == at:
            time.sleep(0.01)
        told.clear()
        began = time.monotonic()
        path.write_text(f'{{"number": {began}}}')
        assert told.wait(SWEEP_SECONDS * 2)
        used.append(time.monotonic() - began)
    stopped.set()
    watcher.wake()
    thread.join()
    watcher._eyes.close()
    return sorted(used)


def rest(place: Watched, seconds: float) -> dict[str, tuple[float, float]]:
    """Name -> (megabytes, percent of a core) of both processes while nothing happens."""
    both = {"sensor": psutil.Process(place.sensor.process.pid), "watcher": psutil.Process(place.watcher.pid)}
    before = {name: sum(one.cpu_times()[:2]) for name, one in both.items()}
    time.sleep(seconds)
    return {name: (one.memory_info().rss / 1024 / 1024, (sum(one.cpu_times()[:2]) - before[name]) / seconds * 100) for name, one in both.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="five removals, no sweep, ten seconds of rest")
    parser.add_argument("--removals", type=int, default=50)
    parser.add_argument("--sweeps", type=int, default=1)
    parser.add_argument("--rest", type=float, default=90)
    options = parser.parse_args()
    count, blind, seconds = (5, 0, 10.0) if options.quick else (options.removals, options.sweeps, options.rest)
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        home = Path(folder)
        os.environ["HOME"] = folder
        fill(home)
        place = Watched(home).start()
        try:
            used = removals(place, count)
            facts = place.sensor.op("watch.status")["facts"]
            resting = rest(place, seconds)
        finally:
            place.end()
        slow = sweeps(place, blind) if blind else []
    print(f"removal of our hooks to its entry   {count} times   median {used[len(used) // 2] * 1000:.1f} ms   longest {used[-1] * 1000:.1f} ms   bars {MEDIAN_S:.0f} s and {WORST_S:.0f} s")
    if slow:
        print(f"without events, right after a sweep   {blind} times   longest {slow[-1]:.2f} s   bar {WORST_S:.0f} s and what the sweep takes")
    print(f"a sweep over {facts['files']} files in {facts['folders']} folders   {facts['sweep_ms']:.1f} ms")
    for name, (memory, percent) in resting.items():
        print(f"{name} at rest for {seconds:.0f} s   {memory:.1f} MB   {percent:.3f} % of a core   bars {MEMORY_MB} MB and {REST_PERCENT} %")
    is_slow = used[len(used) // 2] >= MEDIAN_S or used[-1] >= WORST_S
    is_heavy = any(memory >= MEMORY_MB for memory, _ in resting.values()) or resting["watcher"][1] >= REST_PERCENT
    return MISSED_BAR if is_slow or (is_heavy and not options.quick) else 0


if __name__ == "__main__":
    sys.exit(main())
