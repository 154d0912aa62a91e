"""The forms of Cursor's answers, literally. Always one object: silence counts as a failure under failClosed."""

from __future__ import annotations

import pytest

from hooks import cursor_forms as forms
from hooks.cursor_parse import EVENTS

P, A = "for the person", "for the agent"
PERMISSION = ["preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile", "beforeTabFileRead", "subagentStart"]


@pytest.mark.parametrize("event", PERMISSION)
def test_permission_events(event):
    assert forms.silence(event) == ({"continue": True, "permission": "allow"}, "", 0)
    assert forms.notice(event, P) == ({"continue": True, "permission": "allow", "user_message": P}, "", 0)
    assert forms.deny(event, P, A) == ({"continue": True, "permission": "deny", "user_message": P, "agent_message": A}, "", 0)


@pytest.mark.parametrize("event", ["beforeShellExecution", "beforeMCPExecution"])
def test_questions(event):
    answer, error, code = forms.ask(event, P, A)
    assert answer is not None and (answer["permission"], answer["user_message"], error, code) == ("ask", P, "", 0) and answer["agent_message"]


def test_prompts():
    assert forms.silence("beforeSubmitPrompt") == ({"continue": True}, "", 0)
    assert forms.notice("beforeSubmitPrompt", P) == ({"continue": True}, "", 0)
    assert forms.deny("beforeSubmitPrompt", P, A) == ({"continue": False, "user_message": P}, "", 0)


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {*PERMISSION, "beforeSubmitPrompt"}))
def test_everything_else_gets_an_empty_object(event):
    assert forms.silence(event) == ({}, "", 0) == forms.notice(event, P)


def test_every_event_that_can_be_stopped_has_a_form():
    assert {name for name, (_, abilities, _) in EVENTS.items() if abilities.deny} == {*PERMISSION, "beforeSubmitPrompt"}


def test_an_event_without_a_name_is_denied_as_a_tool_call():
    assert (forms.deny("", P, A)[0] or {})["permission"] == "deny"


def test_after_the_tool():
    assert forms.warn_after("postToolUse", P, A, True) == ({"additional_context": A}, "", 0)
    assert forms.warn_after("afterShellExecution", P, A, True) == ({}, "", 0)
