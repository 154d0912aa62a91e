"""What we register with each agent, by version."""

from __future__ import annotations

import pytest

from hooks import claude_parse, cursor_parse
from hooks.client import INPUT_SECONDS
from hooks.fallback import ALARM_SECONDS
from hooks.settings.formats import DECIDING_SECONDS, EVENTS, FORMATS, Registration, known_events

NEWEST = (9, 9, 9)


def handlers(agent: str, **facts: object) -> dict[str, dict]:
    entries = FORMATS[agent].entries(Registration(command="c", **facts))
    return {event: entry["hooks"][0] if FORMATS[agent].grouped else entry for event, entry in entries.items()}


def test_every_registered_event_is_understood():
    assert set(known_events("claude-code", NEWEST)) <= {*claude_parse.TOOL_EVENTS, *claude_parse.OTHER_EVENTS}
    assert set(known_events("cursor", NEWEST)) <= set(cursor_parse.EVENTS)


def test_every_understood_event_is_registered_but_worktrees():
    """A WorktreeCreate hook replaces git's work: registering it would break worktrees."""
    understood = {*claude_parse.TOOL_EVENTS, *claude_parse.OTHER_EVENTS}
    assert understood - set(known_events("claude-code", NEWEST)) == {"WorktreeCreate", "WorktreeRemove"}
    assert set(cursor_parse.EVENTS) == set(known_events("cursor", NEWEST))


@pytest.mark.parametrize(("agent", "version", "has", "lacks"), [
    ("cursor", (1, 7, 44), {"beforeShellExecution", "stop"}, {"preToolUse", "sessionStart"}),
    ("cursor", (2, 4, 0), {"preToolUse", "sessionStart"}, {"workspaceOpen"}),
    ("cursor", (3, 20, 21), {"workspaceOpen"}, set()),
    ("cursor", (), {"preToolUse", "beforeShellExecution"}, {"workspaceOpen"}),
    ("claude-code", (2, 0, 50), {"PermissionRequest"}, {"ConfigChange", "FileChanged"}),
    ("claude-code", (2, 1, 331), {"ConfigChange", "FileChanged", "MessageDisplay"}, {"PreSkillShellCommand"}),
    ("claude-code", (2, 1, 332), {"PreSkillShellCommand"}, set()),
    ("claude-code", (), {"PreToolUse", "PermissionRequest", "SessionEnd"}, {"ConfigChange"}),
])
def test_only_events_that_the_version_knows(agent, version, has, lacks):
    known = set(known_events(agent, version))
    assert has <= known and not lacks & known


def test_the_agent_waits_while_a_person_is_asked():
    """`approvals.wait-seconds` goes up to 50, and the sensor gives the client two more."""
    assert DECIDING_SECONDS > 50 + 2 + ALARM_SECONDS and {handlers("claude-code")["PreToolUse"]["timeout"], handlers("cursor")["preToolUse"]["timeout"]} == {DECIDING_SECONDS}


@pytest.mark.parametrize("agent", FORMATS)
def test_the_agent_waits_longer_than_the_client_needs(agent):
    longest = INPUT_SECONDS + ALARM_SECONDS + 0.5
    assert all(handler["timeout"] > longest for handler in handlers(agent, version=NEWEST).values())


def test_a_broken_hook_stops_calls_only_in_enforce_and_only_where_something_can_be_stopped():
    closed = {event for event, handler in handlers("claude-code", version=NEWEST).items() if "onFailure" in handler}
    assert closed == {"PreToolUse", "PreSkillShellCommand", "PermissionRequest"}
    assert not any("onFailure" in one for one in handlers("claude-code", version=NEWEST, enforce=False).values())
    assert not any("onFailure" in one for one in handlers("claude-code", version=(2, 1, 294)).values())
    closed = {event for event, handler in handlers("cursor", version=NEWEST).items() if handler.get("failClosed")}
    assert closed == {"preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile"}
    assert not any("failClosed" in one for one in handlers("cursor", version=NEWEST, enforce=False).values())


def test_only_what_is_shown_on_the_screen_is_not_waited_for():
    assert {event for event, handler in handlers("claude-code", version=NEWEST).items() if handler.get("async")} == {"MessageDisplay"}


def test_tool_events_match_every_tool():
    entries = FORMATS["claude-code"].entries(Registration(command="c", version=NEWEST))
    assert {event: entry.get("matcher") for event, entry in entries.items() if event in claude_parse.TOOL_EVENTS} == dict.fromkeys(claude_parse.TOOL_EVENTS, "*")
    assert not any("matcher" in entry for entry in FORMATS["cursor"].entries(Registration(command="c")).values())


@pytest.mark.parametrize(("environment", "file"), [
    ({}, "home/.claude/settings.json"), ({"CLAUDE_CONFIG_DIR": "/elsewhere"}, "/elsewhere/settings.json"), ({"CLAUDE_CONFIG_DIR": "relative"}, "home/.claude/settings.json"),
])
def test_where_claude_code_keeps_its_settings(own_home, environment, file):
    assert FORMATS["claude-code"].file(own_home, environment) == own_home.parent / file


def test_tables_have_the_same_agents():
    assert set(EVENTS) == set(FORMATS)
