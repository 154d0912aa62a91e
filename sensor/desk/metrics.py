"""Counters of the running sensor in the text format of Prometheus. Every door counts, because all pass the same intake."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from sensor.model.verdicts import JudgedCall

BUCKETS_US = (100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000)
MAX_SERIES = 500
CONTENT_TYPE = "text/plain; version=0.0.4"

LABELS = ("agent", "answer", "door", "phase", "tool_kind", "verdict")


class Metrics:
    """Counts judged calls. `gauges` gives what is true now, as name -> (help, value)."""

    def __init__(self, gauges: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        self._gauges = gauges
        self._calls: Counter[tuple[str, ...]] = Counter()  # by the values of LABELS
        self._rules: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS_US) + 1)
        self._sum_us = 0

    def judged(self, judged: JudgedCall) -> None:
        """Count a call."""
        call, judgement = judged.call, judged.judgement
        values = (call.agent[:40], judgement.answer._value_, call.surface._value_, call.phase._value_, call.kind._value_, judgement.verdict.word)
        if values not in self._calls and len(self._calls) >= MAX_SERIES:
            values = ("other", *values[1:])
        self._calls[values] += 1
        for rule in {finding.rule for finding in judgement.findings}:
            self._rules[rule] += 1
        took = sum([us for _, us in judgement.stage_us])
        self._buckets[bisect_left(BUCKETS_US, took)] += 1
        self._sum_us += took

    def render(self) -> bytes:
        """Everything as text."""
        lines = ["# HELP handrail_calls_total Judged events.", "# TYPE handrail_calls_total counter"]
        lines += [f"handrail_calls_total{_labels(zip(LABELS, values, strict=True))} {count}" for values, count in sorted(self._calls.items())]
        lines += ["# HELP handrail_rule_findings_total Calls in which a rule or detector found something.", "# TYPE handrail_rule_findings_total counter"]
        lines += [f'handrail_rule_findings_total{_labels((("rule", rule),))} {count}' for rule, count in sorted(self._rules.items())]
        lines += ["# HELP handrail_judge_seconds Time from a parsed event to its verdict.", "# TYPE handrail_judge_seconds histogram"]
        total = 0
        for bound, count in zip((*(f"{us / 1e6:g}" for us in BUCKETS_US), "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'handrail_judge_seconds_bucket{{le="{bound}"}} {total}')
        lines += [f"handrail_judge_seconds_sum {self._sum_us / 1e6:g}", f"handrail_judge_seconds_count {total}"]
        for name, (said, value) in sorted(self._gauges().items()):
            lines += [f"# HELP handrail_{name} {said}", f"# TYPE handrail_{name} gauge", f"handrail_{name} {value:g}"]
        return ("\n".join(lines) + "\n").encode()


def _labels(labels: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
