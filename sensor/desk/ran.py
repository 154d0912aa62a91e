"""A call that ran with another input than it was judged with: a hook of somebody else, or a person, may have changed it in between.

Agents let any hook answer with an input of its own, and show each hook the first one only. So what is reported after the run is
compared with what was judged before it, by the id of the call.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hooks.fields import missing
from sensor.model.calls import Abilities, Phase, ToolCall, ToolKind, WriteAction
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Judgement, Verdict
from sensor.pipeline import Policy
from sensor.policy.decide import printable

RULE = "HR-RAN-001"
MAX_TEXT = 1200
# People correct what is written before they agree to it, and tools fill in what they were not told. A command that is another one is no such thing.
_EXACT = frozenset({ToolKind.SHELL, ToolKind.MCP, ToolKind.FILE_DELETE})
# Their input is what the user answered.
_ANSWERED = frozenset({ToolKind.SESSION, ToolKind.PROMPT, ToolKind.RESPONSE})
WHAT = "What ran is not what was judged before it ran: another hook may have changed it"


def tells_what_ran(call: ToolCall) -> bool:
    """Whether `call` is the report of a run that says what was run: some name the file alone that was written."""
    if call.phase is not Phase.AFTER or call.kind in _ANSWERED or missing(call.action):
        return False
    return not isinstance(call.action, WriteAction) or any(edit.new for _, edits in call.action.files for edit in edits)


def ran_otherwise(call: ToolCall, found: Judgement, policy: Policy, judge: Callable[[ToolCall], Judgement]) -> Judgement:
    """The judgement of a reported run (`found`), with what `judge` says of the input that ran. Nothing can be stopped any more."""
    meant = judge(msgspec.structs.replace(call, phase=Phase.BEFORE, result="", abilities=Abilities(deny=True)))
    noted = Finding(
        rule=RULE, severity=Severity.MEDIUM if call.kind in _EXACT else Severity.INFO, message=WHAT, stage=Stage.DECISION, category="integrity",
        remedy="Tell the user what ran, and look at the hooks of the agent's settings, plugins and project.")
    findings = (noted, *meant.findings, *(one for one in found.findings if one not in meant.findings))
    decision = policy.decide(call, findings)
    judgement = msgspec.structs.replace(
        found, findings=findings, verdict=decision.verdict, reason=decision.reason, advice=decision.advice, effects=meant.effects)
    if decision.deciding is None or decision.deciding in (noted, *found.findings) or decision.verdict is Verdict.CLEAN:
        return judgement
    what = f"{decision.deciding.message.rstrip('.')} (rule {decision.deciding.rule}, {decision.deciding.severity.name.lower()})"
    return msgspec.structs.replace(
        judgement, reason=printable(f"{WHAT}. It has run: {what}.", MAX_TEXT),
        advice=printable(f"{WHAT}. It has run, and Handrail would have stopped or noted it: {what}. {noted.remedy}", MAX_TEXT))
