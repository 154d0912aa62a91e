"""Findings -> verdict, and the two texts that explain it: the worst finding decides."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence

import msgspec

from sensor.model.calls import Phase, ToolCall, Value
from sensor.model.findings import Finding, Severity, Stage, Status
from sensor.model.verdicts import Verdict
from sensor.policy.overrides import Override

DEFAULT_VERDICTS: dict[Severity, Verdict] = {
    Severity.INFO: Verdict.CLEAN,
    Severity.LOW: Verdict.FLAG,
    Severity.MEDIUM: Verdict.FLAG,
    Severity.HIGH: Verdict.QUARANTINE,
    Severity.CRITICAL: Verdict.BLOCK,
}
STATUS_CAPS: dict[Status, Verdict] = {
    Status.STABLE: Verdict.BLOCK, Status.TEST: Verdict.QUARANTINE, Status.EXPERIMENTAL: Verdict.FLAG,
}
BLOCKED, ASKED, NOTED = "Blocked: ", "Needs your decision: ", "Noted: "  # so begins what a person is told
MAX_TEXT = 1200
MAX_MESSAGE = 400

# C0, C1, bidirectional controls, zero-width and other invisible characters, line separators, tags, lone surrogates
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]+")


class VerdictPolicy(Value):
    """What the user decided about verdicts: the map by severity, and overrides by rule (a later one wins)."""

    verdicts: dict[Severity, Verdict] = msgspec.field(default_factory=lambda: dict(DEFAULT_VERDICTS))
    overrides: tuple[Override, ...] = ()


class Decision(Value):
    """The verdict of a call. `deciding` is the finding behind it (None when clean without findings).

    `reason` is for the person, `advice` for the agent; "" when there is nothing to say. `lapsed` are rules whose override
    is over. `overridden` are rules whose verdict here is not the usual one.
    """

    verdict: Verdict
    deciding: Finding | None = None
    reason: str = ""
    advice: str = ""
    lapsed: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()

    @property
    def is_releasable(self) -> bool:
        """Whether a person may let the call through: what is held, and what only the session's past turned into a block."""
        return self.verdict is Verdict.QUARANTINE or (self.deciding is not None and _is_of_the_past(self.verdict, self.deciding))


CLEAN = Decision(verdict=Verdict.CLEAN)


def decide(call: ToolCall, findings: Sequence[Finding], policy: VerdictPolicy, today: datetime.date) -> Decision:
    """The worst finding decides; among equals the more severe, then the one found first."""
    if not findings:
        return CLEAN
    judged = [(_effective(finding, call, policy, today), finding) for finding in findings]
    lapsed = {o.rule for o in policy.overrides if o.has_lapsed(today) and any(o.concerns(f, call) for f in findings)}
    overridden = {finding.rule for verdict, finding in judged if verdict is not usual_verdict(finding, policy.verdicts)}
    verdict, deciding = max(judged, key=lambda pair: (pair[0], pair[1].severity))
    others = sum(1 for other, _ in judged if other is not Verdict.CLEAN) - 1
    return Decision(
        verdict=verdict, deciding=deciding, lapsed=tuple(sorted(lapsed)), overridden=tuple(sorted(overridden)),
        reason=printable(_reason(verdict, deciding, others), MAX_TEXT) if verdict else "",
        advice=printable(_advice(call, verdict, deciding), MAX_TEXT) if verdict else "",
    )


def usual_verdict(finding: Finding, verdicts: dict[Severity, Verdict]) -> Verdict:
    """The verdict of a finding without overrides: by severity, capped by the maturity of its rule."""
    return min(verdicts.get(finding.severity, DEFAULT_VERDICTS[finding.severity]), STATUS_CAPS[finding.status])


def gravest_usual(findings: Iterable[Finding]) -> Verdict:
    """The gravest verdict of findings without overrides and with the default settings; CLEAN where there are none."""
    return max((usual_verdict(one, DEFAULT_VERDICTS) for one in findings), default=Verdict.CLEAN)


def printable(text: str, limit: int) -> str:
    """`text` on one line without control, bidirectional or invisible characters, at most `limit` long."""
    clean = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def gist(reason: str) -> str:
    """What was found, out of the reason a person was told: without lead, rule and advice, which stand beside it."""
    for lead in (BLOCKED, ASKED, NOTED):
        reason = reason.removeprefix(lead)
    return reason.partition(". Rule ")[0]


def _effective(finding: Finding, call: ToolCall, policy: VerdictPolicy, today: datetime.date) -> Verdict:
    verdict = usual = usual_verdict(finding, policy.verdicts)
    for override in policy.overrides:
        if override.has_lapsed(today) or not override.concerns(finding, call):
            continue
        if override.severity is not None:
            verdict = usual_verdict(msgspec.structs.replace(finding, severity=override.severity), policy.verdicts)
        if override.action is not None:
            verdict = override.action
    if usual is not Verdict.CLEAN and any(o.core and o.rule == finding.rule for o in policy.overrides):
        verdict = max(verdict, Verdict.FLAG)  # a core rule is never silent
    return verdict


def _is_of_the_past(verdict: Verdict, deciding: Finding) -> bool:
    return verdict is Verdict.BLOCK and deciding.stage is Stage.ESCALATION


def _reason(verdict: Verdict, finding: Finding, others: int) -> str:
    more = f" {others} more finding{'s' if others > 1 else ''} in this call." if others > 0 else ""
    what = f"{printable(finding.message, MAX_MESSAGE).rstrip('.')}. Rule {finding.rule}, {finding.severity.name.lower()}.{more}"
    if _is_of_the_past(verdict, finding):
        return f"{BLOCKED}{what} Only the past of its session made it a block: you may let it through once, see `handrail quarantine list`."
    if verdict is Verdict.BLOCK:
        return f"{BLOCKED}{what} If you want it, do it yourself outside the agent. What the rule is for: `handrail rules show {finding.rule}`."
    if verdict is Verdict.QUARANTINE:
        return f"{ASKED}{what} Approve only if you expected exactly this."
    return f"{NOTED}{what}"


def _advice(call: ToolCall, verdict: Verdict, finding: Finding) -> str:
    message = printable(finding.message, MAX_MESSAGE).rstrip(".")
    remedy = printable(finding.remedy, MAX_MESSAGE) or "Choose a way that avoids this, or ask the user."
    if call.phase is Phase.AFTER:
        return f"Handrail found in what this call returned: {message} (rule {finding.rule}). {remedy}"
    if verdict is Verdict.BLOCK:
        rest = ("Do not try another way; tell the user, who finds the call in `handrail quarantine list`." if _is_of_the_past(verdict, finding)
                else "Reaching the same end another way is blocked too; tell the user what you wanted to do and why.")
        return f"Handrail blocked this call (rule {finding.rule}): {message}. Instead: {remedy} {rest}"
    if verdict is Verdict.QUARANTINE:
        return (f"Handrail holds this call for the user (rule {finding.rule}): {message}. Wait for the user's decision, or "
                f"instead: {remedy}")
    return f"Handrail noted this call (rule {finding.rule}): {message}. {remedy}"
