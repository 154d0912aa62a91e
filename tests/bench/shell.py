"""What the shell wrapper costs: `python tests/bench/shell.py [--rounds N]`.

Loops of bash and zsh below a process that the sensor takes for Claude Code, with and without the wrapper, in turns; a warm
sensor that judges, the compiled client. The figure per command is wall time, as that is what a shell waits for; the table has
the ratio beside it. Exit code 3 when a bar is missed: 2 ms more per simple command that is judged.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.run import MISSED_BAR
from tests.hooks.shell.rig import Rig

BAR_MS = 2.0


class Loop(NamedTuple):
    """A script, how many simple commands it runs, and whether the bar is for it."""

    name: str
    text: str
    commands: int
    barred: bool = True


LOOPS = (
    Loop("programs, each with words of its own", "\n".join(f"/bin/true {number}" for number in range(400)), 400),
    Loop("programs, the same again and again", "for i in {1..400}; do /bin/true same; done", 400),
    Loop("builtins that compute", "n=0; for i in {1..2000}; do n=$((n+1)); [ $n -gt 5 ]; : x; done", 6000),
)


def seconds(rig: Rig, shell: str, loop: Loop, wrapped: bool) -> float:
    """Time of one run of a loop as a script."""
    (rig.work / "loop").write_text(f"{loop.text}\n")
    began = time.perf_counter()
    done = rig.run(shell, "loop", wrapped=wrapped)
    if done.returncode:
        raise SystemExit(f"{shell}, {loop.name}: exit {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - began


def start(rig: Rig, number: int, wrapped: bool) -> float:
    """Time of one `bash -c` with a line of its own."""
    began = time.perf_counter()
    subprocess.run(["bash", "-c", f"/bin/true {number}"], env=rig.env(wrapped), cwd=rig.work, check=True)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="shells-"))
    missed = False
    try:
        subprocess.run(["sh", str(ROOT / "packaging/build_client.sh"), str(ROOT / "hooks/client.c"), str(folder / "client")], check=True)
        rig = Rig(folder, folder / "client")
        rig.sensor.start()
        try:
            print(f"{'medians of ' + str(rounds) + ' rounds in turns':48} {'without':>10} {'with':>10} {'ratio':>7} {'more per command':>18}")
            for shell in filter(shutil.which, ("bash", "zsh")):
                for loop in LOOPS:
                    taken: dict[bool, list[float]] = {False: [], True: []}
                    for _ in range(rounds):
                        for wrapped in (False, True):
                            taken[wrapped].append(seconds(rig, shell, loop, wrapped))
                    bare, wrapped_time = (statistics.median(taken[wrapped]) for wrapped in (False, True))
                    more = (wrapped_time - bare) * 1000 / loop.commands
                    missed |= loop.barred and more >= BAR_MS
                    print(f"{shell}: {loop.name:42} {bare * 1000:7.0f} ms {wrapped_time * 1000:7.0f} ms {wrapped_time / bare:7.2f} {more:15.3f} ms")
            each = {wrapped: statistics.median(start(rig, round_number * 2 + wrapped, bool(wrapped)) for round_number in range(rounds * 10)) for wrapped in (0, 1)}
            print(f"{'bash -c with a line of its own':48} {each[0] * 1000:7.2f} ms {each[1] * 1000:7.2f} ms {each[1] / each[0]:7.2f} {(each[1] - each[0]) * 1000:15.3f} ms")
        finally:
            rig.sensor.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return MISSED_BAR if missed else 0


if __name__ == "__main__":
    sys.exit(main())
