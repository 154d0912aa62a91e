"""Who is calling: only processes of this user reach the socket; what cannot be proved is said in the entry.

Agents on this stage are bound by the kernel's word (peer credentials). Keys and delegation add to this stage later.
"""

from __future__ import annotations

from sensor.model.calls import Caller, InputProblem, Phase, ToolCall, ToolKind
from sensor.model.findings import Finding, Severity, Stage

MALFORMED = "HR-INP-001"
FOREIGN = "HR-IDN-001"

_WORDS = {
    InputProblem.TRUNCATED: "is larger than 16 MiB and was cut",
    InputProblem.NOT_JSON: "is not JSON",
    InputProblem.NOT_OBJECT: "is not a JSON object",
    InputProblem.TOO_DEEP: "is nested too deeply",
    InputProblem.DUPLICATE_KEY: "names a key twice",
    InputProblem.BAD_NUMBER: "holds a number that is not exact",
    InputProblem.BAD_ENCODING: "is not valid text",
    InputProblem.MISSING_FIELD: "lacks a field that this event must have",
}

# A person cannot answer for what nobody can see, or what two readers read differently.
_UNSEEN = {InputProblem.TRUNCATED, InputProblem.NOT_JSON, InputProblem.NOT_OBJECT, InputProblem.TOO_DEEP, InputProblem.DUPLICATE_KEY}


def check_identity(call: ToolCall, caller: Caller, own_uid: int) -> tuple[Finding, ...]:
    """Findings about the caller and about input that two readers could read differently."""
    findings = []
    if caller.uid != own_uid:
        findings.append(Finding(
            rule=FOREIGN, severity=Severity.CRITICAL, stage=Stage.IDENTITY, category="identity",
            message="The caller belongs to another user of this machine",
            remedy="Run the agent as the user who installed Handrail.",
        ))
    words = [_WORDS[problem] for problem in call.problems if problem in _WORDS]
    if words:
        findings.append(Finding(
            rule=MALFORMED, severity=Severity.CRITICAL if _is_unseen(call) else Severity.HIGH, stage=Stage.IDENTITY, category="malformed-input",
            message=f"The agent's report {', '.join(words)}, so it cannot be read with certainty",
            remedy="Repeat the call in a plain form: smaller, with each argument once.",
        ))
    return tuple(findings)


def _is_unseen(call: ToolCall) -> bool:
    """Whether part of a call cannot be seen. The end of a long text that is written to a known path may be missing."""
    long_text = call.kind is ToolKind.FILE_WRITE and InputProblem.TRUNCATED in call.problems and InputProblem.MISSING_FIELD not in call.problems
    return call.phase is Phase.BEFORE and bool(_UNSEEN & set(call.problems)) and not long_text
