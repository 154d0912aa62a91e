"""Times in what programs get: each as ISO 8601 in UTC, whatever the part that it comes from counts in."""

from __future__ import annotations

import datetime
from typing import Any

# Every field that holds a moment. Parts of Handrail keep seconds or microseconds since 1970, 0 for "not yet".
FIELDS = frozenset((
    "at", "changed", "created", "decided", "ended", "expires", "heard", "now", "recorded", "revoked", "since", "started", "swept", "ts", "until", "waits",
))
MICROSECONDS_FROM = 1e12  # as seconds this would be more than thirty thousand years from now


def moments_told(value: Any) -> Any:
    """The same JSON value with each moment as text, such as 2026-03-02T09:00:00.000000Z; "" for one that has not come."""
    if isinstance(value, dict):
        return {key: moment(one) if key in FIELDS and _is_number(one) else moments_told(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [moments_told(one) for one in value]
    return value


def moment(since_1970: float) -> str:
    """Seconds or microseconds since 1970 as ISO 8601 in UTC with microseconds; "" for 0."""
    if since_1970 <= 0:
        return ""
    micros = round(since_1970 if since_1970 >= MICROSECONDS_FROM else since_1970 * 1_000_000)
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{rest:06}Z"


def clock(micros: int) -> str:
    """Microseconds since 1970 for the lists of a terminal, in UTC as everywhere: 03-02 09:00:00."""
    return datetime.datetime.fromtimestamp(micros // 1_000_000, datetime.timezone.utc).strftime("%m-%d %H:%M:%S")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
