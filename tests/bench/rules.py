"""Cost of matching and of starting, by number of rules: `python tests/bench/rules.py [--json]`.

Prints CPU microseconds per call at 100, 350 and 1,000 rules (the shipped ones, sampled or repeated under other ids and other
words), the pattern pass by size of text, the ratio to the same patterns as a loop of `re`, and what a start and its first
calls cost without and with the cache. Medians of many; compare ratios, not machines.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import os
import random
import re
import statistics
import string
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
from sensor.patterns.engines import compile_all
from sensor.policy.examples import AROUND, example_call
from sensor.policy.load import load_rules
from sensor.policy.prepared import load_ruleset
from sensor.policy.rule import Example, Pattern, Rule
from sensor.policy.ruleset import RuleSet

COMMANDS = (
    "ls -la src && git status", "rg -n 'todo' src | head -20", "pytest -q tests/test_app.py 2>&1 | tail -5", "cd web && npm run build",
    "git add -A && git commit -m 'Fix the parser'", "cat src/app.py", "rm -rf build/ dist/", "curl -s https://api.github.com/repos/a/b | jq .name",
    "docker compose up -d db && sleep 2", "python3 manage.py migrate --plan",
)
SIZES = (200, 2_000, 64_000, 1_000_000)
NUMBERS = (100, 350, 1000)
NEW_CALLS, LETTERS, PROGRAMS = 2000, string.ascii_lowercase + string.digits + "-_./=:", ("git", "curl", "npm", "python3", "docker", "grep")
STARTS = 9
STEPS = {
    "without": "start without cache, by the clock", "compiled": "start without cache, CPU", "beside": "patterns and words compiled beside it, by the clock",
    "words": "patterns and words compiled beside it, CPU", "cached": "start from the cache",
    "warm": "words, index and databases, read after the start",
    "small": "first call: a small command", "script": "first call: a script of 2 KB", "reload": "reload after a change of a user's pattern",
}
OWN_RULE = """
- id: BENCH-OWN-001
  name: A rule of a user
  description: One pattern on every text.
  severity: low
  category: bench
  status: stable
  phase: [before, after]
  match: {{patterns: {{any: [{{type: regex, value: 'bench[0-9]+{}'}}]}}}}
  examples: {{true_positive: [echo bench1a], true_negative: [ls]}}
  remediation: Nothing.
  references: {{}}
"""
SCRIPT = "\n".join(f"{command}  # {number}" for number, command in enumerate(COMMANDS * 5))[:2_000]
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


def new_words_cost(ruleset: RuleSet) -> float:
    """Microseconds per small shell call of which every word is new, so that no engine gains by what it remembers of texts before."""
    letters, spent = random.Random(7), []
    for number in range(NEW_CALLS):
        words = ["".join(letters.choices(LETTERS, k=9)) for _ in range(6)]
        call = example_call(Example(input={"command": " ".join([PROGRAMS[number % len(PROGRAMS)], *words])}))
        effects = derive_effects(call, AROUND)
        started = time.thread_time_ns()
        ruleset.match(call, effects, ScanProfile.STRICT)
        spent.append((time.thread_time_ns() - started) / 1000)
    return statistics.mean(spent[NEW_CALLS // 10:])


def source_code() -> str:
    """Some megabytes of Python's own library, as what an agent writes mostly looks like: no address in every line, and no word of an attack."""
    return "\n".join(path.read_text(errors="replace") for path in sorted(Path(os.__file__).parent.glob("*.py")))


