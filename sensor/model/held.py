"""A held call as the sensor tells it to whoever shows it: dashboard and terminal."""

from __future__ import annotations

from sensor.model.calls import Value
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Verdict

MAX_DAYS = 90  # how long a call may be allowed without a question


SESSION_OVER = "the end of its session"  # who closed a question of a session that ended
PAST = "blocked only for what its session did before; you may let exactly this call through"


class Held(Value):
    """A held call as the sensor shows it. Times in Unix seconds; `lines` are (label, redacted text).

    `waits` is when the last hook that waits for it gives up, 0 when none waits. `blocked`: only what its session did before made
    it a block, which a person may lift once.
    """

    id: str
    agent: str = ""
    session: str = ""
    tool: str = ""
    rule: str = ""
    reason: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    created: float = 0
    expires: float = 0
    state: str = "pending"
    scope: str = "once"
    decided: float = 0
    decided_by: str = ""
    note: str = ""
    asked: int = 1
    waits: float = 0
    critical: bool = False
    blocked: bool = False

    @property
    def is_rehearsal(self) -> bool:
        """Whether Handrail itself played this call: its self-test or its demo."""
        return self.session.startswith(REHEARSALS)

    @property
    def verdict(self) -> str:
        """The word under which the call is counted."""
        return (Verdict.BLOCK if self.blocked else Verdict.QUARANTINE).word
