"""Names of a call that hold a secret."""

from __future__ import annotations

import json

import pytest

from hooks.mcp_parse import parse_event
from sensor.access.pins import key_of
from sensor.desk.names import clean_names
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import McpAction
from sensor.model.names import plain_name

TOKEN = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA2cE4gH6jK8"


@pytest.fixture(scope="module")
def clean():
    redactor = Redactor(SecretScanner(), b"k" * 32)
    return clean_names(redactor.redact, redactor.redact_server)


@pytest.mark.parametrize("field", ["session", "parent_session", "subagent", "subagent_type", "turn", "tool"])
@pytest.mark.parametrize("name", ["{}", "mcp__{}__run", "a {} b"])
def test_a_secret_is_no_name(clean, shell_call, field, name):
    cleaned = clean(shell_call("ls", **{field: name.format(TOKEN)}))
    assert TOKEN not in getattr(cleaned, field) and "[redacted:" in getattr(cleaned, field)
    assert clean(cleaned) == cleaned


def test_a_secret_is_no_name_of_a_server(clean, shell_call):
    cleaned = clean(shell_call("", action=McpAction(server=TOKEN, tool="run", arguments={})))
    assert TOKEN not in cleaned.action.server and clean(cleaned) is cleaned


PART = "q7ZkT2mVx9LrB4nHs6WdY1cFp8Ja"
CALL = {"mcp_client": "claude-code", "hook_event_name": "tools/call", "mcp_method": "tools/call", "tool_name": "query", "tool_input": {}, "cwd": "/", "session_id": "s"}


@pytest.mark.parametrize("server", ["postgres://u:Kx9-{}@db.acme.io/db", "https://mcp.acme.io/api/mcp/s/{}/mcp", "https://mcp.acme.io/s/4x__{}/mcp", "npx -y @h/slack-mcp -t {}", "npx x --api-key={}", "a__ghp_{}abcdefgh"])
@pytest.mark.parametrize("event", ["tools/call", "tools/list", "initialize"])
def test_a_secret_in_the_address_or_command_that_names_a_server_is_in_no_name(clean, server, event):
    """The name of the tool repeats it, spelled as agents spell it."""
    body = {**CALL, "hook_event_name": event, "mcp_server_name": server.format(PART), "tool_input": {"name": "query"} if event != "tools/call" else {}}
    cleaned = clean(parse_event(json.dumps(body).encode(), False))
    assert PART not in repr((cleaned.tool, cleaned.action)) and "redacted" in cleaned.tool
    if event == "tools/call":
        assert plain_name(cleaned.tool) == f"mcp__{plain_name(cleaned.action.server)}__query"
    elif event == "tools/list":
        assert key_of(cleaned)[3] == "query" and "redacted" in key_of(cleaned)[1]


@pytest.mark.parametrize("server", ["https://mcp.linear.app/sse", "npx -y @modelcontextprotocol/server-filesystem /home/me/notes", "npx -y postgres-mcp@1.2.3", "my__files-2", "plugin-figma-figma"])
def test_other_addresses_and_commands_stay_names(clean, server):
    call = parse_event(json.dumps({**CALL, "mcp_server_name": server}).encode(), False)
    assert clean(call) is call


def test_two_sessions_stay_two(clean, shell_call):
    first, second = (clean(shell_call("ls", session=TOKEN[:-1] + end)).session for end in "89")
    assert first != second


@pytest.mark.parametrize("names", [{"session": "9e0fbb27-1cc9-42dc-891b-32be4928c99b", "tool": "Bash"}, {"session": "s", "tool": "mcp__files__read_file", "subagent_type": "general-purpose"}])
def test_other_names_stay_as_they_are(clean, shell_call, names):
    call = shell_call("ls", **names)
    assert clean(call) is call
