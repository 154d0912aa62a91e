"""The forms of Cursor's answers, event by event (Cursor hooks reference). Standard library only.

Always one JSON object with exit code 0: under `failClosed` empty output counts as a failure, and exit code 2 would lose
the two messages. "No opinion" on a permission event is an explicit allow. A form is (object, standard error, exit code).
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]
Form = tuple["JsonObject | None", str, int]

MAX_TEXT = 9_000
PERMISSION_EVENTS = frozenset({
    "preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile", "beforeTabFileRead", "subagentStart",
})
PROMPT_EVENT = "beforeSubmitPrompt"


def silence(event: str) -> Form:
    """No opinion, in words where the event wants words."""
    if event == PROMPT_EVENT:
        return {"continue": True}, "", 0
    return _permission("allow") if event in PERMISSION_EVENTS else ({}, "", 0)


def notice(event: str, for_person: str) -> Form:
    """Let it happen, and tell the user something (Cursor may not show it)."""
    return _permission("allow", user_message=for_person[:MAX_TEXT]) if event in PERMISSION_EVENTS else silence(event)


def ask(event: str, for_person: str, for_agent: str) -> Form:
    """Let the user decide. Only for beforeShellExecution and beforeMCPExecution: elsewhere Cursor ignores it."""
    return _permission("ask", user_message=for_person[:MAX_TEXT], agent_message="Handrail asked the user about this. Wait for the answer.")


def deny(event: str, for_person: str, for_agent: str) -> Form:
    """Stop it. An event whose name could not be read gets the permission form, the one that matters."""
    if event == PROMPT_EVENT:
        return {"continue": False, "user_message": for_person[:MAX_TEXT]}, "", 0
    return _permission("deny", user_message=for_person[:MAX_TEXT], agent_message=for_agent[:MAX_TEXT])


def warn_after(event: str, for_person: str, for_agent: str, serious: bool) -> Form:
    """The tool has run: tell the model how to take the result, where the event lets us."""
    return ({"additional_context": for_agent[:MAX_TEXT]} if event == "postToolUse" else {}), "", 0


def _permission(permission: str, **messages: str) -> Form:
    return {"continue": True, "permission": permission, **messages}, "", 0
