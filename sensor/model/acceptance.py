"""A finding of `handrail audit` that a person takes as it is for a while: what may be accepted, and for how long."""

from __future__ import annotations

import datetime
import re

from sensor.model.calls import Value
from sensor.model.findings import Severity

USUAL_DAYS, MAX_DAYS, MAX_AT_ONCE = 90, 180, 50
NEVER = ("LOG",)  # areas whose findings say that the record itself cannot be relied on
_KEY = re.compile(r"([A-Z]{3,4}-\d{2})-[0-9a-f]{16}")


class Accepting(Value):
    """One finding that is to be accepted. `key` names it in every audit, `severity` is what it weighs now, `what` is for people."""

    key: str
    severity: str
    what: str


def day_of(now: float) -> datetime.date:
    """The day by which acceptances begin and end: that of UTC, whoever asks. `now` in Unix seconds."""
    return datetime.datetime.fromtimestamp(now, datetime.timezone.utc).date()


def is_in_force(expires: str, today: datetime.date) -> bool:
    """Whether an acceptance until the day `expires` (YYYY-MM-DD) counts: it is not over, and no line written by hand that ends later than can be asked for."""
    return today.isoformat() <= expires <= (today + datetime.timedelta(days=MAX_DAYS)).isoformat()


def check_of(key: str) -> str:
    """The id of the check that found it. Raises ValueError for what is no key of a finding."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key[:40]!r} is not the key of a finding")
    return found[1]


def why_never(check: str, severity: Severity) -> str:
    """Why a finding cannot be accepted, in words; "" = it can be."""
    if severity is Severity.CRITICAL:
        return f"{check} is critical, and what is critical cannot be accepted"
    if check.partition("-")[0] in NEVER:
        return f"{check} is about the log, which everything else is proved by: it cannot be accepted"
    return ""
