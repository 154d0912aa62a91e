"""What Claude Code is told: a judgement in the form that each event understands (hooks reference, "decision control").

"No opinion" is silence: an explicit allow would skip the user's own permission prompt. A denial is said twice where the
event honours it, as JSON and as exit code 2 with the reason on standard error; JSON cannot undo exit code 2.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sensor.model.calls import JsonObject, Phase, ToolCall, ToolKind
from sensor.model.verdicts import Answer, Judgement, Mode, Reply, Verdict

MAX_TEXT = 9_000  # Claude Code cuts string fields at 10,000 characters
BLOCKED = 2


def render_silence(event: str) -> Reply:
    """No opinion."""
    return Reply()


def render_reply(call: ToolCall, judgement: Judgement) -> Reply:
    """The answer to `call`. Observe never says anything: it must not change what the agent does."""
    if judgement.mode is Mode.OBSERVE:
        return Reply()
    if call.phase is Phase.AFTER:
        return _after(call, judgement)
    if call.phase is Phase.LIFECYCLE:
        # Other lifecycle events read nothing, or take any output as something else (WorktreeCreate: as a path).
        return _notice(call, judgement) if call.kind is ToolKind.CONFIG else Reply()
    if judgement.answer is Answer.DENY or (judgement.answer is Answer.ASK and not call.abilities.ask):
        return DENIALS.get(call.event, _deny_tool)(judgement)
    if judgement.answer is Answer.ASK:
        return _ask(call, judgement)
    return _notice(call, judgement)


def _json(value: JsonObject) -> bytes:
    return msgspec.json.encode(value)


def _specific(event: str, fields: JsonObject) -> JsonObject:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


def _for_person(judgement: Judgement) -> str:
    return judgement.reason[:MAX_TEXT] or "Handrail stopped this."


def _for_agent(judgement: Judgement) -> str:
    return (judgement.advice or judgement.reason)[:MAX_TEXT] or "Handrail stopped this."


def _stopped(answer: JsonObject, text: str) -> Reply:
    return Reply(stdout=_json(answer), stderr=text.encode() + b"\n", exit_code=BLOCKED)


def _deny_tool(judgement: Judgement) -> Reply:
    advice = _for_agent(judgement)
    answer = _specific("PreToolUse", {"permissionDecision": "deny", "permissionDecisionReason": advice})
    return _stopped({**answer, "systemMessage": _for_person(judgement)}, advice)


def _deny_permission(judgement: Judgement) -> Reply:
    # Exit code 2 is not honoured on this event.
    decision = {"behavior": "deny", "message": _for_agent(judgement), "interrupt": False}
    return Reply(stdout=_json({**_specific("PermissionRequest", {"decision": decision}), "systemMessage": _for_person(judgement)}))


def _block(judgement: Judgement) -> Reply:
    return _stopped({"decision": "block", "reason": _for_person(judgement)}, _for_person(judgement))


def _block_prompt(judgement: Judgement) -> Reply:
    answer = {"decision": "block", "reason": _for_person(judgement), **_specific("UserPromptSubmit", {"suppressOriginalPrompt": True})}
    return _stopped(answer, _for_person(judgement))


def _decline(event: str) -> Callable[[Judgement], Reply]:
    def decline(judgement: Judgement) -> Reply:
        return _stopped({**_specific(event, {"action": "decline"}), "systemMessage": _for_person(judgement)}, _for_person(judgement))

    return decline


DENIALS: dict[str, Callable[[Judgement], Reply]] = {
    "PreToolUse": _deny_tool,
    "PermissionRequest": _deny_permission,
    "UserPromptSubmit": _block_prompt,
    "UserPromptExpansion": _block,
    "ConfigChange": _block,
    "Elicitation": _decline("Elicitation"),
    "ElicitationResult": _decline("ElicitationResult"),
}


def _ask(call: ToolCall, judgement: Judgement) -> Reply:
    if call.event == "PermissionRequest":
        return Reply()  # the user is being asked already
    fields = {"permissionDecision": "ask", "permissionDecisionReason": _for_person(judgement)}
    return Reply(stdout=_json(_specific("PreToolUse", fields)))


def _notice(call: ToolCall, judgement: Judgement) -> Reply:
    if judgement.verdict < Verdict.FLAG or judgement.approval is not None or not judgement.reason:
        return Reply()
    answer: JsonObject = {"systemMessage": judgement.reason[:MAX_TEXT]}
    if call.event == "PreToolUse":
        answer.update(_specific("PreToolUse", {}))
    return Reply(stdout=_json(answer))


def _after(call: ToolCall, judgement: Judgement) -> Reply:
    """The tool has run: tell the model how to take the result. A serious finding is said as a block, beside the result."""
    if judgement.verdict < Verdict.FLAG:
        return Reply()
    advice = _for_agent(judgement)
    answer: JsonObject = {"systemMessage": _for_person(judgement)}
    if judgement.verdict >= Verdict.QUARANTINE and call.event == "PostToolUse":
        answer.update(decision="block", reason=advice)
    else:
        answer.update(_specific(call.event, {"additionalContext": advice}))
    return Reply(stdout=_json(answer))
