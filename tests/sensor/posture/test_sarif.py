"""SARIF of an audit: valid by the published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from sensor.posture.audit import CHECKS, audit
from sensor.posture.sarif import render_sarif

SCHEMA = Path(__file__).resolve().parents[2] / "fixtures" / "schemas" / "sarif-2.1.0.json"


def rendered(context) -> dict:
    value = json.loads(json.dumps(render_sarif(audit(context), context)))
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker()).validate(value)
    return value["runs"][0]


def test_findings_are_results_and_what_was_not_seen_are_notifications(machine):
    machine.write(".claude/settings.json", '{\n"permissions": {"defaultMode": "bypassPermissions"}}')
    machine.write(".cursor/mcp.json", "{")
    run = rendered(machine.context())
    (bypass,) = [one for one in run["results"] if one["ruleId"] == "AGT-01"]
    assert bypass["level"] == "error" and bypass["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "~/.claude/settings.json"}, "region": {"startLine": 2}}
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [check.id for check in CHECKS]
    assert run["tool"]["driver"]["rules"][bypass["ruleIndex"]]["properties"]["security-severity"] == "9.5"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] and "MCP-01" in {one["associatedRule"]["id"] for one in invocation["toolExecutionNotifications"]}
    assert not [one for one in run["results"] if one["ruleId"] == "MCP-01"] and run["properties"]["grade"] == "F"


def test_a_moved_line_is_the_same_alert(machine):
    def prints(text: str) -> list:
        machine.write(".claude/settings.json", text)
        return [one["partialFingerprints"] for one in rendered(machine.context())["results"]]

    assert prints('{"permissions": {"defaultMode": "bypassPermissions"}}') == prints('{\n\n"permissions": {"defaultMode": "bypassPermissions"}}')


def test_a_file_of_a_project_is_named_in_it(machine):
    machine.project()
    machine.write("code/.mcp.json", '{"mcpServers": {"a b": {"command": "sudo"}}}')
    run = rendered(machine.context())
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"] if one["ruleId"] == "MCP-13"} == {".mcp.json"}


def test_without_a_grade_there_is_a_run_all_the_same(machine):
    context = machine.context()
    assert rendered(context)["properties"]["grade"] == "A" and rendered(context)["results"]
