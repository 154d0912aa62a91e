"""The same data for programs."""

from __future__ import annotations

import re

import pytest

COUNTED_MOMENT = re.compile(r"[:\[](1[5-9]\d{8}(?:\.\d+)?|1[5-9]\d{14})\b")  # a time of our days as seconds or microseconds, not as text


@pytest.mark.parametrize("path", ["/events", "/events/0/0", "/sessions", "/counters", "/quarantine", "/quarantine/Q7M2", "/rules", "/rules/HR-EXE-002", "/log"])
def test_every_answer_has_a_schema_version(person, path):
    answer = person.get(f"/api/v1{path}")
    assert answer.status_code == 200 and answer.mimetype == "application/json" and answer.json["schema_version"] == 1
    assert COUNTED_MOMENT.findall(answer.text) == []


def test_events_page_and_filter_like_the_page(person):
    first = person.get("/api/v1/events?verdict=clean&limit=7").json
    assert all(re.fullmatch(r"2\d{3}-\d\d-\d\dT[\d:]{8}\.\d{6}Z", event["ts"]) for event in first["events"])
    assert len(first["events"]) == 7 and {event["verdict"] for event in first["events"]} == {"clean"}
    second = person.get(f"/api/v1/events?verdict=clean&limit=7&before={first['older']}").json
    assert second["events"][0]["id"] < first["events"][-1]["id"]


def test_a_session_has_its_steps(person):
    newest = person.get("/api/v1/sessions").json["sessions"][0]
    one = person.get(f"/api/v1/sessions/{newest['first']}").json
    assert one["worst"] == "block" and one["steps"][0]["event"]["tool"] == "Read" and one["steps"][0]["gap_us"] == -1
    notable = person.get(f"/api/v1/sessions/{newest['first']}?verdict=notable").json["steps"]
    assert notable and person.get(f"/api/v1/sessions/{newest['first']}?verdict=nonsense").json["steps"] == []


def test_deciding(person, sensor):
    assert person.post("/api/v1/quarantine/Q7M2/approve", json={"reason": "ok", "scope": "session"}).json["done"] == "approve"
    assert sensor.changes()[0][1]["scope"] == "session"


@pytest.mark.parametrize(("path", "body", "status"), [
    ("/api/v1/quarantine/Q7M2/approve", {"scope": "forever"}, 400), ("/api/v1/quarantine/Q7M2/approve", {"other": 1}, 400),
    ("/api/v1/quarantine/Q7M2/approve", [], 400), ("/api/v1/quarantine/Q7M2/drop", {}, 404), ("/api/v1/events", {}, 405),
])
def test_anything_else_changes_nothing(person, sensor, path, body, status):
    answer = person.post(path, json=body)
    assert answer.status_code == status and sensor.changes() == [] and "error" in answer.json


@pytest.mark.parametrize("path", ["/api/v1/events/0/99999999", "/api/v1/sessions/99999999", "/api/v1/quarantine/NONE", "/api/v1/nowhere"])
def test_what_does_not_exist_is_an_error_in_json(person, path):
    answer = person.get(path)
    assert answer.status_code == 404 and answer.json["error"]


def test_the_log_tells_how_much_is_pinned(person):
    log = person.get("/api/v1/log").json
    assert log["published"]["is_known"] and log["published"]["size"] == log["index"]["entries"] - 3
