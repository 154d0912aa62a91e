"""Shared factories. Nothing here touches the real HOME: every test gets its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import sensor.paths
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Surroundings

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a machine that does other things as well is no fault
settings.load_profile("tests")
ROOT = Path(__file__).resolve().parents[1]


def pytest_sessionstart() -> None:
    """Refuse to run where processes that tests start (`python -I`, which sees neither PYTHONPATH nor this folder) would be those of another checkout."""
    other = why_not_this_checkout(sys.executable)
    if other:
        pytest.exit(f"{other}\nRun tests/run.sh, or name this checkout in a .pth file in the site-packages of an environment of its own.", returncode=4)


def why_not_this_checkout(python: str) -> str:
    """What `python -I` takes for Handrail where that is not this checkout; "" where it is."""
    done = subprocess.run([python, "-I", "-c", "import sensor; print(sensor.__file__)"], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        return f"{python} -I finds no Handrail."
    found = Path(done.stdout.strip()).resolve().parents[1]
    return "" if found == ROOT else f"{python} -I takes Handrail from {found}, and the tests are those of {ROOT}."


@pytest.fixture(scope="session", autouse=True)
def folders_for_sockets():
    """Folders outside of a test's own, which a state folder with a long name has its sockets in, go with the tests. Gives what was noted."""
    noted: set[Path] = set()
    choose = sensor.paths._run_folder

    def note(state: Path) -> Path:
        run = choose(state)
        if not run.is_relative_to(state) and not os.path.lexists(run):
            noted.add(run)
        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensor.paths, "_run_folder", note)
        yield noted
    for run in noted:
        shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """A HOME of the test's own; XDG folders unset so that they follow it."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def own_priority(monkeypatch):
    """Commands that run in this process and lower their priority do not lower that of all later tests and of the sensors that these start."""
    lowered = []
    monkeypatch.setattr("os.nice", lambda by: lowered.append(by) or sum(lowered))
    return lowered


@pytest.fixture
def around(own_home) -> Surroundings:
    """The machine as a test sees it."""
    return Surroundings(home=str(own_home), user="dev", handrail=(str(own_home / ".local/state/handrail"),))


@pytest.fixture
def shell_call(tmp_path):
    """Make a Bash call of Claude Code: `shell_call("ls")`."""

    def make(command: str, **changes: object) -> ToolCall:
        facts = {
            "agent": "claude-code", "event": "PreToolUse", "phase": Phase.BEFORE, "kind": ToolKind.SHELL, "tool": "Bash",
            "action": ShellAction(command=command), "arguments": {"command": command}, "session": "s-1",
            "tool_use_id": "toolu_1", "cwd": str(tmp_path),
        }
        return ToolCall(**{**facts, **changes})

    return make
