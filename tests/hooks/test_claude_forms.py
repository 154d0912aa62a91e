"""The forms of Claude Code's answers, literally."""

from __future__ import annotations

import pytest

from hooks import claude_forms as forms
from hooks.claude_parse import OTHER_EVENTS, TOOL_EVENTS

P, A = "for the person", "for the agent"
DENIALS = {
    "PreToolUse": ({"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": A}, "systemMessage": P}, A, 2),
    "PreSkillShellCommand": ({"hookSpecificOutput": {"hookEventName": "PreSkillShellCommand", "permissionDecision": "deny", "permissionDecisionReason": A}, "systemMessage": P}, A, 2),
    "PermissionRequest": (
        {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": {"behavior": "deny", "message": A, "interrupt": False}}, "systemMessage": P}, "", 0),
    "UserPromptSubmit": ({"decision": "block", "reason": P, "hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": True}}, P, 2),
    "UserPromptExpansion": ({"decision": "block", "reason": P}, P, 2),
    "ConfigChange": ({"decision": "block", "reason": P}, P, 2),
    "Elicitation": ({"hookSpecificOutput": {"hookEventName": "Elicitation", "action": "decline"}, "systemMessage": P}, P, 2),
    "ElicitationResult": ({"hookSpecificOutput": {"hookEventName": "ElicitationResult", "action": "decline"}, "systemMessage": P}, P, 2),
}


@pytest.mark.parametrize("event", DENIALS)
def test_denials(event):
    assert forms.deny(event, P, A) == DENIALS[event]


def test_every_event_that_can_be_stopped_has_a_denial():
    stoppable = {name for name, (_, abilities) in TOOL_EVENTS.items() if abilities.deny} | {name for name, (_, _, abilities, _) in OTHER_EVENTS.items() if abilities.deny}
    assert stoppable == set(DENIALS)


def test_an_event_without_a_name_is_denied_as_a_tool_call():
    assert forms.deny("", P, A) == DENIALS["PreToolUse"]


@pytest.mark.parametrize("event", [*TOOL_EVENTS, *OTHER_EVENTS, ""])
def test_no_opinion_is_silence(event):
    assert forms.silence(event) == (None, "", 0)


def test_questions():
    asked = {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": P}}
    assert forms.ask("PreToolUse", P, A) == (asked, "", 0)
    assert forms.ask("PermissionRequest", P, A) == (None, "", 0), "the user is being asked already"


def test_notices():
    assert forms.notice("PreToolUse", P) == ({"systemMessage": P, "hookSpecificOutput": {"hookEventName": "PreToolUse"}}, "", 0)
    assert forms.notice("FileChanged", P) == ({"systemMessage": P}, "", 0)


def test_after_the_tool():
    assert forms.warn_after("PostToolUse", P, A, True) == ({"systemMessage": P, "decision": "block", "reason": A}, "", 0)
    told = {"systemMessage": P, "hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": A}}
    assert forms.warn_after("PostToolUse", P, A, False) == (told, "", 0)
    assert "decision" not in (forms.warn_after("PostToolUseFailure", P, A, True)[0] or {})


def test_texts_stay_below_the_agents_limit():
    answer, error, _ = forms.deny("PreToolUse", "p" * 50_000, "a" * 50_000)
    assert answer is not None and len(answer["systemMessage"]) < 10_000 and len(error) < 10_000
