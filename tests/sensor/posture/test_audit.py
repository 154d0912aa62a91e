"""All checks on whole machines."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import msgspec
import pytest

from sensor.model.findings import Severity
from sensor.posture.audit import CHECKS, MAX_CHARS, MAX_LISTED, audit, fixes
from sensor.posture.check import Check, State, failed, passed
from sensor.posture.gather import Wish, gather
from sensor.posture.grading import NOT_GRADED
from sensor.posture.report import render
from sensor.posture.sarif import render_sarif
from tests.sensor.posture.machine import NOW, check_named

DOCS = Path(__file__).resolve().parents[3] / "docs" / "posture.md"


def test_a_good_machine_has_an_a(machine):
    found = audit(machine.context())
    failed = {one.check.id for one in found.outcomes if one.state in (State.FAIL, State.UNKNOWN)}
    assert failed == {"HOOK-19"} and (found.grade.letter, found.is_complete, found.unknowns) == ("A", True, ())


def test_a_machine_without_agents_is_not_graded(own_home):
    from sensor.paths import locate

    found = audit(gather(Wish(paths=locate(own_home), home=own_home, now=NOW, environment={"PATH": "/nowhere"}, root=own_home)))
    assert found.grade.letter == NOT_GRADED and not [one for one in found.outcomes if one.results]


def test_an_agent_without_handrail_has_an_f(machine):
    (machine.paths.state / "install.json").unlink()
    machine.edit(".claude/settings.json", lambda settings: settings.pop("hooks"))
    context = machine.context()
    found = audit(msgspec.structs.replace(context, sensor=msgspec.structs.replace(context.sensor, why_not="it is away")))
    assert found.grade.letter == "F"


def test_live_checks_are_made_when_asked_for(machine):
    context = machine.context()
    live = {check.id for check in CHECKS if check.live}
    assert live == {"HOOK-11", "HOOK-12"}
    assert not [one for one in audit(context).outcomes if one.check.id in live and one.results]


def broken(context):
    raise KeyError("shape")
    yield


def test_a_check_that_breaks_hides_no_other(machine):
    row = Check("HOOK-98", check_named("HOOK-01").severity, "t", "w.", "r.", broken)
    found = audit(machine.context(), (row, check_named("HOOK-01")))
    assert [one.state for one in found.outcomes] == [State.UNKNOWN, State.PASS] and not found.is_complete


def test_the_fix_that_helps_most_comes_first(machine):
    machine.write(".claude/settings.json", '{"permissions": {"defaultMode": "bypassPermissions"}}')
    found = audit(machine.context())
    helps = fixes(found)
    assert len(helps) == 3 and all(after >= found.grade.score for _, after in helps) and helps[0][1] >= helps[-1][1]


def test_the_documented_table_is_the_code():
    text = DOCS.read_text(encoding="utf-8")
    made, missing = text.split("## Not yet checked")
    rows = dict(re.findall(r"^\| ([A-Z]+-\d\d) \| (\w+)", made, re.M))
    assert rows == {check.id: check.severity.name.lower() for check in CHECKS}
    assert not {check.id for check in CHECKS} & set(re.findall(r"^\| ([A-Z]+-\d\d) \|", missing, re.M))



SHAPES = (None, 3, "x", [], [3], [None], [[]], {}, {"a": 3}, {"a": None}, {"a": []}, {"a": {"b": 3}}, {"a": {"command": 3, "args": 4, "env": [], "url": 5, "headers": 6}}, [{"hooks": [{"command": "'"}]}], True)
NAMES = ("hooks", "permissions", "mcpServers", "servers", "projects", "env", "tools", "general", "sandbox", "tasks", "gateway", "channels", "agents", "discovery", "allowedRoots", "blockedPatterns", "statusLine")
FILES = (".claude/settings.json", ".claude.json", ".cursor/hooks.json", ".cursor/mcp.json", ".cursor/cli-config.json", ".gemini/settings.json", ".openclaw/openclaw.json", ".config/nanoclaw/mount-allowlist.json",
         "code/.claude/settings.json", "code/.vscode/tasks.json", "code/.mcp.json")


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
def test_settings_of_unforeseen_shapes_break_no_check(machine, shape):
    machine.project()
    for name in FILES:
        machine.write(name, json.dumps(dict.fromkeys(NAMES, shape)))
    found = audit(machine.context())
    assert found.is_complete, [one.check.id for one in found.outcomes if not one.is_complete]


@pytest.mark.parametrize("data", [b"", b"\xff", b"\0", b"[" * 5000, b"null", b"3", b'{"hooks": {"Stop": 3}}'], ids=repr)
def test_bytes_that_are_no_settings_break_no_check(machine, data):
    machine.project()
    for name in (*FILES, ".codex/config.toml", "p/config/config.yaml", "p/config/policy.yaml", "p/state/mcp-pins.json", "p/config/rules.d/a.yaml", "p/state/watch.json", ".bashrc", ".claude/CLAUDE.md"):
        machine.write(name, "").write_bytes(data)
    assert audit(machine.context()).is_complete


def test_what_one_repository_brings_is_listed_up_to_a_number(machine):
    many = Check("AGT-77", Severity.HIGH, "t", "w.", "r.", lambda context: (failed(f"{number:03}" + "x" * 5000, "d", command="c" * 5000) for number in range(500)))
    (outcome,) = audit(machine.context(), (many,)).outcomes
    assert [one.state for one in outcome.results] == [State.FAIL] * MAX_LISTED + [State.UNKNOWN] and outcome.results[-1].detail.startswith("400 more")
    assert max(len(one.subject) for one in outcome.results) < 2 * MAX_CHARS and outcome.results[0].command == ""
    first, second = (audit(machine.context(), (msgspec.structs.replace(many, run=lambda context, end=end: iter([failed("x" * 5000 + end, "d")])),)).outcomes[0].results[0] for end in "ab")
    assert first.subject != second.subject, "an acceptance of one long name is none of another"


def test_what_passed_beyond_the_number_costs_nothing(machine):
    many = Check("AGT-77", Severity.HIGH, "t", "w.", "r.", lambda context: (passed(str(number)) for number in range(500)))
    (outcome,) = audit(machine.context(), (many,)).outcomes
    assert len(outcome.results) == MAX_LISTED and outcome.points == 0


def test_a_project_whose_name_is_not_utf8_can_be_printed(machine):
    project = Path(os.fsdecode(os.fsencode(machine.home) + b"/n\xff"))
    (project / ".claude").mkdir(parents=True)
    (project / ".claude/settings.json").write_text("{")
    context = gather(Wish(paths=machine.paths, home=machine.home, now=NOW, environment=machine.environment, projects=(project,), root=machine.root))
    found = audit(context)
    text = msgspec.json.encode((render(found, context), render_sarif(found, context))).decode()
    assert "n\\\\xff/.claude/settings.json" in text
