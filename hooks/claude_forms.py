"""The forms of Claude Code's answers, event by event (hooks reference, "decision control"). Standard library only.

"No opinion" is silence: an explicit allow would skip the user's own permission prompt. A denial is said twice where the
event honours it, as JSON and as exit code 2 with the reason on standard error; JSON cannot undo exit code 2. A form is
(object for standard output or None, text for standard error, exit code).
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]
Form = tuple["JsonObject | None", str, int]

MAX_TEXT = 9_000  # Claude Code cuts string fields at 10,000 characters
BLOCKED = 2
NOBODY_ASKED = ("bypassPermissions", "dontAsk")  # modes in which the agent answers its own questions, so a question would be a yes or a silent no
SILENCE: Form = (None, "", 0)


def silence(event: str) -> Form:
    """No opinion."""
    return SILENCE


def notice(event: str, for_person: str) -> Form:
    """Let it happen, and tell the user something."""
    answer: JsonObject = {"systemMessage": for_person[:MAX_TEXT]}
    if event == "PreToolUse":
        answer["hookSpecificOutput"] = {"hookEventName": event}
    return answer, "", 0


def ask(event: str, for_person: str, for_agent: str) -> Form:
    """Let the user decide."""
    if event == "PermissionRequest":
        return SILENCE  # the user is being asked already
    fields = {"hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": for_person[:MAX_TEXT]}
    return {"hookSpecificOutput": fields}, "", 0


def deny(event: str, for_person: str, for_agent: str) -> Form:
    """Stop it. An event whose name could not be read gets the form of PreToolUse, the one that matters."""
    person, agent = for_person[:MAX_TEXT], for_agent[:MAX_TEXT]
    if event == "PermissionRequest":  # exit code 2 is not honoured on this event
        decision = {"behavior": "deny", "message": agent, "interrupt": False}
        return {"hookSpecificOutput": {"hookEventName": event, "decision": decision}, "systemMessage": person}, "", 0
    if event == "UserPromptSubmit":
        hidden = {"hookEventName": event, "suppressOriginalPrompt": True}
        return {"decision": "block", "reason": person, "hookSpecificOutput": hidden}, person, BLOCKED
    if event in ("UserPromptExpansion", "ConfigChange"):
        return {"decision": "block", "reason": person}, person, BLOCKED
    if event in ("Elicitation", "ElicitationResult"):
        return {"hookSpecificOutput": {"hookEventName": event, "action": "decline"}, "systemMessage": person}, person, BLOCKED
    named = event if event == "PreSkillShellCommand" else "PreToolUse"
    fields = {"hookEventName": named, "permissionDecision": "deny", "permissionDecisionReason": agent}
    return {"hookSpecificOutput": fields, "systemMessage": person}, agent, BLOCKED


def warn_after(event: str, for_person: str, for_agent: str, serious: bool) -> Form:
    """The tool has run: tell the model how to take the result. What is serious is said as a block, beside the result."""
    answer: JsonObject = {"systemMessage": for_person[:MAX_TEXT]}
    if serious and event == "PostToolUse":
        answer.update(decision="block", reason=for_agent[:MAX_TEXT])
    else:
        answer["hookSpecificOutput"] = {"hookEventName": event, "additionalContext": for_agent[:MAX_TEXT]}
    return answer, "", 0
