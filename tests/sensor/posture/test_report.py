"""The object for programs."""

from __future__ import annotations

import json

from sensor.posture.audit import audit
from sensor.posture.check import State
from sensor.posture.report import counts_of, lines_of, render
from tests.sensor.posture.machine import Machine

MEMBERS = {"id", "key", "why", "accepted", "severity", "state", "title", "detail", "subject", "location", "remediation", "command", "fixable", "points", "references"}


def bad(machine: Machine):
    machine.servers(b={"command": "sudo", "args": ["x"]}, a={"command": "sudo", "args": ["y"]})
    machine.write(".claude/settings.json", '{"permissions": {"defaultMode": "bypassPermissions"}}')
    return machine.context()


def test_the_members(machine):
    context = bad(machine)
    value = json.loads(json.dumps(render(audit(context), context)))
    assert set(value) == {"tool", "time", "host", "mode", "score", "mean", "grade", "accepted", "complete", "areas", "caps", "counts", "fixes", "results"}
    assert value["mode"] == "enforce" and value["complete"] is True and value["time"] == "2027-01-15T08:00:00Z"
    assert all(set(one) == MEMBERS for one in value["results"]) and {one["state"] for one in value["results"]} == {"pass", "fail"}
    (bypass,) = (one for one in value["results"] if one["id"] == "AGT-01")
    assert bypass["location"] == {"path": "~/.claude/settings.json", "line": 1} and bypass["points"] == 25 and bypass["command"]


def test_two_runs_can_be_compared_line_by_line(machine):
    context = bad(machine)
    first, second = (render(audit(machine.context()), context)["results"] for _ in range(2))
    assert first == second
    sudo = [line.result.subject for line in lines_of(audit(context), State.FAIL) if line.check.id == "MCP-13"]
    assert sudo == ["a", "b"]
    weights = [int(line.severity) for line in lines_of(audit(context), State.FAIL)]
    assert weights == sorted(weights, reverse=True)


def test_the_points_of_results_sum_to_those_of_the_check(machine):
    context = bad(machine)
    found = audit(context)
    for outcome in found.outcomes:
        shown = sum(line.points for line in lines_of(found, State.FAIL, State.UNKNOWN) if line.check.id == outcome.check.id)
        assert abs(shown - outcome.points) < 0.2


def test_counts(machine):
    counts = counts_of(audit(bad(machine)))
    assert list(counts) == ["critical", "high", "medium", "low", "info", "unknown"] and counts["critical"] >= 1 and counts["unknown"] == 0


def test_no_path_of_the_home_folder_is_spelled_out(machine):
    context = bad(machine)
    results = render(audit(context), context)["results"]
    assert f"{machine.home}/." not in json.dumps(results)
