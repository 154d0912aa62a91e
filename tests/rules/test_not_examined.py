"""What a budget leaves unread is never clean, whatever tool it was given to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sensor.model.verdicts import Verdict
from tests.bench.detection_rows import calls_of

WRAPPED = "xargs " * 29 + "ls"


def deep(levels: int) -> dict[str, Any]:
    inside: Any = "b"
    for _ in range(levels):
        inside = {"a": inside}
    return inside


@pytest.mark.parametrize("row", [
    {"surface": "bash", "text": WRAPPED},
    {"surface": "write", "tool_input": {"file_path": "package.json", "content": json.dumps({"scripts": {"postinstall": WRAPPED}})}},
    {"surface": "mcp_call", "tool_input": {"tool_name": "mcp__notes__add", "arguments": deep(80)}},
    {"surface": "mcp_call", "tool_input": {"tool_name": "mcp__notes__add", "arguments": {"values": [f"a{number}" for number in range(3000)]}}},
    {"surface": "mcp_call", "tool_input": {"tool_name": "mcp__shell__run", "arguments": {"command": WRAPPED}}},
])
def test_a_call_that_was_looked_at_in_part_is_not_clean(judge, row):
    (call,) = calls_of({"id": "1", **row})
    judgement = judge(call)
    assert judgement.verdict is not Verdict.CLEAN and any("examined" in finding.message for finding in judgement.findings)


@pytest.mark.parametrize("row", [
    {"surface": "bash", "text": "xargs xargs ls"},
    {"surface": "mcp_call", "tool_input": {"tool_name": "mcp__notes__add", "arguments": deep(12)}},
    {"surface": "mcp_call", "tool_input": {"tool_name": "mcp__notes__add", "arguments": {"values": [f"a{number}" for number in range(300)], "text": f"{WRAPPED} " * 400}}},
])
def test_a_call_that_was_looked_at_whole_is_clean(judge, row):
    (call,) = calls_of({"id": "1", **row})
    assert judge(call).verdict is Verdict.CLEAN
