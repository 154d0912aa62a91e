"""`handrail doctor`: every check appears in both outputs, failures decide the exit code, one broken check hides no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensor.cli.health.doctor import canaries, examine
from sensor.host.checks.agents import connect
from sensor.host.checks.checkup import Check, Place, ok
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Mode


def test_an_installation_that_is_not_one_fails_with_next_steps(idle_terminal):
    result = idle_terminal.run("doctor", "--json")
    facts = json.loads(result.output)
    assert result.exit_code == 1 and facts["ok"] is False and facts["schema_version"] == 1
    outcomes = {check["name"]: check for check in facts["checks"]}
    assert {"folders", "configuration", "keys", "program", "disk space", "spool", "service", "sensor", "processes", "dashboard"} <= set(outcomes)
    assert all(check["next_step"] for check in facts["checks"] if check["outcome"] != "ok")


def test_a_person_sees_the_same_checks(idle_terminal):
    text, facts = idle_terminal.run("doctor").output, json.loads(idle_terminal.run("doctor", "--json").output)
    assert all(check["name"] in text for check in facts["checks"])
    assert f"{facts['failed']} wrong" in text


def test_a_running_sensor_is_seen(terminal):
    facts = json.loads(terminal.run("doctor", "--json").output)
    assert {check["name"]: check["outcome"] for check in facts["checks"]}["sensor"] == "ok"


def broken(place: Place) -> Iterator[Check]:
    """A check that cannot be made."""
    yield ok("first", "fine")
    raise HandrailError("it broke", next_step="mend it")


def test_a_check_that_cannot_be_made_is_a_failure(warm_paths, own_home):
    place = Place(paths=warm_paths, home=own_home, now=0.0)
    checks = list(examine(place, (broken, lambda place: iter((ok("last", "fine"),)))))
    assert [(check.name, check.outcome) for check in checks] == [("first", "ok"), ("broken", "fail"), ("last", "ok")]
    assert (checks[1].detail, checks[1].next_step) == ("it broke", "mend it")


@pytest.mark.parametrize("agent", ["claude-code", "cursor"])
def test_the_live_test_fails_for_a_hook_that_answers_nothing(warm_paths, own_home, agent):
    """The registered client does not exist here: exactly what the live test is there to find."""
    connect(warm_paths, own_home, agent, Mode.ENFORCE)
    (check,) = canaries(Place(paths=warm_paths, home=Path(own_home), now=0.0))
    assert (check.name, check.outcome) == (f"live test of {agent}", "fail") and check.next_step


def test_without_agents_there_is_no_live_test_and_that_is_said(warm_paths, own_home):
    (check,) = canaries(Place(paths=warm_paths, home=Path(own_home), now=0.0))
    assert (check.name, check.outcome) == ("live test", "warn") and "not made" in check.detail
