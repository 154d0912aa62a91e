"""Who may accept a finding, what of it is kept and recorded."""

from __future__ import annotations

import datetime

import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.acceptances import Acceptances
from sensor.model.calls import Caller
from sensor.model.errors import UsageError

ME, TODAY = Caller(uid=1000), datetime.date(2027, 1, 15)
KEY, OTHER = "AGT-14-0123456789abcdef", "AGT-15-0123456789abcdef"
FINDING = {"key": KEY, "severity": "medium", "what": "AGT-14 the agent's sandbox is off"}


class Desk:
    def __init__(self):
        self.kept, self.changes, self.fails, self.below_agent, self.told = {}, [], False, False, 0
        self.desk = Acceptances(self, self, person=self.person, redact=lambda text: text.replace("hunter2", "[REDACTED]"), changed=self.changed, today=lambda: TODAY)

    def accept(self, changes):
        before = dict(self.kept)
        self.kept = {key: one for key, one in (before | dict(changes)).items() if one is not None}
        return before

    def accepted(self):
        return self.kept

    def person(self, caller):
        if self.below_agent:
            raise UsageError("only a person")

    def changed(self):
        self.told += 1

    def change(self, what, before, after, by, then):
        if self.fails:
            raise AuditUnavailable(Cause.DISK_FULL, "full")
        self.changes.append((what, before, after, by))
        then()

    def op(self, name, **args):
        answers: list = []
        self.desk.table()[name](args, ME, lambda code, value: answers.append((code, value)))
        ((code, value),) = answers
        assert code == 0
        return value

    def accept_it(self, *findings, **args):
        return self.op("posture.accept", **{"findings": list(findings) or [FINDING], "expires": "2027-02-14", "reason": "a container, pw hunter2", "by": "sam", **args})


@pytest.fixture
def desk():
    return Desk()


def test_it_is_kept_recorded_and_told(desk):
    desk.accept_it()
    one = desk.kept[KEY]
    assert (one.severity, one.expires, one.by, one.reason, one.created, one.what) == ("medium", "2027-02-14", "sam", "a container, pw [REDACTED]", "2027-01-15", FINDING["what"])
    assert desk.changes == [(f"accepted findings of the audit: {KEY} ({FINDING['what']})", "", "until 2027-02-14: a container, pw [REDACTED]", "sam")] and desk.told == 1


@pytest.mark.parametrize("args", [
    {"expires": "2027-01-14"}, {"expires": "2027-07-15"}, {"expires": "soon"}, {"reason": " "}, {"findings": []}, {"findings": [FINDING] * 51}, {"findings": "x"}, {"findings": [{"key": KEY}]},
    {"findings": [{**FINDING, "key": "AGT-14"}]}, {"findings": [{**FINDING, "severity": "dire"}]}, {"findings": [{**FINDING, "severity": "critical"}]},
    {"findings": [{**FINDING, "key": "LOG-03-0123456789abcdef"}]}, {"findings": [FINDING, {**FINDING, "key": OTHER, "severity": "critical"}]},
])
def test_what_cannot_be_accepted(desk, args):
    with pytest.raises(UsageError):
        desk.accept_it(**args)
    assert not desk.kept and not desk.changes


def test_an_agent_can_neither_accept_nor_take_back(desk):
    desk.accept_it()
    desk.below_agent = True
    for ask in (lambda: desk.accept_it({**FINDING, "key": OTHER}), lambda: desk.op("posture.unaccept", id="AGT-14"), lambda: desk.op("posture.repair", what="x"), lambda: desk.op("posture.look")):
        with pytest.raises(UsageError, match="only a person"):
            ask()
    assert set(desk.kept) == {KEY}


def test_what_cannot_be_recorded_is_not_accepted(desk):
    desk.accept_it()
    before = dict(desk.kept)
    desk.fails = True
    with pytest.raises(AuditUnavailable):
        desk.accept_it(FINDING, {**FINDING, "key": OTHER}, expires="2027-03-01")
    assert desk.kept == before


def test_repairs_are_recorded_before_they_are_made_and_looked_at_after(desk):
    desk.op("posture.repair", what="chmod go-rwx ~/hunter2", by="sam")
    assert desk.changes == [("repairs of the audit: chmod go-rwx ~/[REDACTED]", "", "begun", "sam")] and desk.told == 0
    desk.op("posture.look")
    assert desk.told == 1 and len(desk.changes) == 1


@pytest.mark.parametrize("name", ["AGT-14", KEY])
def test_it_is_taken_back_by_check_or_by_key(desk, name):
    desk.accept_it(FINDING, {**FINDING, "key": OTHER})
    desk.op("posture.unaccept", id=name, by="sam")
    assert set(desk.kept) == {OTHER} and desk.changes[-1][1:] == ("accepted", "taken back", "sam")
    for nothing in (name, "AGT-1", ""):
        with pytest.raises(UsageError):
            desk.op("posture.unaccept", id=nothing)
