"""Stage 8: what was done before. Files that earlier calls wrote, a refused end that comes back, and the risk that has added up."""

from __future__ import annotations

from collections.abc import Callable

from sensor.access.risk import SessionRisk
from sensor.correlate.files import WrittenFiles
from sensor.detectors.retries import RULE as REPEATED
from sensor.detectors.retries import RefusedIntents
from sensor.model.calls import ToolCall
from sensor.model.effects import Effects
from sensor.model.findings import Finding
from sensor.model.verdicts import Answer, JudgedCall, Mode


class Escalation:
    """Built once by `sensor.composition`. `raised` is told when a session reaches a higher level."""

    def __init__(self, risk: SessionRisk, intents: RefusedIntents, files: WrittenFiles, raised: Callable[[str, str, float], None]) -> None:
        self.risk = risk
        self._files = files
        self._intents = intents
        self._raised = raised

    def check(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Findings from what was done before `call`."""
        found = self._files.check(call, effects, so_far) + self._intents.check(call, effects)
        return found + self.risk.check(call, so_far + found)

    def judged(self, judged: JudgedCall) -> None:
        """Take a judged call into account: what was refused, what a person allowed, what it adds to the risk."""
        call, judgement = judged.call, judged.judgement
        self._files.judged(judged)
        if judgement.approval is not None:
            self._intents.forgive(call, judgement.effects)
            return
        worst = max(judgement.findings, key=lambda finding: finding.severity, default=None)
        rule = worst.rule if worst is not None else ""
        if judgement.mode is Mode.ENFORCE and judgement.answer is not Answer.ALLOW:
            self._intents.note(call, judgement.effects, judgement.verdict, rule)
        if self.risk.note(call, judgement.verdict, rule, any(finding.rule == REPEATED for finding in judgement.findings)):
            self._raised(call.agent, call.session, self.risk.score(call.agent, call.session))
