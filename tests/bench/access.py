"""What the access steps add to a verdict: `python tests/bench/access.py [--quick] [--json]`.

50 agents with 10 lines each (500 in all), a session held to a delegation of depth 3, task keys, counters. The whole of stage
ACCESS and its second look at the reach, apart from the derivation of effects, which every call needs anyway. "First sight" is
a policy that was just loaded and a chain whose three signatures are not known yet, or whose first is (`handrail delegate` made it here),
or whose first two are, as with the chain of a further sub-agent. Prints microseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nacl import bindings

from hooks.usage import Used
from sensor.access.admissions import Counters
from sensor.access.budgets import Budgets
from sensor.access.delegation import Block, Chain, issue, parse_chain, render_chain
from sensor.access.delegations import Delegations
from sensor.access.desk import AccessDesk
from sensor.access.ledger import Ledger
from sensor.access.policy import AccessFile, parse_policy
from sensor.access.scopes import WIDE, Scope
from sensor.access.standing import Governance
from sensor.access.tasks import TaskKeys
from sensor.effects import derive_effects
from sensor.model.calls import Abilities, Caller, Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Effects, Surroundings
from sensor.settings import PriceSettings

AGENTS = 50
USED = ("agent-49", "s-1")
BAR_KNOWN, BAR_FIRST = 60.0, 250.0
SECTION = """
  agent-{number}:
    tools: {{allow: ["*"], deny: [WebSearch, mcp__github__delete_*]}}
    servers: {{allow: [github, files, tickets]}}
    filesystem: home
    paths: {{deny: ["~/clients/secret-{number}/**"]}}
    network: listed
    hosts: {{allow: ["@package-registries", "*.example-{number}.com"]}}
    arguments: [{{tool: mcp__pay__send, field: amount, max: 100, ask-above: 10}}]
    session-calls: 1000000
    subagents: {{Explore: {{filesystem: read}}}}"""
CALL = "npm install left-pad && git commit -am 'update' && cat README.md > build/out.txt"


class World:
    """One policy, one chain, one call; `desk()` is a sensor's that has seen nothing yet."""

    def __init__(self, folder: Path, counted: bool) -> None:
        self.snapshot = folder / "delegations.json"
        self.home = str(folder / "home")
        self.project = folder / "home" / "shop"
        (self.project / ".git").mkdir(parents=True)
        self.policy: AccessFile = parse_policy("agents:" + "".join(SECTION.format(number=number) for number in range(AGENTS)), "policy.yaml")
        self.root, self.chain = chain_of_three(counted)
        self.call = ToolCall(agent=USED[0], event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash", session=USED[1], cwd=str(self.project),
                             action=ShellAction(command=CALL), arguments={"command": CALL}, abilities=Abilities(deny=True, ask=True))
        self.effects: Effects = derive_effects(self.call, Surroundings(home=self.home))

    def desk(self, known: int = 0) -> AccessDesk:
        delegations = Delegations(roots=lambda: frozenset({self.root}), origin="bench", now=time.time, snapshot=self.snapshot)
        if not delegations.sessions():
            delegations.attach(USED[1], self.chain)
        delegations = Delegations(roots=lambda: frozenset({self.root}), origin="bench", now=time.time, snapshot=self.snapshot)  # knows the text only
        if known:
            delegations.check(render_chain(parse_chain(self.chain)[:known]))
        return AccessDesk(standing=Governance(self.policy, self.home).of, delegations=delegations, tasks=TaskKeys(time.monotonic, time.time), counters=Counters(time.monotonic))

    def judge(self, desk: AccessDesk) -> float:
        """Microseconds of both looks."""
        began = time.perf_counter_ns()
        admission = desk.admit(self.call, Caller(uid=os.getuid()))
        findings = admission.findings + desk.reach(admission, self.call, self.effects)
        taken = (time.perf_counter_ns() - began) / 1000
        assert admission.delegation is not None and not findings, findings
        return taken


def chain_of_three(counted: bool) -> tuple[str, str]:
    """Public key of the root, and the text of a chain root -> agent -> sub-agent -> tool; `counted` limits the number of calls."""
    keys = [bindings.crypto_sign_seed_keypair(bytes([number]) * 32) for number in range(4)]
    now, chain = int(time.time()), Chain()
    narrow = Scope(tools=("Read", "shell"), reads=("*",), writes=("*",), hosts=("*",), servers=("*",), max_calls=900_000 if counted else WIDE.max_calls)
    scopes = (WIDE, WIDE, narrow)
    for depth, scope in enumerate(scopes):
        block = Block(v=1, aud="bench", surface="*", scope=scope, depth_left=2 - depth, nbf=now, exp=now + 3600 - depth, cnf=keys[depth + 1][0].hex(),
                      parent=chain[-1].digest if chain else "", id=f"{depth}")
        chain = issue(keys[depth][1], block, chain)
    return keys[0][0].hex(), render_chain(chain)


def budget_us(world: World, rounds: int) -> list[float]:
    """Microseconds of the look at three limits, with ten agents that used ten models in two days."""
    ledger = Ledger(None, lambda: "2030-01-02", lambda write: None)
    for number in range(200):
        ledger.used(f"agent-{40 + number % 10}", USED[1], "history", number, [Used(f"m{number}", f"model-{number // 20}", f"2030-01-0{number % 2 + 1}", 5, 5, 5, 5)])
    policy = parse_policy(f"budget: {{money-per-month: 9000}}\nagents: {{{USED[0]}: {{budget: {{calls-per-day: 9000, tokens-per-day: 90000}}}}}}", "policy.yaml")
    prices = {"model-*": PriceSettings(input=1.0, output=5.0)}
    budgets = Budgets(ledger, lambda: policy, lambda: prices, lambda agent, line: None)
    taken = []
    for _ in range(rounds):
        began = time.perf_counter_ns()
        assert budgets.check(world.call) == ()
        taken.append((time.perf_counter_ns() - began) / 1000)
    return taken


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def measure(quick: bool) -> dict[str, float]:
    """Microseconds of a call whose rights are known and of one at first sight, without and with a limit on the number of calls."""
    rounds = 300 if quick else 3000
    found: dict[str, float] = {"policy lines": AGENTS * SECTION.count("\n")}
    for counted in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), counted)
            desk = world.desk()
            world.judge(desk)
            known = [world.judge(desk) for _ in range(rounds)]
            first = [world.judge(world.desk()) for _ in range(rounds // 10)]
            budget = budget_us(world, rounds)
            made_here, child = ([world.judge(world.desk(known)) for _ in range(rounds // 10)] for known in (1, 2))
        name = ", calls counted" if counted else ""
        found |= {f"known p50{name}": median(known), f"known p95{name}": sorted(known)[int(rounds * 0.95)], f"first sight p50{name}": median(first),
                  f"first sight, root block known{name}": median(made_here), f"first sight, parents known{name}": median(child)}
    return found | {"budgets of three limits p50": median(budget)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.quick)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:46} {value:8.1f}")
    print(f"bars: known p50 {BAR_KNOWN:.0f} us, first sight p50 {BAR_FIRST:.0f} us")


if __name__ == "__main__":
    main()
