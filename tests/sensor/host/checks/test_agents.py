"""Agents are found, connected, named by their registered command, and put back."""

from __future__ import annotations

import json

import pytest

from sensor.host.checks.agents import (
    AGENTS,
    connect,
    connected_agents,
    disconnect,
    find_agents,
    hook_command,
    status_of,
)
from sensor.host.checks.selftest import SelfTestFailed
from sensor.host.files.hook_client import client_path
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Mode


@pytest.fixture(autouse=True)
def no_programs(monkeypatch, tmp_path):
    """A PATH without agents."""
    monkeypatch.setenv("PATH", str(tmp_path))


def test_an_agent_is_found_by_its_folder(own_home):
    (own_home / ".cursor").mkdir()
    assert "cursor" in find_agents(own_home)


@pytest.mark.parametrize("agent", AGENTS)
def test_connected_means_a_command_that_runs_our_client(plan, own_home, agent):
    note = connect(plan.paths, own_home, agent, Mode.ENFORCE)
    (connected,) = connected_agents(plan.paths)
    assert connected.agent == agent and connected.file in note
    assert hook_command(plan.paths, own_home, agent).shell == f"'{client_path(plan.paths)}' --agent {agent}"
    assert status_of(plan.paths, own_home, agent).connected


@pytest.mark.parametrize("agent", AGENTS)
def test_disconnecting_leaves_nothing(plan, own_home, agent):
    connect(plan.paths, own_home, agent, Mode.ENFORCE)
    assert "none before" in disconnect(plan.paths, own_home, agent)
    assert connected_agents(plan.paths) == () and list(own_home.glob(".*")) == []


def test_only_enforce_lets_a_broken_hook_block(plan, own_home):
    closed = {}
    for mode in (Mode.ENFORCE, Mode.OBSERVE):
        connect(plan.paths, own_home, "cursor", mode)
        entries = json.loads((own_home / ".cursor/hooks.json").read_text())["hooks"]["beforeShellExecution"]
        closed[mode] = [entry.get("failClosed", False) for entry in entries]
    assert closed == {Mode.ENFORCE: [True], Mode.OBSERVE: [False]}


def test_without_a_hook_there_is_no_command(plan, own_home):
    with pytest.raises(SelfTestFailed, match="no hook of ours for PreToolUse"):
        hook_command(plan.paths, own_home, "claude-code")


def test_settings_that_cannot_be_read_stay_as_they_are(plan, own_home):
    file = own_home / ".claude/settings.json"
    file.parent.mkdir()
    file.write_text('{"hooks": ')
    with pytest.raises(HandrailError, match=r"settings\.json:1:"):
        connect(plan.paths, own_home, "claude-code", Mode.ENFORCE)
    assert file.read_text() == '{"hooks": ' and connected_agents(plan.paths) == ()
