"""Faults B1-B5 through the real client into the real sensor: a padded or broken malicious call is still denied and recorded."""

from __future__ import annotations

import re

import pytest
from payloads import HOSTILE, HOSTILE_CURSOR, SENSELESS, encoded, pre_tool, shared


@pytest.fixture
def connected(shipped_client, live):
    """Each client as it ships, connected to the module's sensor; its own fallback must not be needed."""
    shipped_client.configure(socket=str(live.paths.socket), timeout_ms="30000")
    return shipped_client


def fresh(body: bytes, session: str) -> bytes:
    """The event in a session of its own, so that it is no repeated report."""
    for field in ("session_id", "conversation_id"):
        for encoding in ("utf-8", "utf-16-le"):
            body = re.sub(f'"{field}": "[sc]"'.encode(encoding), f'"{field}": "{session}"'.encode(encoding), body, count=1)
    return body


def judged_by_the_sensor(client, live, body: bytes, agent: str = "claude-code") -> tuple[str, list[dict]]:
    """What the agent reads, and the entries that the call made."""
    before, pid = len(live.entries()), live.process.pid
    answered = client.run(body, agent)
    assert live.process.poll() is None and live.process.pid == pid and not client.spooled()
    return answered.says(agent), [entry for entry in live.entries()[before:] if entry["kind"] in ("call", "malformed")]


@pytest.mark.parametrize("name", HOSTILE)
def test_claude_code(connected, live, name):
    said, entries = judged_by_the_sensor(connected, live, fresh(HOSTILE[name], f"{connected.kind} {name}"))
    assert said == "deny" and [entry["answer"] for entry in entries] == ["deny"]


@pytest.mark.parametrize("name", HOSTILE_CURSOR)
def test_cursor(connected, live, name):
    said, entries = judged_by_the_sensor(connected, live, fresh(HOSTILE_CURSOR[name], f"{connected.kind} {name}"), "cursor")
    assert said == "deny" and [entry["answer"] for entry in entries] == ["deny"]


@pytest.mark.parametrize("name", SENSELESS)
@pytest.mark.parametrize("agent", ["claude-code", "cursor"])
def test_the_senseless(connected, live, agent, name):
    assert judged_by_the_sensor(connected, live, SENSELESS[name], agent)[0] == "deny"


def test_the_harmless_passes_after_all_that(connected, live):
    said, entries = judged_by_the_sensor(connected, live, encoded(pre_tool("git status", tool_use_id=f"toolu_{connected.kind}")))
    assert said == "allow" and [entry["verdict"] for entry in entries] == ["clean"]


@pytest.mark.parametrize(("row", "body"), [*shared("claude-code"), *shared("cursor")])
def test_shared_events_are_answered_well(compiled_client, live, row, body):
    """Every payload of the fixtures: one well-formed answer."""
    compiled_client.configure(socket=str(live.paths.socket), timeout_ms="30000")
    agent = "cursor" if row["agent"] == "cursor" and "thirdparty" not in row["event"] else "claude-code"
    assert compiled_client.run(body, agent).says(agent) in ("allow", "ask", "deny") and not compiled_client.spooled()
