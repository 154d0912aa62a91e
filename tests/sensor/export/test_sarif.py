"""SARIF: valid by the schema, findings only, real rule ids, levels by severity, and runs that services accept."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

from sensor.export import sarif
from sensor.export.sarif import render_sarif

_SPEC = importlib.util.spec_from_file_location("sarif_schema", Path(__file__).with_name("sarif_schema.py"))
SCHEMA = importlib.util.module_from_spec(_SPEC)
sys.modules["sarif_schema"] = SCHEMA
_SPEC.loader.exec_module(SCHEMA)


PUBLISHED = jsonschema.Draft4Validator(
    json.loads((Path(__file__).resolve().parents[2] / "fixtures" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker())


def rendered(found):
    return b"".join(render_sarif(found))


def test_findings_only_each_with_its_rule_and_level(records):
    run = SCHEMA.validate(rendered(records())).runs[0]
    assert [(result.rule_id, result.level) for result in run.results] == [
        ("HR-DST-001", "error"), ("HR-DST-002", "note"), ("HR-GIT-001", "error"), ("HR-SEC-003", "warning"), ("handrail-degraded", "warning"),
    ]
    assert [rule.id for rule in run.tool.driver.rules] == [result.rule_id for result in run.results]
    assert run.tool.driver.rules[0].properties["security-severity"] == "9.5"


@pytest.mark.parametrize("wanted", [{}, {"session": "s-2"}, {"verdict": "block"}, {"agent": "nobody"}])
def test_valid_by_the_published_schema(records, wanted):
    PUBLISHED.validate(json.loads(rendered(records(**wanted))))


@pytest.mark.parametrize("change", [("level", "fatal"), ("ruleIndex", -2), ("message", {}), ("bogus", 1), ("locations", [{"physicalLocation": {"region": {"startLine": 0}}}])])
def test_the_published_schema_refuses_what_is_wrong(records, change):
    log = json.loads(rendered(records()))
    log["runs"][0]["results"][0][change[0]] = change[1]
    with pytest.raises(jsonschema.ValidationError):
        PUBLISHED.validate(log)


def test_a_result_points_to_its_entry_and_its_file(records):
    run = SCHEMA.validate(rendered(records())).runs[0]
    first, read = run.results[0], run.results[3]
    assert first.properties["seq"] == 21 and len(first.properties["leaf"]) == 64 and first.properties["checkpointSize"] > 21
    assert read.locations[0].physical_location.artifact_location.uri == "a%20b.env"
    assert first.locations[0].physical_location.artifact_location.uri == "handrail-session/s-1"


def test_equal_calls_have_equal_fingerprints_and_others_do_not(records):
    first, again = (SCHEMA.validate(rendered(records())).runs[0].results for _ in range(2))
    prints = [result.partial_fingerprints["handrailCall/v1"] for result in first]
    assert prints == [result.partial_fingerprints["handrailCall/v1"] for result in again] and len(set(prints)) == len(prints)


def test_one_session_and_nothing(records):
    assert len(SCHEMA.validate(rendered(records(session="s-2"))).runs[0].results) == 1
    empty = SCHEMA.validate(rendered([]))
    assert empty.runs[0].results == [] and empty.runs[0].tool.driver.rules == []


def test_a_run_ends_where_services_stop_reading(records, monkeypatch):
    monkeypatch.setattr(sarif, "RESULTS_PER_RUN", 2)
    runs = SCHEMA.validate(rendered(records())).runs
    assert [len(run.results) for run in runs] == [2, 2, 1]


@pytest.mark.parametrize("change", [(b'"error"', b'"fatal"'), (b'"ruleId"', b'"rule"'), (b'"2.1.0","runs"', b'"2.0.0","runs"'), (b"a%20b.env", b"a b.env"), (b'"startLine":1', b'"startLine":0')])
def test_the_schema_itself_refuses(records, change):
    with pytest.raises(msgspec.ValidationError):
        SCHEMA.validate(rendered(records()).replace(*change))
