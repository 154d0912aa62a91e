"""The arithmetic of the grade, with the worked example."""

from __future__ import annotations

import pytest

from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, State, failed, passed, unknown
from sensor.posture.grading import AREAS, NOT_GRADED, Outcome, grade, letter_of, points_of

NAMES = {severity.name.lower(): severity for severity in Severity}


def outcome(check_id: str, severity: str, *results: Result) -> Outcome:
    check = Check(check_id, NAMES[severity], "t", "w.", "r.", lambda context: iter(()))
    return Outcome(check=check, results=results, points=points_of(check, results))


def bad(severity: str | None = None) -> Result:
    return failed("s", "d", severity=NAMES[severity] if severity else None)


@pytest.mark.parametrize(("severity", "results", "points"), [
    ("critical", (bad(),), 25), ("high", (bad(),), 12), ("medium", (bad(),), 5), ("low", (bad(),), 2), ("info", (bad(),), 0),
    ("medium", (bad(), bad(), bad()), 7), ("high", (bad(),) * 50, 24), ("high", (unknown("s", "d"),), 6), ("high", (unknown("s", "d"), unknown("s", "d")), 6),
    ("high", (bad("medium"), bad("low")), 6), ("high", (passed("s"), bad(), unknown("s", "d")), 12), ("high", (passed("s"),), 0), ("high", (), 0),
])
def test_points(severity, results, points):
    assert outcome("HOOK-99", severity, *results).points == pytest.approx(points)


def test_the_worked_example():
    clean = [outcome(f"{area}-90", "high", passed()) for area in AREAS if area not in ("OCL", "NCL")]
    found = grade((*clean, outcome("HOOK-91", "high", bad()), outcome("AGT-91", "medium", bad())))
    assert (found.areas["HOOK"].score, found.areas["AGT"].score, found.mean, found.score, found.letter) == (88, 95, 96, 89, "B")
    assert [(cap.limit, cap.because) for cap in found.caps] == [(89, "HOOK-91")]


@pytest.mark.parametrize(("failures", "score"), [
    ((("LOG-90", "critical"),), 59), ((("LOG-90", "critical"), ("SELF-90", "critical")), 39), ((("SELF-01", "medium"),), 74), ((("SELF-04", "high"),), 74), ((("HOOK-08", "critical"),), 39), ((("HOST-90", "low"),), 99),
])
def test_caps(failures, score):
    clean = [outcome(f"{area}-99", "high", passed()) for area in AREAS]
    assert grade((*clean, *(outcome(check_id, severity, bad()) for check_id, severity in failures))).score == score


def test_many_failures_end_at_nothing():
    found = grade(tuple(outcome(f"HOOK-{number}", "critical", bad()) for number in range(10)))
    assert (found.areas["HOOK"].score, found.score, found.letter) == (0, 0, "F")


def test_nothing_that_applies_is_no_grade():
    assert (grade(()).letter, grade((outcome("HOOK-01", "high"),)).score) == (NOT_GRADED, None)


@pytest.mark.parametrize(("score", "letter"), [(100, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D"), (40, "D"), (39, "F"), (0, "F")])
def test_letters(score, letter):
    assert letter_of(score) == letter


def test_the_state_of_a_check_is_its_worst():
    assert outcome("X-1", "low", passed(), unknown("s", "d"), bad()).state is State.FAIL
    assert outcome("X-1", "low", passed(), unknown("s", "d")).state is State.UNKNOWN
    assert outcome("X-1", "low").state is State.NOT_APPLICABLE
    assert outcome("X-1", "low", bad("high"), bad()).severity is Severity.HIGH
