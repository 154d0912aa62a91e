"""Agents that a person has stopped: every call of a suspended agent is refused until it is resumed."""

from __future__ import annotations

from sensor.model.calls import Phase, ToolCall
from sensor.model.findings import Finding, Severity, Stage

RULE = "HR-SUS-001"


def check_suspension(call: ToolCall, suspended: frozenset[str]) -> tuple[Finding, ...]:
    """A critical finding when the call's agent is suspended."""
    if call.phase is not Phase.BEFORE or call.agent not in suspended:
        return ()
    return (Finding(
        rule=RULE, severity=Severity.CRITICAL, stage=Stage.SUSPENSION, category="suspended",
        message=f"The agent {call.agent} is suspended",
        remedy="Stop and tell the user. They resume it in config.yaml under `suspended`.",
    ),)
