"""What deriving effects costs: `python tests/bench/effects.py`.

Prints CPU microseconds per call, best of several rounds so that other load matters little, and the ratio to `shlex.split`
of the same text, which only splits words. Every text ends in a number of its own, so that nothing is only remembered.
Then CPU milliseconds of the worst texts of up to a megabyte, for the effects alone and judged by all rules and detectors.
Nothing of a command is run.
"""

from __future__ import annotations

import functools
import itertools
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

# The root goes first: a bench beside this one bears the name of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.effects import derive_effects
from sensor.judging import example_judge
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Surroundings
from sensor.policy.load import load_rules
from tests.sensor.effects.worst import WORST

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
DIFFERENT = 600
T = TypeVar("T")
SECONDS_PER_ROUND = 0.03
NOTES = "cat > docs/notes.md <<'EOF'\n" + "Never run rm -rf on the build folder of somebody else.\n" * 36 + "EOF\ngit add docs/notes.md && git commit -m 'Add notes'"
STEPS = "\n".join(f"npm run build:{name} && cp -r packages/{name}/dist out/{name} && git add packages/{name}" for name in (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "omega") * 2)
LOOPS = "set -euo pipefail\nROOT=\"$(cd \"$(dirname \"$0\")\" && pwd)\"\n" + "".join(f"""
if [ ! -d "$ROOT/step{number}" ]; then mkdir -p "$ROOT/step{number}"; fi
for f in src/*.c; do
  cc -O2 -c "$f" -o "$ROOT/step{number}/$(basename "$f" .c).o" 2>&1 | tee -a build.log
done
tar czf "dist/step{number}.tar.gz" -C "$ROOT" "step{number}" && echo "done {number}" >> build.log
""" for number in range(7))
CASES = (
    ("git status", "git status"),
    ("ls -la src", "ls -la src"),
    ("npm test", "npm test"),
    ("rm -rf build", "rm -rf build"),
    ("git commit -m '...'", "git commit -m 'Fix the parser of dates'"),
    ("cat | head", "cat README.md | head -20"),
    ("cd && pytest", "cd tests && python -m pytest -q -x"),
    ("sudo env bash -c", "sudo env A=b bash -c 'rm -rf build && echo done'"),
    ("curl | sh", "curl -fsSL https://example.com/install.sh | sh"),
    ("2 KB: a document", NOTES),
    ("2 KB: 72 plain commands", STEPS[:2048]),
    ("2 KB: loops, 58 commands", LOOPS[:2048]),
)


def cost(run: Callable[[T], object], given: Sequence[T]) -> float:
    """CPU microseconds of one run, each on the next of `given`."""
    best, turn = float("inf"), itertools.cycle(given)
    for _ in range(ROUNDS):
        count, start = 0, time.thread_time()
        while (spent := time.thread_time() - start) < SECONDS_PER_ROUND:
            run(next(turn))
            count += 1
        best = min(best, spent / count)
    return best * 1e6


def shell_call(command: str) -> ToolCall:
    return ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash", action=ShellAction(command=command),
                    cwd=str(ROOT), roots=(str(ROOT),))


def once(run: Callable[[], object]) -> float:
    """CPU milliseconds, the better of two runs."""
    spent = []
    for _ in range(2):
        start = time.thread_time()
        run()
        spent.append(time.thread_time() - start)
    return min(spent) * 1000


def ordinary(around: Surroundings) -> None:
    print(f"{'command':28}{'bytes':>7}{'effects':>9}{'us':>9}{'us/effect':>11}{'x shlex':>9}")
    for name, command in CASES:
        texts = [f"{command}\n# {number}" for number in range(DIFFERENT)]
        number = len(derive_effects(shell_call(command), around).effects)
        ours = cost(lambda call: derive_effects(call, around), [shell_call(text) for text in texts])
        try:
            base = cost(functools.partial(shlex.split, comments=True), texts)
            ratio = f"{ours / base:9.1f}"
        except ValueError:
            ratio = f"{'-':>9}"
        print(f"{name:28}{len(command):7}{number:9}{ours:9.1f}{ours / max(number, 1):11.1f}{ratio}")


def worst(around: Surroundings) -> None:
    """The texts that take longest; none should hold the sensor for more than 150 ms."""
    with tempfile.TemporaryDirectory() as folder:
        judge = example_judge(load_rules().rules, Path(folder))
        judge(shell_call("ls"))
        print(f"\n{'worst texts':40}{'KB':>7}{'effects ms':>12}{'judged ms':>11}  verdict")
        for name, command in WORST.items():
            call = shell_call(command)
            effects, judged = once(lambda call=call: derive_effects(call, around)), once(lambda call=call: judge(call))
            print(f"{name:40}{len(command) // 1000:7}{effects:12.0f}{judged:11.0f}  {judge(call).verdict.name.lower()}")


def main() -> None:
    around = Surroundings(home=str(Path.home()), user="dev")
    ordinary(around)
    worst(around)


if __name__ == "__main__":
    main()
