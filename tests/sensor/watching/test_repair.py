"""Entries are put back as an installation would write them, what others wrote stays, and a fight is not fought."""

from __future__ import annotations

import json

import pytest

from hooks.settings.own_writes import own_writes
from hooks.settings.record import load_record
from sensor.host.checks.agents import connect
from sensor.host.files.hook_client import client_path
from sensor.model.verdicts import Mode
from sensor.paths import locate, make_private
from sensor.watching.places import World
from sensor.watching.repair import FAILED, MOST, RESTORED, WITHIN_SECONDS, Repairer


@pytest.fixture
def world(tmp_path, own_home):
    paths = locate(own_home, tmp_path / "p")
    for folder in (paths.config, paths.state):
        make_private(folder)
    client = client_path(paths)
    client.parent.mkdir(parents=True)
    client.write_text("")
    return World(home=own_home, paths=paths)


@pytest.fixture
def record(world):
    connect(world.paths, world.home, "claude-code", Mode.ENFORCE)
    return load_record(world.paths.state, "claude-code")


def test_what_others_wrote_stays(world, record):
    path = world.home / ".claude/settings.json"
    whole = path.read_text()
    path.write_text('{"model": "opus"}')
    done = Repairer(world, lambda: 0.0).restore(record, "watch.repair: auto", False)
    assert (done.outcome, done.problem) == (RESTORED, "") and json.loads(path.read_text())["hooks"] == json.loads(whole)["hooks"] and json.loads(path.read_text())["model"] == "opus"
    assert own_writes(world.paths.state, 0)[-1].what == "repair, watch.repair: auto"


def test_a_deleted_file_comes_back(world, record):
    path = world.home / ".claude/settings.json"
    path.unlink()
    assert Repairer(world, lambda: 0.0).restore(record, "sam", True).outcome == RESTORED and path.exists()


def test_what_cannot_be_parsed_is_left_alone(world, record):
    path = world.home / ".claude/settings.json"
    path.write_text("{ broken")
    done = Repairer(world, lambda: 0.0).restore(record, "x", False)
    assert done.outcome == FAILED and str(path) in done.problem and path.read_text() == "{ broken"


def test_after_three_times_it_is_left_to_a_person(world, record):
    at = [0.0]
    repairer = Repairer(world, lambda: at[0])
    for _ in range(MOST):
        assert repairer.restore(record, "x", False).outcome == RESTORED
    assert "left to you" in repairer.restore(record, "x", False).problem
    assert repairer.restore(record, "sam", True).outcome == RESTORED
    at[0] += WITHIN_SECONDS + 1
    assert repairer.restore(record, "x", False).outcome == RESTORED
