"""One adapter per agent, chosen by how the hook was registered."""

from __future__ import annotations

import pytest
from payloads import encoded, pre_tool

from hooks.adapters import ADAPTERS
from hooks.settings.formats import FORMATS
from sensor.model.calls import Heartbeat, ToolCall
from sensor.model.verdicts import Reply


def test_every_agent_that_can_be_connected_can_be_understood():
    assert set(ADAPTERS) == set(FORMATS)


@pytest.mark.parametrize("agent", ADAPTERS)
def test_the_registration_chooses_not_the_payload(agent):
    """A payload of one agent at the other's door is read by the door's rules and never raises."""
    for other in ADAPTERS:
        parsed = ADAPTERS[agent].parse_event(encoded(pre_tool(agent=other)), False)
        assert parsed.agent == agent and isinstance(parsed, (ToolCall, Heartbeat))


@pytest.mark.parametrize(("agent", "event", "reply"), [
    ("claude-code", "PreToolUse", Reply()), ("claude-code", "Stop", Reply()), ("cursor", "preToolUse", Reply(stdout=b'{"continue":true,"permission":"allow"}')),
    ("cursor", "stop", Reply(stdout=b"{}")),
])
def test_silence(agent, event, reply):
    assert ADAPTERS[agent].render_silence(event) == reply
