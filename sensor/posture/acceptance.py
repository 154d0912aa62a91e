"""Which findings a person has accepted: they stay visible, and cost nothing until they expire or become graver."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date

import msgspec

from sensor.model.acceptance import day_of, is_in_force, why_never
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, State, shorten
from sensor.posture.context import Context
from sensor.posture.grading import severity_of
from sensor.settings import AcceptedSettings

_COUNT = re.compile(r"(?<!mode )(?<![\w.:/-])\d+(?![\w:/-]|\.\d)")  # no part of an address, a version or a name, and no mode


def key_of(check: Check, result: Result, context: Context) -> str:
    """Names a finding in every audit: it stays the same when a line moves or a count grows, and is another for anything else."""
    parts: tuple[str, ...] = (check.id, result.subject, context.shown(result.path), _COUNT.sub("#", shorten(result.detail, context)))
    parts += (result.basis,) if result.basis else ()  # keys from before there was one stay as they were
    return f"{check.id}-{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def with_accepted(check: Check, results: tuple[Result, ...], context: Context) -> tuple[Result, ...]:
    """The results, those failures in the state ACCEPTED that a person accepted."""
    accepted = context.own.settings.accepted if context.own.settings is not None else {}
    if not any(key.startswith(f"{check.id}-") for key in accepted):
        return results
    today = day_of(context.now)
    return tuple(_looked_up(check, one, key_of(check, one, context), accepted, today) if one.state is State.FAIL else one for one in results)


def _looked_up(check: Check, result: Result, key: str, accepted: Mapping[str, AcceptedSettings], today: date) -> Result:
    found = accepted.get(key)
    severity = severity_of(check, result)
    if found is None or not is_in_force(found.expires, today) or severity > Severity[found.severity.upper()] or why_never(check.id, severity):
        return result
    return msgspec.structs.replace(result, state=State.ACCEPTED, acceptance=found)
