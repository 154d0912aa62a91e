"""Shared factories. Nothing here touches the real HOME: every test gets its own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Surroundings

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a machine that does other things as well is no fault
settings.load_profile("tests")


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