def pass_costs(ruleset: RuleSet, field: TextField, fired: frozenset[int], source: str = WORDS) -> dict[int, float]:
    """Microseconds of one pass with the patterns that look at `field`, by size of a text that repeats `source`.

    With rules in `fired` those are every pattern, as in a call of which the effect part of such a rule holds.
    """
    everything = frozenset(range(len(ruleset.rules)))
    costs = {}
    for size in SIZES:
        text = (source * (size // len(source) + 1)).encode()[:size]
        costs[size] = cost(lambda text=text: list(ruleset.patterns.match(ruleset.patterns.look(text, field), everything, fired)), max(1, 20_000 // size))
    return costs


def loop_cost(ruleset: RuleSet) -> float:
    """Microseconds of the same patterns one after the other in `re`, on 2 KB."""
    compiled = [re.compile(pattern.encode(), re.M | re.S) for pattern in ruleset.patterns.patterns if pattern.isascii()]
    text = (WORDS * 20)[:2_000].encode()
    return cost(lambda: [one.search(text) for one in compiled], 1)


def start_costs() -> dict[str, float]:
    """Milliseconds from rule files to a rule set, and of its first calls, in processes of their own: medians.

    Without the cache by the clock, as databases are compiled side by side; all else CPU.
    """
    with tempfile.TemporaryDirectory() as folder:
        cold = _fresh(folder)
        starts = [_fresh(folder) for _ in range(STARTS)]
    medians = {name: statistics.median(start[name] for start in starts) for name in starts[0]}
    return medians | {"without": cold["wall"], "compiled": cold["cached"], "words": cold["words"], "beside": cold["beside"]}


def _fresh(cache: str) -> dict[str, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_start, (Path(cache),))


def _start(cache: Path) -> dict[str, float]:
    began, clock = time.process_time_ns(), time.perf_counter_ns()
    loaded = load_ruleset(None, cache)
    ruleset = loaded.ruleset
    spent = {"wall": (time.perf_counter_ns() - clock) / 1e6, "cached": (time.process_time_ns() - began) / 1e6}
    pairs = [(call, derive_effects(call, AROUND)) for call in (example_call(Example(input={"command": text})) for text in (COMMANDS[0], SCRIPT))]
    steps: dict[str, Callable[[], object]] = {"warm": lambda: list(ruleset.warm()), "words": lambda: compile_all(ruleset.uncompiled(), cache)}
    steps |= {name: functools.partial(ruleset.match, *pair, ScanProfile.STRICT) for name, pair in zip(("small", "script"), pairs, strict=True)}
    for name, step in steps.items():
        began, clock = time.process_time_ns(), time.perf_counter_ns()
        step()
        spent[name] = (time.process_time_ns() - began) / 1e6
        if name == "words":
            spent["beside"] = (time.perf_counter_ns() - clock) / 1e6
    own = cache / "own" / f"{os.getpid()}"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text(OWN_RULE.format(os.getpid()))
    began = time.process_time_ns()
    assert not load_ruleset(own, cache, loaded).problems
    return spent | {"reload": (time.process_time_ns() - began) / 1e6}


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
    passes["source*"] = pass_costs(full, TextField.CONTENT, all_rules, source_code())
    loop, starts = loop_cost(full), start_costs()
    with tempfile.TemporaryDirectory() as folder:
        compile_all(load_ruleset(None, Path(folder)).ruleset.uncompiled(), Path(folder))
        new_words = {"as in the sensor": new_words_cost(load_ruleset(None, Path(folder)).ruleset), "without a cache, words by RE2": new_words_cost(full)}
    result = {"rules": len(rules), "engine": full.engine, "match_us": per_call, "ratio_1000_to_100": per_call[1000] / per_call[100],
              "pass_us": passes, "re_loop_2k_us": loop, "re_loop_ratio": loop / passes["command*"][2_000], "start_ms": starts, "new_words_us": new_words}
    if options.json:
        print(json.dumps(result))
        return 0
    print(f"{len(rules)} shipped rules, {len(full.patterns.patterns)} text patterns, engine {full.engine}\n")
    for number, spent in sorted(per_call.items()):
        print(f"match one small shell call, {number:5} rules   {spent:9.1f} us   x{spent / per_call[100]:.2f}")
    for what, spent in new_words.items():
        print(f"match a call of new words, {what:29} {spent:9.1f} us")
    for field, costs in passes.items():
        for size, spent in costs.items():
            print(f"pattern pass, {field:9} {size:9,} bytes      {spent:9.1f} us")
    print(f"the same patterns in a loop of re, 2,000 bytes {loop:9.1f} us   x{loop / passes['command*'][2_000]:.0f}")
    print("* = with the patterns of rules that also ask for an effect, where such an effect was found; source = the content is source code")
    for name, what in STEPS.items():
        print(f"{what:46} {starts[name]:9.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
