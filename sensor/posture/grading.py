"""From results to a score and a letter: weights, areas and caps. Pure arithmetic; the text shows each step."""

from __future__ import annotations

from collections.abc import Sequence

from sensor.model.calls import Value
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, State

WEIGHTS = {Severity.CRITICAL: 25.0, Severity.HIGH: 12.0, Severity.MEDIUM: 5.0, Severity.LOW: 2.0, Severity.INFO: 0.0}
AREAS = {"HOOK": 25, "LOG": 20, "SELF": 20, "AGT": 15, "MCP": 10, "OCL": 5, "NCL": 5, "HOST": 5}
FURTHER, MOST, UNKNOWN = 0.2, 2.0, 0.5  # of the weight: each further occurrence, all together, a check that could not be made
LETTERS = ((90, "A"), (75, "B"), (60, "C"), (40, "D"), (0, "F"))
NOT_GRADED = "not graded"
AWAY = "HOOK-08"
NOTHING_STOPPED = ("SELF-01", "SELF-04")  # mode observe, no connected agent


class Outcome(Value):
    """What a check said altogether. `points` are lost in its area; not `is_complete` = it broke."""

    check: Check
    results: tuple[Result, ...]
    points: float = 0.0
    is_complete: bool = True

    @property
    def state(self) -> State:
        """The worst that was said; nothing said = it does not apply."""
        found = {one.state for one in self.results}
        return next((state for state in (State.FAIL, State.UNKNOWN, State.ACCEPTED, State.PASS) if state in found), State.NOT_APPLICABLE)

    @property
    def severity(self) -> Severity:
        """The worst of the occurrences that failed."""
        return max((severity_of(self.check, one) for one in self.results if one.state is State.FAIL), default=self.check.severity)


class Cap(Value):
    """A limit of the score, and the check that set it."""

    limit: int
    because: str


class Area(Value):
    """The score of one area, and its weight in the mean."""

    score: float
    weight: int


class Grade(Value):
    """The whole. `score` None = not graded. `mean` is the score before caps."""

    letter: str
    score: int | None
    mean: int = 0
    areas: dict[str, Area] = {}
    caps: tuple[Cap, ...] = ()


def severity_of(check: Check, result: Result) -> Severity:
    """What one occurrence weighs."""
    return result.severity if result.severity is not None else check.severity


def points_of(check: Check, results: Sequence[Result]) -> float:
    """Points that a check costs: its worst occurrence in full, each further one a fifth of that, at most twice; unknown half."""
    failures = [severity_of(check, one) for one in results if one.state is State.FAIL]
    if failures:
        weight = WEIGHTS[max(failures)]
        return min(weight * (1 + FURTHER * (len(failures) - 1)), weight * MOST)
    return WEIGHTS[check.severity] * UNKNOWN if any(one.state is State.UNKNOWN for one in results) else 0.0


def grade(outcomes: Sequence[Outcome]) -> Grade:
    """Score and letter of all outcomes."""
    counted = [one for one in outcomes if one.state is not State.NOT_APPLICABLE]
    areas = {}
    for name, weight in AREAS.items():
        own = [one for one in counted if one.check.area == name]
        if own:
            areas[name] = Area(score=round(max(0.0, 100 - sum(one.points for one in own)), 1), weight=weight)
    if not areas:
        return Grade(letter=NOT_GRADED, score=None)
    mean = int(sum(area.score * area.weight for area in areas.values()) / sum(area.weight for area in areas.values()) + 1e-9)
    caps = caps_of(counted)
    score = min((mean, *(cap.limit for cap in caps)))
    return Grade(letter=letter_of(score), score=score, mean=mean, areas=areas, caps=tuple(cap for cap in caps if cap.limit < mean))


def caps_of(outcomes: Sequence[Outcome]) -> tuple[Cap, ...]:
    """The limits that failed checks set, lowest first."""
    failed = [one for one in outcomes if one.state is State.FAIL]
    critical = [one.check.id for one in failed if one.severity is Severity.CRITICAL]
    high = [one.check.id for one in failed if one.severity is Severity.HIGH]
    caps = [Cap(limit=39, because=one.check.id) for one in failed if one.check.id == AWAY]
    caps += [Cap(limit=39, because=", ".join(critical))] if len(critical) > 1 else [Cap(limit=59, because=critical[0])] if critical else []
    caps += [Cap(limit=74, because=one.check.id) for one in failed if one.check.id in NOTHING_STOPPED]
    caps += [Cap(limit=89, because=high[0])] if high else []
    return tuple(sorted(caps, key=lambda cap: cap.limit))


def letter_of(score: int) -> str:
    """A from 90, B from 75, C from 60, D from 40, else F."""
    return next(letter for least, letter in LETTERS if score >= least)
