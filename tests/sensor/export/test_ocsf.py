"""OCSF events: the required attributes of each class, fixed numbers that agree with each other, one event per line."""

from __future__ import annotations

import json

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from sensor.audit.form.clock import micros
from sensor.export.ocsf import render_ocsf

# class_uid -> (category_uid, required attributes beside the base event's), from the 1.3.0 class definitions.
CLASSES = {
    2004: (2, {"finding_info"}), 1007: (1, {"actor", "device", "process"}), 6003: (6, {"actor", "api", "src_endpoint"}),
}
BASE = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}


@pytest.fixture
def events(records):
    return [json.loads(line) for line in b"".join(render_ocsf(records())).splitlines()]


def test_every_call_is_one_event(events, records):
    calls = [record for record in records() if record.entry.verdict]
    assert len(events) == len(calls)
    for event, record in zip(events, calls, strict=True):
        assert event["metadata"]["uid"] == f"{record.entry.log}/{record.entry.seq}" and event["time"] == micros(record.entry.ts) // 1000
        assert event["unmapped"]["leaf"] == record.line.leaf.hex()


def test_classes_have_what_they_require(events):
    assert {event["class_uid"] for event in events} == set(CLASSES)
    for event in events:
        category, required = CLASSES[event["class_uid"]]
        assert BASE | required <= set(event)
        assert event["category_uid"] == category and event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["metadata"]["version"] == "1.3.0" and event["metadata"]["product"]["name"] == "Handrail"
        assert 0 <= event["severity_id"] <= 6 and isinstance(event["time"], int)


@pytest.fixture(scope="module")
def published():
    """Validators of the published schema, by class."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.3.0"))
    names = {number: schema.lookup_class_name_from_uid(number) for number in CLASSES}
    return {number: jsonschema.Draft202012Validator(schema.get_class_schema(name, [] if number == 6003 else ["security_control"])) for number, name in names.items()}


def test_events_are_valid_by_the_published_schema(events, published):
    wrong = [f"{event['class_uid']} {'/'.join(map(str, error.path))}: {error.message[:200]}" for event in events for error in published[event["class_uid"]].iter_errors(event)]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_the_published_schema_refuses_what_is_wrong(events, published):
    for change in ({"severity_id": "high"}, {"activity_id": 77}, {"no_such_attribute": 1}, {"metadata": {}}):
        event = {**events[0], **change}
        assert list(published[event["class_uid"]].iter_errors(event)), change


def test_findings_and_their_disposition(events):
    findings = {event["finding_info"]["analytic"]["uid"]: event for event in events if event["class_uid"] == 2004}
    assert set(findings) == {"HR-DST-001", "HR-GIT-001", "HR-SEC-003", "degraded"}
    block, held, flag = (findings[rule] for rule in ("HR-DST-001", "HR-GIT-001", "HR-SEC-003"))
    assert (block["severity_id"], block["disposition"], block["action_id"]) == (5, "Blocked", 2)
    assert (held["disposition"], flag["disposition"]) == ("Quarantined", "Allowed")
    assert block["finding_info"]["types"] == ["HR-DST-001", "HR-DST-002"] and block["evidences"][0]["process"]["cmd_line"] == "rm -rf /"


def test_a_tool_of_a_server(events):
    call = next(event for event in events if event["class_uid"] == 6003)
    assert call["api"] == {"operation": "create_issue", "request": {"uid": "toolu_34"}, "service": {"name": "github"}}
    assert call["resources"] == [{"name": "https://example.test/x?a=1|2", "type": "url"}]
