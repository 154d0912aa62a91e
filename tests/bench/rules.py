"""Cost of matching and of starting, by number of rules: `python tests/bench/rules.py [--json]`.

Prints CPU microseconds per call at 100, 350 and 1,000 rules (the shipped ones, sampled or repeated under other ids and other
words), the pattern pass by size of text, the ratio to the same patterns as a loop of `re`, and what a start costs without
and with the cache. Medians of many; compare ratios, not machines.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.effects import derive_effects
from sensor.model.effects import TextField
from sensor.model.verdicts import ScanProfile
from sensor.policy.examples import AROUND, example_call
from sensor.policy.load import load_rules
from sensor.policy.rule import Example, Pattern, Rule
from sensor.policy.ruleset import RuleSet

COMMANDS = (
    "ls -la src && git status", "rg -n 'todo' src | head -20", "pytest -q tests/test_app.py 2>&1 | tail -5", "cd web && npm run build",
    "git add -A && git commit -m 'Fix the parser'", "cat src/app.py", "rm -rf build/ dist/", "curl -s https://api.github.com/repos/a/b | jq .name",
    "docker compose up -d db && sleep 2", "python3 manage.py migrate --plan",
)
SIZES = (200, 2_000, 64_000, 1_000_000)
NUMBERS = (100, 350, 1000)
FIELDS = (TextField.COMMAND, TextField.CONTENT, TextField.RESULT)
WORDS = "the quick brown fox reads src/app/main.py and writes {build} output=42 to https://docs.example.org/page?id=7 # note\n"


def resized(rules: tuple[Rule, ...], number: int) -> list[Rule]:
    """`number` rules: a sample over all categories, or copies whose patterns and ids differ."""
    if number <= len(rules):
        step = len(rules) / number
        return [rules[int(index * step)] for index in range(number)]
    return [*rules, *(_copy(rules[index % len(rules)], index) for index in range(number - len(rules)))]


def _copy(rule: Rule, index: int) -> Rule:
    match = rule.match
    if match.patterns is not None:
        def renamed(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
            return tuple(p if set("^$") & set(p.value) else Pattern(type=p.type, value=f"{p.value}.x{index}") for p in patterns)

        match = msgspec.structs.replace(match, patterns=msgspec.structs.replace(
            match.patterns, any=renamed(match.patterns.any), all=renamed(match.patterns.all)))
    return msgspec.structs.replace(rule, id=f"BENCH-{index:05}", match=match)


def cost(run: Callable[[], object], times: int) -> float:
    """Median CPU microseconds of one `run`, of seven rounds."""
    rounds = []
    for _ in range(7):
        started = time.thread_time_ns()
        for _ in range(times):
            run()
        rounds.append((time.thread_time_ns() - started) / times / 1000)
    return statistics.median(rounds)


def match_cost(ruleset: RuleSet) -> float:
    """Microseconds per small shell call, effects not counted."""
    calls = [example_call(Example(input={"command": command})) for command in COMMANDS]
    pairs = [(call, derive_effects(call, AROUND)) for call in calls]

    def run() -> None:
        for call, effects in pairs:
            ruleset.match(call, effects, ScanProfile.STRICT)

    run()
    return cost(run, 20) / len(pairs)


def pass_costs(ruleset: RuleSet, field: TextField, fired: frozenset[int]) -> dict[int, float]:
    """Microseconds of one pass with the patterns that look at `field`, by size of the text.

    With rules in `fired` those are every pattern, as in a call of which the effect part of such a rule holds.
    """
    everything = frozenset(range(len(ruleset.rules)))
    costs = {}
    for size in SIZES:
        text = (WORDS * (size // len(WORDS) + 1))[:size].encode()
        costs[size] = cost(lambda text=text: list(ruleset.patterns.match(ruleset.patterns.look(text, field), everything, fired)), max(1, 20_000 // size))
    return costs


def loop_cost(ruleset: RuleSet) -> float:
    """Microseconds of the same patterns one after the other in `re`, on 2 KB."""
    compiled = [re.compile(pattern.encode(), re.M | re.S) for pattern in ruleset.patterns.patterns if pattern.isascii()]
    text = (WORDS * 20)[:2_000].encode()
    return cost(lambda: [one.search(text) for one in compiled], 1)


def start_costs() -> tuple[float, float]:
    """CPU milliseconds from rule files to a rule set, without and with the cache."""
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            started = time.process_time_ns()
            RuleSet.compile(load_rules(None, Path(folder)).rules, Path(folder))
            spent.append((time.process_time_ns() - started) / 1e6)
    return spent[0], spent[1]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(words)
    rules = load_rules(None).rules
    full = RuleSet.compile(rules)
    per_call = {number: match_cost(RuleSet.compile(resized(rules, number))) for number in NUMBERS} | {len(rules): match_cost(full)}
    all_rules = frozenset(range(len(rules)))
    passes = {field.value: pass_costs(full, field, frozenset()) for field in FIELDS}
    passes |= {f"{field.value}*": pass_costs(full, field, all_rules) for field in FIELDS[:2]}
    loop, (cold, warm) = loop_cost(full), start_costs()
    result = {"rules": len(rules), "engine": full.engine, "match_us": per_call, "ratio_1000_to_100": per_call[1000] / per_call[100],
              "pass_us": passes, "re_loop_2k_us": loop, "re_loop_ratio": loop / passes["command*"][2_000], "start_ms": {"cold": cold, "cached": warm}}
    if options.json:
        print(json.dumps(result))
        return 0
    print(f"{len(rules)} shipped rules, {len(full.patterns.patterns)} text patterns, engine {full.engine}\n")
    for number, spent in sorted(per_call.items()):
        print(f"match one small shell call, {number:5} rules   {spent:9.1f} us   x{spent / per_call[100]:.2f}")
    for field, costs in passes.items():
        for size, spent in costs.items():
            print(f"pattern pass, {field:9} {size:9,} bytes      {spent:9.1f} us")
    print(f"the same patterns in a loop of re, 2,000 bytes {loop:9.1f} us   x{loop / passes['command*'][2_000]:.0f}")
    print("* = with the patterns of rules that also ask for an effect, where such an effect was found")
    print(f"start without cache                            {cold:9.1f} ms\nstart from the cache                           {warm:9.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
