"""Probes are read by the real adapters, and denials are told from everything else."""

from __future__ import annotations

import pytest

from hooks.adapters import ADAPTERS
from sensor.host.checks.probes import FORMATS, MUST_DENY, Probe, is_denied, render_probe
from sensor.model.calls import ShellAction, ToolCall


@pytest.mark.parametrize("agent", sorted(FORMATS))
def test_the_agents_own_adapter_understands_the_probe(agent):
    call = ADAPTERS[agent].parse_event(render_probe(agent, Probe(session="s-1", call_id="c-1", command=MUST_DENY, cwd="/tmp")), False)
    assert isinstance(call, ToolCall) and not call.problems
    assert call.action == ShellAction(command=MUST_DENY) or call.action.command == MUST_DENY
    assert call.session == "s-1"


@pytest.mark.parametrize(
    ("agent", "exit_code", "stdout", "denied"),
    [
        ("claude-code", 2, b"", True),
        ("claude-code", 0, b'{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}', True),
        ("claude-code", 0, b'{"hookSpecificOutput":{"permissionDecision":"ask"}}', False),
        ("claude-code", 0, b"", False),
        ("claude-code", 1, b"Traceback", False),
        ("claude-code", 0, b"[]", False),
        ("cursor", 0, b'{"continue":true,"permission":"deny"}', True),
        ("cursor", 0, b'{"continue":true,"permission":"allow"}', False),
        ("cursor", 0, b"deny", False),
    ],
)
def test_what_counts_as_denied(agent, exit_code, stdout, denied):
    assert is_denied(agent, exit_code, stdout) is denied
