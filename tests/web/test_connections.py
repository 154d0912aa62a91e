"""Agents by their settings as they stand, and by what runs."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from sensor.host.checks.agents import connect
from sensor.model.verdicts import Mode
from web.connections import KEEP_SECONDS, Connections


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def home(config, monkeypatch):
    """A HOME with the folders of both agents, and no program of theirs on PATH."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for folder in (".claude", ".cursor"):
        (config.home / folder).mkdir(parents=True)
    config.paths.state.mkdir(parents=True)
    return config.home


def found(config, clock=None):
    return {one.agent: one for one in Connections(config, clock or Clock()).all()}


def test_an_agent_is_connected_while_its_hooks_stand(config, home):
    connect(config.paths, home, "claude-code", Mode.ENFORCE)
    agents = found(config)
    assert agents["claude-code"].stands and agents["claude-code"].was_connected and agents["claude-code"].missing == ()
    assert not agents["cursor"].stands and not agents["cursor"].was_connected


@pytest.mark.parametrize(("text", "problem"), [("{}", ""), ('{"hooks": {}, "disableAllHooks": true}', "switched off"), ("{", "settings.json")])
def test_hooks_that_are_gone_are_seen_although_the_record_says_connected(config, home, text, problem):
    connect(config.paths, home, "claude-code", Mode.ENFORCE)
    (home / ".claude/settings.json").write_text(text)
    agent = found(config)["claude-code"]
    assert agent.was_connected and not agent.stands and problem in agent.problem and bool(agent.missing) is (text != "{")


def test_a_program_that_runs_without_hooks_is_counted(config, home, tmp_path):
    program = tmp_path / "claude"
    shutil.copy(shutil.which("sleep"), program)
    with subprocess.Popen([program, "30"], env={"HOME": str(home)}) as child:
        count = found(config)["claude-code"].processes
        child.kill()
    assert count == 1


def test_an_answer_is_kept_for_some_seconds(config, home):
    clock = Clock()
    connections = Connections(config, clock)
    assert not any(one.stands for one in connections.all())
    connect(config.paths, home, "claude-code", Mode.ENFORCE)
    clock.time += KEEP_SECONDS - 1
    assert not any(one.stands for one in connections.all())
    clock.time += 1
    assert any(one.stands for one in connections.all())


def test_without_its_place_nothing_is_known(config):
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    assert Connections(type(config)(**{**facts, "paths": None}), Clock()).all() == ()


def test_a_damaged_record_costs_only_what_it_says(config, home):
    connect(config.paths, home, "claude-code", Mode.ENFORCE)
    for record in (config.paths.state / "agents").iterdir():
        record.write_bytes(b"{")
    agent = found(config)["claude-code"]
    assert agent.stands and not agent.was_connected
