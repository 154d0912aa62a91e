"""Run every bench in order: `python tests/bench/run.py [--quick] [bench ...]`.

Prints the figures of each under its name. Exit code 1 when one could not run, and in a full run when one missed a bar of
its own, which are ratios. `--quick` takes less than a minute: too few rounds to judge a ratio, so a missed bar is shown
and fails nothing. Detection is scored apart: see `detection.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import msgspec

FOLDER = Path(__file__).resolve().parent
MISSED_BAR = 3  # what a bench exits with when it ran and a bar was missed


class Part(msgspec.Struct, frozen=True):
    """One bench: its file, and its arguments in a quick and in a full run."""

    name: str
    quick: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


PARTS = (
    Part("sensor", quick=("--quick",)),
    Part("hook_client", quick=("--rounds", "40")),
    Part("shell", quick=("--rounds", "2")),
    Part("effects"),
    Part("rules"),
    Part("injection"),
    Part("audit", quick=("--entries", "4000")),
    Part("access", quick=("--quick",)),
    Part("watching", quick=("--quick",)),
    Part("queries", quick=("--rows", "50000", "--window", "20000")),
    Part("pages", quick=("--rows", "50000", "--window", "20000")),
)


def run(part: Part, quick: bool) -> int:
    """Run one bench, its table going to our output. Its exit code."""
    print(f"== {part.name}", flush=True)
    began = time.perf_counter()
    code = subprocess.run([sys.executable, str(FOLDER / f"{part.name}.py"), *(part.quick if quick else part.full)], check=False).returncode
    print(f"-- {part.name}: exit {code} after {time.perf_counter() - began:.0f} s\n", flush=True)
    return code


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: less than a minute, and rougher figures")
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"only these: {', '.join(part.name for part in PARTS)}")
    options = parser.parse_args(words)
    unknown = set(options.benches) - {part.name for part in PARTS}
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    chosen = [part for part in PARTS if not options.benches or part.name in options.benches]
    codes = {part.name: run(part, options.quick) for part in chosen}
    missed = [name for name, code in codes.items() if code == MISSED_BAR]
    failed = [name for name, code in codes.items() if code not in (0, MISSED_BAR)]
    if missed:
        print(f"missed a bar: {', '.join(missed)}")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed or (missed and not options.quick) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
