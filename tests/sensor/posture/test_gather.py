"""Looking at a machine: everything that checks ask about was looked at, and nothing is changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from sensor.paths import locate
from sensor.posture.audit import CHECKS
from sensor.posture.gather import Wish, gather
from tests.sensor.posture.machine import NOW


def snapshot(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time of change and content of every file below a folder."""
    return {str(path): (facts.st_mode, facts.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
            for path in sorted(folder.rglob("*")) for facts in (path.lstat(),)}


def test_nothing_is_changed_and_nothing_is_missing(machine):
    machine.project()
    machine.servers(one={"command": "/usr/bin/true"}, two={"command": "sh", "args": ["-c", "x"]})
    before = snapshot(machine.home)
    context = machine.context()
    details = [result.detail for check in CHECKS for result in check.run(context)]
    assert snapshot(machine.home) == before
    assert not [detail for detail in details if "was not looked at" in detail]


def test_an_empty_home(own_home):
    context = gather(Wish(paths=locate(own_home), home=own_home, now=NOW, environment={"PATH": "/nowhere"}, root=own_home / "root"))
    assert not context.is_installed and not context.others and not [one for one in context.agents if one.is_there]
    assert list(own_home.iterdir()) == []


def test_a_named_project_is_looked_at(machine):
    folder = machine.project()
    context = machine.context()
    assert context.projects == (str(folder),) and any(one.project == str(folder) for one in context.sources)


def test_programs_are_found_where_the_shell_would(machine):
    machine.servers(one={"command": "sh"}, two={"command": "no-such-program"})
    context = machine.context()
    assert context.programs["no-such-program"] == "" and os.path.basename(context.programs["sh"]) == "sh"


@pytest.mark.parametrize("folder", [".codex", ".gemini"])
def test_other_agents_are_found_by_their_folder(machine, folder):
    (machine.home / folder).mkdir()
    assert machine.context().others == (folder.lstrip("."),)


def test_live_sends_a_call_through_each_hook(machine):
    context = gather(Wish(paths=machine.paths, home=machine.home, now=NOW, environment=machine.environment, live=True, root=machine.root))
    assert [(one.agent, one.is_denied) for one in context.canaries] == [("claude-code", False)], "no sensor runs here, so no entry of it is found"



def test_live_with_settings_that_cannot_be_read_is_a_finding(machine):
    machine.write("p/config/config.yaml", "mode: [\n")
    context = gather(Wish(paths=machine.paths, home=machine.home, now=NOW, environment=machine.environment, live=True, root=machine.root))
    assert [one.is_denied for one in context.canaries] == [False]
