"""An audit as one object for programs. Sorted, so that two runs can be compared line by line; paths below HOME begin with `~`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sensor import __version__
from sensor.model.calls import Value
from sensor.model.findings import Severity
from sensor.posture.acceptance import key_of
from sensor.posture.audit import Audit, fixes
from sensor.posture.check import Check, Result, State, shorten
from sensor.posture.context import Context
from sensor.posture.grading import FURTHER, UNKNOWN, WEIGHTS, severity_of


class Line(Value):
    """One result with its check. `points` is its share of what the check costs: the worst occurrence in full."""

    check: Check
    result: Result
    severity: Severity
    points: float


def lines_of(found: Audit, *states: State) -> tuple[Line, ...]:
    """The results in these states: gravest first, then by id and subject."""
    lines = [line for outcome in found.outcomes for line in _lines(outcome.check, outcome.results) if line.result.state in states]
    return tuple(sorted(lines, key=lambda line: (-line.severity, line.check.id, line.result.subject, line.result.path, line.result.line, line.result.detail)))


def _lines(check: Check, results: tuple[Result, ...]) -> Iterator[Line]:
    failed = sorted((one for one in results if one.state is State.FAIL), key=lambda one: -severity_of(check, one))
    rest = [one for one in results if one.state is not State.FAIL]
    for number, one in enumerate(failed):
        points = WEIGHTS[severity_of(check, failed[0])] * (1.0 if number == 0 else FURTHER)
        yield Line(check=check, result=one, severity=severity_of(check, one), points=round(points, 1))
    for number, one in enumerate(rest):
        costs = one.state is State.UNKNOWN and not failed and all(other.state is not State.UNKNOWN for other in rest[:number])
        yield Line(check=check, result=one, severity=severity_of(check, one), points=WEIGHTS[check.severity] * UNKNOWN if costs else 0.0)


def counts_of(found: Audit) -> dict[str, int]:
    """How many findings there are of each severity, and how many results are unknown."""
    failed = lines_of(found, State.FAIL)
    by_severity = {severity.name.lower(): sum(line.severity is severity for line in failed) for severity in sorted(Severity, reverse=True)}
    return by_severity | {"unknown": len(lines_of(found, State.UNKNOWN))}


def mode_of(context: Context) -> str:
    """The mode in words; "" where there is no installation, or its settings cannot be read."""
    return context.own.settings.mode.value if context.is_installed and context.own.settings is not None else ""


def time_of(context: Context) -> str:
    """When, in UTC."""
    return datetime.datetime.fromtimestamp(int(context.now), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def render(found: Audit, context: Context) -> dict[str, object]:
    """The object of `--json`, without the schema version. Results that passed are among them."""
    grade = found.grade
    return {
        "tool": {"name": "handrail", "version": __version__}, "time": time_of(context), "host": {"os": context.platform}, "mode": mode_of(context),
        "score": grade.score, "mean": grade.mean, "grade": grade.letter, "accepted": len(lines_of(found, State.ACCEPTED)), "complete": found.is_complete,
        "areas": {name: {"score": area.score, "weight": area.weight} for name, area in grade.areas.items()},
        "caps": [{"limit": cap.limit, "because": cap.because} for cap in grade.caps],
        "counts": counts_of(found), "fixes": [{"id": outcome.check.id, "title": outcome.check.title, "score": after} for outcome, after in fixes(found)],
        "results": [_result(line, context) for line in lines_of(found, State.FAIL, State.UNKNOWN, State.ACCEPTED, State.PASS)],
    }


def _result(line: Line, context: Context) -> dict[str, object]:
    check, result = line.check, line.result
    failed, accepted = result.state in (State.FAIL, State.ACCEPTED), result.acceptance
    return {
        "id": check.id, "key": key_of(check, result, context), "severity": line.severity.name.lower(), "state": result.state.value,
        "title": check.title, "detail": shorten(result.detail, context),
        "subject": result.subject, "location": {"path": context.shown(result.path), "line": result.line} if result.path else None,
        "why": check.why, "remediation": check.remedy if failed else "", "command": shorten(command_of(line), context) if failed else "",
        "fixable": failed and result.repair is not None, "points": line.points,
        "accepted": {"by": accepted.by, "reason": accepted.reason, "created": accepted.created, "expires": accepted.expires} if accepted is not None else None,
        "references": list(check.references),
    }


def where(line: Line, context: Context) -> str:
    """Subject and place in one."""
    place = context.shown(line.result.path) + (f":{line.result.line}" if line.result.line else "") if line.result.path else ""
    return place if line.result.subject and place.startswith(line.result.subject) else ", ".join(part for part in (line.result.subject, place) if part)


def command_of(line: Line) -> str:
    """The exact command or setting that repairs it."""
    return line.result.command or line.check.command
