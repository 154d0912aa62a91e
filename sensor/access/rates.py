"""How often an agent may try: a token bucket per agent, for every channel alike (F36)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sensor.model.calls import Phase, Surface, ToolCall
from sensor.model.findings import Finding, Severity, Stage

RULE = "HR-LIM-001"


class RateLimits(msgspec.Struct, frozen=True):
    """Calls that an agent may make: `calls_per_minute` on average, `burst` at once."""

    calls_per_minute: int = 300
    burst: int = 60


class _Bucket(msgspec.Struct):
    tokens: float
    filled_at: float


class RateLimiter:
    """Counts calls before the fact; results and lifecycle events are never limited.

    `now` gives monotonic seconds.
    """

    def __init__(self, limits: RateLimits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def check(self, call: ToolCall) -> tuple[Finding, ...]:
        """A finding of severity HIGH while the agent is over its limit, else nothing."""
        if call.phase is not Phase.BEFORE or call.surface is Surface.WRAPPER:
            return ()  # what an allowed call starts is no call of the agent
        now, per_second = self._now(), self._limits.calls_per_minute / 60
        bucket = self._buckets.get(call.agent)
        if bucket is None:
            bucket = self._buckets[call.agent] = _Bucket(float(self._limits.burst), now)
        bucket.tokens = min(self._limits.burst, bucket.tokens + (now - bucket.filled_at) * per_second)
        bucket.filled_at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return ()
        wait = (1 - bucket.tokens) / per_second if per_second else 60
        return (Finding(
            rule=RULE, severity=Severity.HIGH, stage=Stage.RATE_LIMIT, category="rate-limit",
            message=f"{call.agent} makes more than {self._limits.calls_per_minute} calls per minute",
            remedy=f"Wait {wait:.0f} s, then go on more slowly.",
        ),)
