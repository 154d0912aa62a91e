"""The generated file is the one that the sources give, and holds what the client needs."""

from __future__ import annotations

import json
import re

import pytest

from hooks import claude_parse, cursor_parse
from hooks.safety_core import CORE_FILE, render_safety_core
from sensor.policy.load import load_rules


@pytest.fixture(scope="module")
def rules():
    return load_rules().rules


@pytest.fixture(scope="module")
def core() -> dict:
    return json.loads(CORE_FILE.read_bytes())


def test_the_file_is_fresh(rules):
    assert CORE_FILE.read_bytes() == render_safety_core(rules), "stale: run `handrail hooks safety-core`"


def test_the_same_rules_give_the_same_bytes(rules):
    assert render_safety_core(rules) == render_safety_core(reversed(rules))


def test_every_pattern_stands_for_a_rule_that_exists(core, rules):
    assert {pattern["rule"] for pattern in core["patterns"]} <= {rule.id for rule in rules}


def test_every_pattern_tells_what_to_do_instead(core):
    assert not [pattern["rule"] for pattern in core["patterns"] if not pattern["remedy"] or not pattern["why"]]


def test_every_pattern_compiles_in_the_clients_own_engine(core):
    for pattern in core["patterns"]:
        re.compile(pattern["re"])
    re.compile(core["read_only"])


def test_the_agents_tables_are_those_of_the_adapters(core):
    claude, cursor = core["agents"]["claude-code"], core["agents"]["cursor"]
    assert set(claude["events"]) == {*claude_parse.TOOL_EVENTS, *claude_parse.OTHER_EVENTS} and set(cursor["events"]) == set(cursor_parse.EVENTS)
    assert claude["tools"]["Bash"] == "shell" and claude["tools"]["Monitor"] == "shell" and cursor["tools"]["Delete"] == "file_delete"
    assert cursor["events"]["beforeShellExecution"] == {"phase": "before", "deny": True, "ask": True, "kind": "shell"}
    assert cursor["events"]["preToolUse"]["ask_later"] == ["shell", "mcp"] and claude["events"]["PreToolUse"]["kind"] == ""
