"""What doctor asks of a running installation, against a real sensor and against none."""

from __future__ import annotations

import os

import msgspec
import pytest

from sensor.host.checks import vitals
from sensor.host.checks.agents import connect
from sensor.host.checks.checkup import Place
from sensor.host.services.children import ChildState, RunState, save_state
from sensor.host.services.supervisor import STATE_FILE
from sensor.model.verdicts import Mode
from sensor.paths import make_private


@pytest.fixture
def place(plan, own_home, fake_program) -> Place:
    """An installation in which nothing runs."""
    fake_program("systemctl", "exit 1")
    for folder in (plan.paths.state, plan.paths.run, plan.paths.config):
        make_private(folder)
    return Place(paths=plan.paths, home=own_home, now=1_790_000_000.0)


def found(place: Place, look) -> list[tuple[str, str]]:
    """(name, outcome); whatever is not ok has a next step."""
    checks = list(look(place))
    assert all(check.next_step for check in checks if check.outcome != "ok"), checks
    return [(check.name, check.outcome) for check in checks]


def running(place: Place, *children: ChildState) -> None:
    save_state(place.paths.run / STATE_FILE, RunState(supervisor=os.getpid(), started=1.0, children=children))


def test_nothing_runs(place):
    assert found(place, vitals.service) == [("service", "fail")]
    assert found(place, vitals.sensor) == [("sensor", "fail")]
    assert found(place, vitals.processes) == [("processes", "fail")]


@pytest.mark.parametrize(("child", "outcome"), [
    (ChildState(name="sensor", pid=1), "ok"),
    (ChildState(name="sensor", pid=0, last_exit="exit 1"), "fail"),
    (ChildState(name="sensor", pid=1, restarts=7, last_exit="signal SIGKILL"), "warn"),
])
def test_processes(place, child, outcome):
    running(place, child)
    assert found(place, vitals.processes) == [("processes", outcome)]


def test_a_real_sensor_is_well(live):
    assert found(Place(paths=live.paths, home=live.prefix, now=0.0), vitals.sensor) == [("sensor", "ok")]


def test_another_version_that_runs_is_named(live, monkeypatch):
    monkeypatch.setattr(vitals, "__version__", "99")
    assert found(Place(paths=live.paths, home=live.prefix, now=0.0), vitals.sensor) == [("sensor", "fail")]


def test_complaints_of_the_sensor_are_passed_on():
    facts = {"problems": ["rule.yaml:1:1: no"], "alarm": "the log was cut", "doors": {"http": "closed: port 4871 is held", "other": "127.0.0.1:1"}}
    assert [(check.name, check.outcome) for check in vitals._complaints(facts)] == [("rules and settings", "warn"), ("alarm", "fail"), ("http door", "warn")]


def test_the_dashboards_port(place, unused_port):
    place.paths.config_file.write_text(f"web: {{port: {unused_port}}}\n")
    assert found(place, vitals.dashboard) == [("dashboard", "fail")]


def test_somebody_else_on_the_dashboards_port(place, listener):
    place.paths.config_file.write_text(f"web: {{port: {listener}}}\n")
    assert found(place, vitals.dashboard) == [("dashboard", "ok")]
    running(place, ChildState(name="web", pid=0, last_exit="exit 3"))
    (check,) = vitals.dashboard(place)
    assert check.outcome == "fail" and f"process {os.getpid()}" in check.detail


def test_the_file_watch_and_what_it_found_about_hooks(live, monkeypatch):
    place = Place(paths=live.paths, home=live.prefix, now=0.0)
    assert found(place, vitals.files) == [("file watch", "ok")]
    well = {"state": "running", "files": 3, "blind": 0, "foreign": 0, "problems": []}
    for changes, wanted in (({"state": "silent"}, ("file watch", "fail")), ({"state": "off"}, ("file watch", "warn")), ({"blind": 2}, ("file watch", "warn")),
                            ({"problems": ["gone"]}, ("hook entries", "fail")), ({"foreign": 1}, ("hook entries", "warn"))):
        monkeypatch.setattr(vitals, "ask", lambda socket, op, changes=changes: {"watch": {**well, **changes}})
        assert wanted in found(place, vitals.files)


def test_hooks_registered_removed_and_absent(place, own_home, monkeypatch):
    monkeypatch.setattr(vitals, "running_agents", lambda home: ())  # an agent of this machine may run while the tests do
    assert found(place, vitals.hooks) == [("hooks", "warn")]
    (own_home / ".claude").mkdir()
    assert found(place, vitals.hooks) == [("hooks of claude-code", "warn")]
    connect(place.paths, own_home, "claude-code", Mode.ENFORCE)
    assert found(place, vitals.hooks) == [("hooks of claude-code", "ok")]
    file = own_home / ".claude/settings.json"
    whole = file.read_text()
    file.write_text("{}")
    assert found(place, vitals.hooks) == [("hooks of claude-code", "fail")]
    settings = msgspec.json.decode(whole)
    del settings["hooks"]["PreToolUse"]
    file.write_bytes(msgspec.json.encode(settings))
    (check,) = vitals.hooks(place)
    assert check.outcome == "fail" and "PreToolUse" in check.detail
    file.write_text("{")
    assert found(place, vitals.hooks) == [("hooks of claude-code", "fail")]


def test_an_agent_that_runs_and_is_not_heard_of(place, own_home, monkeypatch):
    connect(place.paths, own_home, "cursor", Mode.ENFORCE)
    monkeypatch.setattr(vitals, "running_agents", lambda home: (("cursor", None),))
    (check,) = vitals.hooks(place)
    assert (check.outcome, check.detail) == ("ok", "registered"), "without a sensor nothing is heard of anybody"
    monkeypatch.setattr(vitals, "ask", lambda *what: {"agents": {}})
    (check,) = vitals.hooks(place)
    assert check.outcome == "warn" and "not firing" in check.detail
    monkeypatch.setattr(vitals, "running_agents", lambda home: ())
    (check,) = vitals.hooks(place)
    assert check.outcome == "ok" and check.detail.endswith("no call yet since the sensor started")
