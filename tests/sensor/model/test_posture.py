"""What the last audit says in a sentence, and what makes a run worse than the one before."""

from __future__ import annotations

import pytest

from sensor.model.posture import AuditResult, LastAudit, has_fallen, new_critical


def result(check="AGT-01", key="k", severity="critical", state="fail") -> AuditResult:
    return AuditResult(id=check, key=key, severity=severity, state=state, title="t")


def run(grade="B", score: int | None = 80, *results: AuditResult, **more) -> LastAudit:
    return LastAudit(time="2027-01-15T08:00:00Z", grade=grade, score=score, results=results, **more)


def test_in_a_sentence():
    found = run("D", 41, result(), result("HOST-05", severity="low"), result("SELF-27", severity="info"), result("AGT-13", state="accepted"), result("AGT-01", "k2"),
                counts={"critical": 2, "high": 0, "low": 1}, accepted=1)
    assert found.words == "grade D (41 of 100): 2 critical, 1 low, 1 accepted; AGT-01, HOST-05"
    assert run("A", 100).words == "grade A (100 of 100): no findings" and run("not graded", None).words == "grade not graded: no findings"


@pytest.mark.parametrize(("before", "now", "fell"), [("A", "B", True), ("B", "B", False), ("C", "A", False), ("D", "F", True), ("not graded", "F", False), ("A", "not graded", False)])
def test_a_grade_falls(before, now, fell):
    assert has_fallen(run(before), run(now)) is fell and not has_fallen(None, run(now))


def test_what_is_critical_and_new():
    both = run("D", 40, result(key="a"), result(key="b"), result(key="c", severity="high"), result(key="d", state="accepted"))
    assert [one.key for one in new_critical(run("D", 40, result(key="a")), both)] == ["b"]
    assert [one.key for one in new_critical(None, both)] == ["a", "b"] and new_critical(both, both) == ()
    assert [one.key for one in new_critical(run("D", 40, result(key="b", severity="high"), result(key="a", state="accepted")), both)] == ["a", "b"]


def test_its_moment():
    assert run().moment == 1_800_000_000.0 and LastAudit(time="x", grade="A", score=1).moment == 0
