"""Looking at a machine: everything that checks ask about was looked at, and nothing is changed."""

from __future__ import annotations

import hashlib
import os
import time
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


def test_files_of_a_project_that_lie_elsewhere_are_links(machine):
    """A folder on the way leads out: what `--fix` would change there is nothing that the project brought."""
    (machine.project() / ".cursor").symlink_to(machine.write("notes/rules/shared.mdc", "x", 0o664).parent.parent)
    (fact,) = (one for one in machine.context().guarded if one.path.endswith("shared.mdc"))
    assert fact.is_link
    assert {one.repair for one in machine.results("AGT-11") if one.state.value == "fail"} == {None}


def test_instructions_that_are_not_looked_at_are_named(machine, monkeypatch):
    monkeypatch.setattr("sensor.posture.gather.MAX_TEXTS", 3)
    machine.project()
    for number in range(5):
        machine.write(f"code/.claude/commands/{number}.md", "x")
    assert [one.problem[:38] for one in machine.context().instructions] == ["", "", "", "was not looked at, and 1 more: there a"]
    assert "unknown" in machine.states("AGT-10")


def test_a_command_of_megabytes_is_not_split(machine):
    machine.edit(".claude/settings.json", lambda settings: settings["hooks"].update(Stop=[{"hooks": [{"type": "command", "command": "a" * 4_000_000}]}]))
    began = time.process_time()
    assert machine.states("AGT-09") == {"fail"} and time.process_time() - began < 5
