"""Accepted findings: visible, free of cost, and only these ones."""

from __future__ import annotations

import json

import msgspec
import pytest

from sensor.model.findings import Severity
from sensor.posture.acceptance import key_of, with_accepted
from sensor.posture.audit import audit
from sensor.posture.check import Check, State, failed, passed, unknown
from sensor.posture.report import lines_of, render
from sensor.posture.sarif import render_sarif
from sensor.settings import AcceptedSettings, Settings
from tests.sensor.posture.machine import check_named

BEFORE, DAY, AFTER = "2027-01-14", "2027-01-15", "2027-01-16"  # the machine's clock stands at the second
CHECK = Check("AGT-77", Severity.MEDIUM, "t", "w.", "r.", lambda context: iter(()))


@pytest.fixture
def context(machine):
    return machine.context()


def accepting(context, *keys, severity="medium", expires=DAY):
    """The context, with these findings accepted."""
    accepted = {key: AcceptedSettings(severity=severity, expires=expires, by="sam", reason="it is right here", created=BEFORE) for key in keys}
    own = msgspec.structs.replace(context.own, settings=msgspec.structs.replace(context.own.settings or Settings(), accepted=accepted))
    return msgspec.structs.replace(context, own=own)


def state(context, result, check=CHECK):
    return with_accepted(check, (result,), context)[0].state


@pytest.mark.parametrize(("severity", "expires", "expected"), [
    ("medium", DAY, State.ACCEPTED), ("high", AFTER, State.ACCEPTED), ("medium", BEFORE, State.FAIL), ("low", AFTER, State.FAIL), ("medium", "2099-01-01", State.FAIL),
])
def test_until_it_expires_or_becomes_graver_and_not_for_ever(context, severity, expires, expected):
    result = failed("a", "d")
    assert state(accepting(context, key_of(CHECK, result, context), severity=severity, expires=expires), result) is expected


@pytest.mark.parametrize("check", [msgspec.structs.replace(CHECK, severity=Severity.CRITICAL), msgspec.structs.replace(CHECK, id="LOG-77")])
def test_a_line_in_the_file_does_not_accept_what_never_is(context, check):
    result = failed("a", "d")
    assert state(accepting(context, key_of(check, result, context), severity="critical"), result, check) is State.FAIL


def test_another_finding_of_the_check_is_not_accepted_with_it(context):
    known = failed("a", "allow rule for python", "/x/settings.json", 4)
    there = accepting(context, key_of(CHECK, known, context))
    assert state(there, known) is State.ACCEPTED
    assert state(there, failed("a", "allow rule for python", "/x/settings.json", 9)) is State.ACCEPTED, "a moved line is the same finding"
    for other in (failed("b", known.detail, known.path), failed("a", "allow rule for perl", known.path), failed("a", known.detail, "/y/settings.json")):
        assert state(there, other) is State.FAIL
    assert [state(there, one) for one in (passed("a"), unknown("a", known.detail, known.path))] == [State.PASS, State.UNKNOWN]


def test_a_number_that_grows_is_the_same_finding(context):
    assert key_of(CHECK, failed("a", "old for 91 days"), context) == key_of(CHECK, failed("a", "old for 120 days"), context)


@pytest.mark.parametrize(("known", "other"), [
    ("http to 10.0.0.5", "http to 203.0.113.9"), ("waits on 192.0.2.7:4871", "waits on 0.0.0.0:4871"), ("waits on 192.0.2.7:4871", "waits on 192.0.2.7:4872"),
    ("version 1.2.3 does not know it", "version 1.0.3 does not know it"), ("is open to others (mode 640)", "is open to others (mode 666)"), ("it starts tool-1", "it starts tool-2"),
])
def test_another_address_version_mode_or_name_is_another_finding(context, known, other):
    assert key_of(CHECK, failed("a", known), context) != key_of(CHECK, failed("a", other), context)


def test_it_costs_no_points_and_is_shown_with_who_when_and_why(machine):
    machine.edit(".claude/settings.json", lambda settings: settings.pop("sandbox"))
    context = machine.context()
    row = check_named("AGT-14")
    (line,) = lines_of(audit(context, (row,)), State.FAIL)
    before, there = audit(context).grade, accepting(context, key_of(row, line.result, context))
    found = audit(there)
    assert found.grade.areas["AGT"].score == before.areas["AGT"].score + 5
    value = json.loads(json.dumps(render(found, there)))
    (shown,) = (one for one in value["results"] if one["state"] == "accepted")
    assert value["accepted"] == 1 and shown["id"] == "AGT-14" and shown["points"] == 0 and shown["severity"] == "medium"
    assert shown["accepted"] == {"by": "sam", "reason": "it is right here", "created": BEFORE, "expires": DAY}
    (suppressed,) = (one for one in render_sarif(found, there)["runs"][0]["results"] if one["suppressions"])
    assert suppressed["ruleId"] == "AGT-14" and "sam: it is right here" in suppressed["suppressions"][0]["justification"]
