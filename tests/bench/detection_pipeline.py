"""The pipeline that the detection benchmark scores: the sensor's own, with the shipped rules and default settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sensor.judging import example_judge
from sensor.model.calls import ToolCall
from sensor.model.findings import Finding
from sensor.model.verdicts import Verdict
from sensor.policy.load import load_rules

Judge = Callable[[ToolCall], tuple[str, tuple[Finding, ...]]]
WORDS = {Verdict.CLEAN: "allow", Verdict.FLAG: "flag", Verdict.QUARANTINE: "ask", Verdict.BLOCK: "block"}


def build_judge(cache: Path | None = None, rules: Path | None = None) -> Judge:
    """Judge calls as the sensor would, without a queue; nobody is rate-limited. `rules` is another folder of rule files."""
    loaded = load_rules(shipped=rules)
    if loaded.problems:  # without a file of rules the figures would mean nothing
        raise SystemExit("\n".join(map(str, loaded.problems)))
    pipeline = example_judge(loaded.rules, cache)

    def judge(call: ToolCall) -> tuple[str, tuple[Finding, ...]]:
        judgement = pipeline(call)
        return WORDS[judgement.verdict], judgement.findings

    return judge
