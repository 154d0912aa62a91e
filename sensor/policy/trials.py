"""Tries rules on their own examples: each must fire on what it claims to catch and stay silent on its near misses.

Who judges is handed in: `handrail rules test`, `rules lint` and the tests give the whole pipeline, on the imaginary machine
of `sensor.policy.examples`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sensor.model.calls import ToolCall, Value
from sensor.model.effects import Effects
from sensor.model.findings import Finding
from sensor.model.verdicts import Judgement
from sensor.policy.examples import Trial, example_call
from sensor.policy.rule import Example

Judge = Callable[[ToolCall], Judgement]
MAX_SHOWN = 160


class Failure(Value):
    """An example that does not behave. `effects` is what was seen in it, `findings` is what fired."""

    trial: Trial
    problem: str
    effects: Effects = Effects()
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        return f"{self.trial.example.where}: {self.trial.rule.id} {self.problem}: {shown(self.trial.example)}"


def failures(trials: Iterable[Trial], judge: Judge) -> Iterator[Failure]:
    """The examples of `trials` that do not behave."""
    for trial in trials:
        failure = attempt(trial, judge)
        if failure is not None:
            yield failure


def attempt(trial: Trial, judge: Judge) -> Failure | None:
    """What is wrong with one example, None when it behaves."""
    try:
        call = example_call(trial.example)
    except ValueError as error:
        return Failure(trial=trial, problem=f"has an example that is no call ({error})")
    judgement = judge(call)
    fired = any(finding.rule == trial.rule.id for finding in judgement.findings)
    if fired is trial.positive:
        return None
    problem = f"does not fire on true_positive {trial.number}" if trial.positive else f"fires on true_negative {trial.number}"
    return Failure(trial=trial, problem=problem, effects=judgement.effects, findings=judgement.findings)


def shown(example: Example) -> str:
    """The example in one line."""
    given = example.result or example.input.get("command") or ", ".join(f"{key}: {value}" for key, value in (example.definition or example.input).items())
    text = " ".join(str(given).split())
    text = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    tool = "definition" if example.definition else example.tool
    return text if tool == "Bash" and not example.result else f"{tool} {text}"
