"""What Cursor is told: a judgement in the form that each event understands (Cursor hooks reference).

Always one JSON object with exit code 0: under `failClosed` empty output counts as a failure, and exit code 2 would lose
the two messages. "No opinion" on a permission event is an explicit allow.
"""

from __future__ import annotations

import msgspec

from sensor.model.calls import JsonObject, Phase, ToolCall
from sensor.model.verdicts import Answer, Judgement, Mode, Reply, Verdict

MAX_TEXT = 9_000
PERMISSION_EVENTS = frozenset({
    "preToolUse", "beforeShellExecution", "beforeMCPExecution", "beforeReadFile", "beforeTabFileRead", "subagentStart",
})
CONTINUE_EVENTS = frozenset({"beforeSubmitPrompt"})
CONTEXT_EVENTS = frozenset({"postToolUse"})


def render_silence(event: str) -> Reply:
    """No opinion, in words where the event wants words."""
    if event in CONTINUE_EVENTS:
        return _reply({"continue": True})
    return _permission("allow") if event in PERMISSION_EVENTS else _reply({})


def render_reply(call: ToolCall, judgement: Judgement) -> Reply:
    """The answer to `call`. Observe always allows."""
    if judgement.mode is Mode.OBSERVE or call.phase is Phase.LIFECYCLE:
        return render_silence(call.event)
    if call.phase is Phase.AFTER:
        return _after(call, judgement)
    if judgement.answer is Answer.ASK and call.abilities.asks_later:
        return _permission("allow")  # the next event of this call asks
    if judgement.answer is Answer.ASK and call.abilities.ask:
        return _permission("ask", user_message=_for_person(judgement), agent_message="Handrail asked the user about this. Wait for the answer.")
    if judgement.answer is not Answer.ALLOW:
        return _denied(call, judgement)
    if judgement.verdict is Verdict.FLAG and judgement.reason and call.event in PERMISSION_EVENTS:
        return _permission("allow", user_message=_for_person(judgement))
    return render_silence(call.event)


def _reply(answer: JsonObject) -> Reply:
    return Reply(stdout=msgspec.json.encode(answer))


def _permission(permission: str, **messages: str) -> Reply:
    return _reply({"continue": True, "permission": permission, **messages})


def _denied(call: ToolCall, judgement: Judgement) -> Reply:
    if call.event in CONTINUE_EVENTS:
        return _reply({"continue": False, "user_message": _for_person(judgement)})
    return _permission("deny", user_message=_for_person(judgement), agent_message=_for_agent(judgement))


def _after(call: ToolCall, judgement: Judgement) -> Reply:
    if judgement.verdict < Verdict.FLAG or call.event not in CONTEXT_EVENTS:
        return _reply({})
    return _reply({"additional_context": _for_agent(judgement)})


def _for_person(judgement: Judgement) -> str:
    return judgement.reason[:MAX_TEXT] or "Handrail stopped this."


def _for_agent(judgement: Judgement) -> str:
    return (judgement.advice or judgement.reason)[:MAX_TEXT] or "Handrail stopped this."
