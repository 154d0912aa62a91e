"""Commands that nobody wrote: spliced, cut and mutated from the rules' own examples, judged by the whole pipeline.

    python tests/faults/commands.py [--commands N | --minutes M] [--seed S]

A command that raises is "crashed", one that takes a second of processor time is "slow", and one whose work budget ran
out and was still let through is "overlooked". All three must be zero. Nothing is ever run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hooks.adapters import ADAPTERS
from sensor.judging import example_judge
from sensor.model.calls import ToolCall
from sensor.model.verdicts import Verdict
from sensor.policy.load import load_rules

SLOW_SECONDS = 1.0
MAX_SIZE = 4000
# What a shell gives a meaning to, and what readers of texts stumble over.
PIECES = (
    "$(", ")", "`", "'", '"', "\\", "\n", "\\\n", ";", "&&", "||", "|", "&", "|&", "{", "}", "{a,b}", "{1..9}", "(", "((", "))", "[[", "]]", "<", ">", ">>", "<<", "<<-", "<<<", "<<EOF\n", "\nEOF\n",
    ">&2", "2>&1", "<(", ">(", "$", "${", "${x:-", "${x//", "${!x}", "$'\\x41'", "$'\\u00e9'", "$((", "$IFS", "~", "*", "?", "[a-z]", "!", "#", " # ", "=", "x=", "+=", "export ", "local ", "eval ", "exec ", "sudo ",
    "env ", "bash -c ", "sh -c '", "xargs ", "find . -exec ", "time ", "if ", "then ", "fi", "for x in ", "while ", "do ", "done", "case x in ", "esac", "function f ", "f() {", "\0", "\t", "\r\n", "\u202e", "\u200b", "é", "\U0001f600",
    "\udc80", "base64 -d", "printf '%s' ", "rm -rf ", "/", "../", "-", "--", "@", "%", "^", ":", ",",
)


def seeds() -> tuple[str, ...]:
    """Every shell command among the examples of the shipped rules."""
    found = (example.input.get("command") for rule in load_rules().rules for example in (*rule.examples.true_positive, *rule.examples.true_negative))
    return tuple(sorted({command for command in found if isinstance(command, str) and command}))


def commands(chance: random.Random) -> Iterator[str]:
    """Endless commands."""
    known = seeds()
    while True:
        text = chance.choice(known)
        if chance.random() < 0.4:
            other = chance.choice(known)
            text = text[: chance.randrange(len(text) + 1)] + chance.choice(PIECES) + other[chance.randrange(len(other)):]
        for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 9, 20))):
            text = _mutated(text, chance)
        yield text[:MAX_SIZE]


def _mutated(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 2, 5, 12)))
    kind = chance.randrange(4)
    if kind == 0:
        return text[:start] + chance.choice(PIECES) + text[end:]
    if kind == 1:
        return text[:start] + text[end:]
    if kind == 2:
        return text[:start] + text[start:end] * chance.choice((2, 3, 8, 40)) + text[end:]
    return text[:start] + chance.choice(PIECES) + text[start:end] + chance.choice(PIECES) + text[end:]


def reported(command: str) -> ToolCall:
    """The command as an agent's hook reports it."""
    event = {"session_id": "s", "hook_event_name": "PreToolUse", "cwd": "/home/dev/project", "tool_name": "Bash", "tool_use_id": "t", "tool_input": {"command": command}}
    call = ADAPTERS["claude-code"].parse_event(json.dumps(event).encode(), False)
    assert isinstance(call, ToolCall)
    return call


def run(amount: int, seed: int, folder: Path, seconds: float = float("inf")) -> dict[str, int]:
    """Judge `amount` commands, or as many as there is time for. Returns the table's figures."""
    judge = example_judge(load_rules().rules, folder)
    totals = {"cases": 0, "crashed": 0, "slow": 0, "overlooked": 0, "over_budget": 0, "blocked": 0}
    end = time.monotonic() + seconds
    for command in commands(random.Random(seed)):
        if totals["cases"] >= amount or time.monotonic() > end:
            return totals
        totals["cases"] += 1
        begun = time.thread_time()
        try:
            judgement = judge(reported(command))
        except Exception as error:
            totals["crashed"] += 1
            print(f"crashed: {error!r}: {command!r}", file=sys.stderr)
            continue
        if time.thread_time() - begun > SLOW_SECONDS:
            totals["slow"] += 1
            print(f"slow: {command!r}", file=sys.stderr)
        over = judgement.effects.exhausted
        totals["over_budget"] += over
        totals["blocked"] += judgement.verdict is Verdict.BLOCK
        if over and judgement.verdict < Verdict.QUARANTINE:
            totals["overlooked"] += 1
            print(f"overlooked: {command!r}", file=sys.stderr)
    return totals


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", type=int, default=0, help="how many; default 200,000, without a number when --minutes is given")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    amount = options.commands or (200_000 if options.minutes == float("inf") else sys.maxsize)
    with tempfile.TemporaryDirectory() as place:
        totals = run(amount, options.seed, Path(place), options.minutes * 60)
    print(", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in totals.items()))
    return 1 if totals["crashed"] or totals["slow"] or totals["overlooked"] else 0


if __name__ == "__main__":
    sys.exit(main())
