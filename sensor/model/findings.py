"""Evidence and its weight."""

from __future__ import annotations

import enum

from sensor.model.calls import Value
from sensor.model.effects import Span, TextField


class Severity(enum.IntEnum):
    """Weight of a finding; the order is the order of harm."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


GRAVEST = tuple(severity.name.lower() for severity in sorted(Severity, reverse=True))  # the words, the gravest first


class Status(enum.Enum):
    """Maturity of a rule; caps the verdict it can reach (test: quarantine, experimental: flag)."""

    STABLE = "stable"
    TEST = "test"
    EXPERIMENTAL = "experimental"


class Stage(enum.Enum):
    """The ten stages of the pipeline, in order. Each is timed in the entry."""

    RATE_LIMIT = "rate_limit"
    IDENTITY = "identity"
    SUSPENSION = "suspension"
    ACCESS = "access"
    EFFECTS = "effects"
    RULES = "rules"
    ANALYZERS = "analyzers"
    ESCALATION = "escalation"
    DECISION = "decision"
    AUDIT = "audit"


class Finding(Value):
    """One piece of evidence.

    `rule` is the id of a rule or detector ("HR-DST-001", "HR-SEC-AWS"). `message` is one sentence for a person and
    `remedy` what the agent should do instead; neither quotes a secret. `field`/`span` locate it in that text.
    `form` says in which form the text matched: "raw", "normalized", "decoded".
    """

    rule: str
    severity: Severity
    message: str
    stage: Stage = Stage.RULES
    category: str = ""
    remedy: str = ""
    status: Status = Status.STABLE
    field: TextField | None = None
    span: Span = Span()
    form: str = "raw"
    name: str = ""
