"""What the pipeline concluded, and what the agent is told."""

from __future__ import annotations

import enum

import msgspec

from sensor.model.calls import Caller, ToolCall, Value
from sensor.model.effects import Effects
from sensor.model.findings import Finding, Stage


class Verdict(enum.IntEnum):
    """Worst finding wins."""

    CLEAN = 0
    FLAG = 1
    QUARANTINE = 2
    BLOCK = 3

    @property
    def word(self) -> str:
        """The name used everywhere a person or a program reads it: "clean", "flag", "quarantine", "block"."""
        return self._name_.lower()


VERDICT_WORDS = tuple(verdict.word for verdict in Verdict)


class Answer(enum.Enum):
    """What the agent is told. ALLOW is silence except where an agent's fail-closed setting needs a word."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Mode(enum.Enum):
    """Observe records what would happen; enforce makes it happen."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class ScanProfile(enum.Enum):
    """Which rules and detectors a tool kind gets (F41)."""

    STRICT = "strict"
    CONTENT_AWARE = "content-aware"
    MINIMAL = "minimal"

    __hash__ = object.__hash__  # as `Phase`


class ApprovalUse(Value):
    """The person's answer that a call relied on."""

    id: str
    by: str
    consent: str


class DelegationUse(Value):
    """The delegation that a call came under: its root's key (hex), the digest of the chain, hops that are left."""

    root: str
    chain: str
    depth_left: int


class Judgement(Value):
    """The outcome of `judge`: everything the entry and the reply are made of.

    `answer` is what the agent is told, `would_answer` what enforce would have told it (equal in enforce).
    `reason` is for the human, `advice` for the agent; both name the rule and the next step, without control characters.
    `stage_us` are (stage, microseconds). `hold` is the id of the quarantined call, "" when none.
    """

    verdict: Verdict
    answer: Answer
    would_answer: Answer
    mode: Mode
    profile: ScanProfile
    reason: str = ""
    advice: str = ""
    findings: tuple[Finding, ...] = ()
    effects: Effects = Effects()
    stage_us: tuple[tuple[Stage, int], ...] = ()
    hold: str = ""
    approval: ApprovalUse | None = None
    delegation: DelegationUse | None = None


class JudgedCall(Value):
    """A call with its judgement: what the audit log records."""

    call: ToolCall
    caller: Caller
    judgement: Judgement


class Reply(msgspec.Struct, frozen=True):
    """The bytes and the exit code an agent expects from its hook."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int = 0
