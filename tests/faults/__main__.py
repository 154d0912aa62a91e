"""Run the fault harness and print its table: `python -m tests.faults [--tier ci|full|nightly] [--only NAME] [--markdown]`.

Exit code 1 when anything that was acknowledged is lost, when a verifier finds tampering in an honest log or none in a
damaged one, when the two verifiers differ, or when a command is too much for the judgement. The table of `docs/reliability.md` is this command's output.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import commands
import disk
import kill9
import planted
import powerloss
import states

# What must be zero; everything else is a count of how much was tried.
FAILURES = ("lost", "tampered", "differ", "new_logs", "refused_starts", "uncounted", "unseen", "found", "crashed", "slow", "overlooked")
TIERS = {
    "ci": {"kill9": 30, "powerloss": 120, "disk": 12, "states": 8, "planted": 300, "commands": 2000},
    "full": {"kill9": 300, "powerloss": 2000, "disk": 40, "states": 50, "planted": 10_000, "commands": 200_000},
    "nightly": {"kill9": 3000, "powerloss": 5000, "disk": 60, "states": 200, "planted": 10_000, "commands": 1_000_000},
}
NAMES = {"kill9": "kill -9 at a random moment", "powerloss": "power loss, simulated", "disk": "disk full, read-only, failing sync at each call",
         "planted": "secrets of 30 kinds, planted", "commands": "commands that nobody wrote"}

Rows = dict[str, dict[str, int]]


def run_suite(suite: str, amount: int, seed: int, folder: Path) -> Rows:
    """Rows of the table that one suite gives."""
    if suite == "kill9":
        return {NAMES[suite]: kill9.run(amount, seed, folder)}
    if suite == "powerloss":
        return {NAMES[suite]: powerloss.run(amount, seed, folder)}
    if suite == "disk":
        return {NAMES[suite]: disk.run(amount, folder)}
    if suite == "planted":
        return {NAMES[suite]: planted.run(amount, seed, folder)}
    if suite == "commands":
        return {NAMES[suite]: commands.run(amount, seed, folder)}
    return states.run(amount, seed, folder)


def failures(row: dict[str, int]) -> dict[str, int]:
    """What of a row must be zero and is not."""
    return {name: row[name] for name in FAILURES if row.get(name)}


def render(rows: Rows) -> str:
    """The table in Markdown."""
    lines = ["| fault | tried | acknowledged entries | lost | other violations |", "|---|---|---|---|---|"]
    for name, row in rows.items():
        tried = row.get("rounds") or row.get("states") or row.get("cases") or 0
        acknowledged = row.get("acknowledged", row.get("allow", 0) + row.get("decision", 0))
        others = sum(value for key, value in failures(row).items() if key != "lost")
        lines.append(f"| {name} | {tried:,} | {acknowledged or '-'} | {row.get('lost', 0) if acknowledged else '-'} | {others} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.split("\n")[0])
    parser.add_argument("--tier", choices=TIERS, default="ci")
    parser.add_argument("--nightly", action="store_const", const="nightly", dest="tier", help="the same as --tier nightly")
    parser.add_argument("--only", choices=TIERS["ci"], help="one suite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.ERROR)  # the sensor's own words about the faults that are made here
    rows: Rows = {}
    for suite, amount in TIERS[options.tier].items():
        if options.only in (None, suite):
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                rows |= run_suite(suite, amount, options.seed, Path(folder))
            print(f"{suite}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(render(rows))
    bad = {name: found for name, row in rows.items() if (found := failures(row))}
    for name, row in bad.items():
        print(f"FAILED {name}: {row}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
