from __future__ import annotations

import gzip
import json

import pytest

from sensor.model.calls import FetchAction, McpAction, Phase, ReadAction, ShellAction, ToolKind, WriteAction
from tests.bench.detection_rows import calls_of, load_rows


@pytest.mark.parametrize(
    ("row", "kind", "action"),
    [
        ({"surface": "bash", "text": "ls"}, ToolKind.SHELL, ShellAction),
        ({"surface": "read", "text": "/etc/hosts"}, ToolKind.FILE_READ, ReadAction),
        ({"surface": "url", "text": "https://example.org"}, ToolKind.NETWORK, FetchAction),
        ({"surface": "write", "tool_input": {"file_path": "a", "content": "b"}}, ToolKind.FILE_WRITE, WriteAction),
        ({"surface": "edit", "tool_input": {"file_path": "a", "old_string": "b", "new_string": "c"}}, ToolKind.FILE_WRITE, WriteAction),
        ({"surface": "mcp_call", "tool_input": {"tool_name": "t", "arguments": {"a": 1}}}, ToolKind.MCP, McpAction),
    ],
)
def test_rows_are_the_calls_of_their_surface(row, kind, action):
    call = next(calls_of({"id": "1", **row}))
    assert call.kind is kind and isinstance(call.action, action) and call.phase is Phase.BEFORE


def test_a_result_is_a_call_after_the_fact():
    call = next(calls_of({"id": "1", "surface": "tool_result", "text": "page", "tool_input": {"tool_name": "Read", "file_path": "a.md"}}))
    assert call.phase is Phase.AFTER and call.result == "page" and call.kind is ToolKind.FILE_READ


def test_a_sequence_gives_one_call_per_step_in_one_session():
    steps = [{"surface": "bash", "text": "ls"}, {"surface": "read", "text": "a"}]
    calls = list(calls_of({"id": "s", "surface": "sequence", "steps": steps}))
    assert [call.tool for call in calls] == ["Bash", "Read"] and len({call.session for call in calls}) == 1
    assert len({call.tool_use_id for call in calls}) == 2


def test_lone_surrogates_are_replaced_as_adapters_do():
    call = next(calls_of({"id": "1", "surface": "bash", "text": "echo \ud800"}))
    call.action.command.encode("utf-8")


def test_a_surface_of_no_tool_is_an_error():
    with pytest.raises(ValueError, match="telepathy"):
        next(calls_of({"id": "1", "surface": "telepathy", "text": ""}))


def test_packed_and_plain_files_are_read(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "1", "surface": "bash"}) + "\n" + json.dumps({"note": "no row"}) + "\n")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "2", "surface": "bash"}) + "\n")
    assert [row["id"] for row in load_rows(str(tmp_path))] == ["1", "2"]
