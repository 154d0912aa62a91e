"""What stands behind the HTTP door: hook payloads and the verdict API (F13) become calls like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from hooks.adapters import Adapter
from hooks.decode import Unreadable, read_strictly
from sensor.access.credentials import CallerDesk, Credentials
from sensor.access.quarantine import HeldCall, Quarantine
from sensor.desk.intake import Intake
from sensor.desk.metrics import CONTENT_TYPE
from sensor.doors.http_door import Answer as HttpAnswer
from sensor.doors.http_door import Respond, json_answer
from sensor.model.calls import Heartbeat, Surface, ToolCall
from sensor.model.errors import HandrailError
from sensor.model.moments import moment
from sensor.model.names import AGENT_NAME
from sensor.model.verdicts import Answer, Judgement, Reply

STATUS = {Answer.ALLOW: 200, Answer.ASK: 202, Answer.DENY: 403}
POLL = "/api/v1/quarantine/"


class HttpClerk:
    """Answers requests that passed the door's checks. The token proves the user; `callers` finds out who exactly calls."""

    def __init__(self, intake: Intake, adapters: Mapping[str, Adapter], quarantine: Quarantine, callers: CallerDesk,
                 render_metrics: Callable[[], bytes]) -> None:
        self._intake = intake
        self._adapters = adapters
        self._quarantine = quarantine
        self._callers = callers
        self._render_metrics = render_metrics

    def hook(self, agent: str, body: bytes, given: Credentials, respond: Respond) -> None:
        """An http hook of an agent: the body is what its command hook gets on standard input, so is the answer."""
        adapter = self._adapters.get(agent)
        if adapter is None:
            respond(json_answer(404, {"error": f"unknown agent; known: {', '.join(self._adapters)}"}))
            return

        def answer(reply: Reply) -> None:
            respond(HttpAnswer(200, reply.stdout))

        self._intake.answer_hook(adapter, body, False, self._callers.identify(agent, body, given, Surface.HTTP.value), answer)

    def verdict(self, body: bytes, given: Credentials, respond: Respond) -> None:
        """Judge `{"agent","session_id","cwd","tool_name","tool_input","tool_use_id"}`: 200, 202 (held) or 403."""
        try:
            asked = read_strictly(body)  # what two parsers read differently may not be what the caller will run
        except Unreadable as error:
            respond(json_answer(400, {"error": f"cannot be read: {error}"}))
            return
        if not isinstance(asked, dict):
            respond(json_answer(400, {"error": "not a JSON object"}))
            return
        agent = asked.pop("agent", "")
        if not isinstance(agent, str) or not AGENT_NAME.match(agent) or not isinstance(asked.get("tool_name"), str):
            respond(json_answer(400, {"error": 'needs "agent" (lower-case name) and "tool_name"'}))
            return
        event = self._adapters["claude-code"].parse_event(msgspec.json.encode({**asked, "hook_event_name": "PreToolUse"}), False)
        if isinstance(event, Heartbeat):
            respond(json_answer(400, {"error": "fields of another agent's hooks are not accepted here"}))
            return
        call = msgspec.structs.replace(http_call(event), agent=agent)
        caller = self._callers.identify(agent, body, given, Surface.HTTP.value)
        self._intake.submit(call, caller, lambda judgement: respond(self._verdict_answer(judgement)))

    def held(self, call_id: str, respond: Respond) -> None:
        """State of a held call."""
        try:
            respond(json_answer(200, held_summary(self._quarantine.find(call_id))))
        except HandrailError as error:
            respond(json_answer(404, {"error": error.message}))

    def metrics(self, respond: Respond) -> None:
        """Counters in the format of Prometheus."""
        respond(HttpAnswer(200, self._render_metrics(), content_type=CONTENT_TYPE))

    def _verdict_answer(self, judgement: Judgement) -> HttpAnswer:
        value: dict[str, object] = {
            "verdict": judgement.verdict.word, "answer": judgement.answer.value, "would_answer": judgement.would_answer.value,
            "mode": judgement.mode.value, "reason": judgement.reason, "advice": judgement.advice,
            "findings": [{"rule": f.rule, "severity": f.severity.name.lower(), "message": f.message} for f in judgement.findings],
        }
        status = STATUS[judgement.answer]
        if judgement.hold and judgement.answer is not Answer.ALLOW:
            held = self._quarantine.find(judgement.hold)
            value |= {"id": held.id, "expires": moment(held.expires), "poll": POLL + held.id}
            status = 202
        return json_answer(status, value, judgement.verdict.word)


def http_call(call: ToolCall) -> ToolCall:
    """The same call as it came through the HTTP door: the caller cannot show a prompt, so a question is a hold."""
    return msgspec.structs.replace(call, surface=Surface.HTTP, abilities=msgspec.structs.replace(call.abilities, ask=False, asks_later=False))


def held_summary(held: HeldCall) -> dict[str, object]:
    """What a poll of a held call returns."""
    return {"id": held.id, "state": held.state.value, "expires": moment(held.expires), "reason": held.reason}
