"""The pipeline that the detection benchmark scores: the sensor's own, with the shipped rules and default settings."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from pathlib import Path

from sensor.access.rates import RateLimiter, RateLimits
from sensor.detectors.scan import build_detectors
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Caller, ToolCall
from sensor.model.effects import Effects
from sensor.model.findings import Finding
from sensor.model.verdicts import Mode, Verdict
from sensor.pipeline import NoQueue, OpenAccess, Pipeline, Policy, no_past, nobody_there
from sensor.policy.decide import Decision, VerdictPolicy, decide
from sensor.policy.examples import AROUND
from sensor.policy.load import load_rules
from sensor.policy.profiles import choose_profile
from sensor.policy.ruleset import RuleSet

Judge = Callable[[ToolCall], tuple[str, tuple[Finding, ...]]]
WORDS = {Verdict.CLEAN: "allow", Verdict.FLAG: "flag", Verdict.QUARANTINE: "ask", Verdict.BLOCK: "block"}
UNLIMITED = RateLimits(calls_per_minute=10**9, burst=10**9)
TODAY = datetime.date(2026, 1, 1)


def build_judge(cache: Path | None = None, rules: Path | None = None) -> Judge:
    """Judge calls as the sensor would, without a queue; nobody is rate-limited. `rules` is another folder of rule files."""
    ruleset = RuleSet.compile(load_rules(cache=cache, shipped=rules).rules, cache)
    verdicts = VerdictPolicy()

    def decide_call(call: ToolCall, findings: tuple[Finding, ...]) -> Decision:
        return decide(call, findings, verdicts, TODAY)

    pipeline = Pipeline(
        policy=Policy(match=ruleset.match, decide=decide_call, profile=choose_profile, mode=lambda agent: Mode.ENFORCE,
                      suspended=frozenset(), digest="", ruleset=""),
        around=AROUND, limiter=RateLimiter(UNLIMITED, time.monotonic), quarantine=NoQueue(),
        detectors=build_detectors(SecretScanner(), time.thread_time).scan, presence=nobody_there, access=OpenAccess(), escalation=no_past, uid=0,
        consent_key=bytes(32), clock_ns=time.perf_counter_ns, describe=_describe_nothing,
    )
    caller = Caller(uid=0)

    def judge(call: ToolCall) -> tuple[str, tuple[Finding, ...]]:
        judgement = pipeline.judge(call, caller)
        return WORDS[judgement.verdict], judgement.findings

    return judge


def _describe_nothing(call: ToolCall, effects: Effects) -> tuple[tuple[str, str], ...]:
    return ()
