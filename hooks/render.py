"""A judgement as the answer that an agent's event understands: which form, with which text.

The forms themselves are each agent's own (`hooks.claude_forms`, `hooks.cursor_forms`).
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from sensor.model.calls import Phase, ToolCall, ToolKind
from sensor.model.verdicts import Answer, Judgement, Mode, Reply, Verdict

STOPPED = "Handrail stopped this."
Form = tuple["dict[str, Any] | None", str, int]


class Forms(Protocol):
    """A module of forms: (JSON object or None, text for standard error, exit code) for each kind of answer."""

    def silence(self, event: str) -> Form: ...

    def notice(self, event: str, for_person: str) -> Form: ...

    def ask(self, event: str, for_person: str, for_agent: str) -> Form: ...

    def deny(self, event: str, for_person: str, for_agent: str) -> Form: ...

    def warn_after(self, event: str, for_person: str, for_agent: str, serious: bool) -> Form: ...


def render_reply(forms: Forms, call: ToolCall, judgement: Judgement) -> Reply:
    """The answer to `call`. Observe never says anything: it must not change what the agent does."""
    return encode(_choose(forms, call, judgement))


def encode(form: Form) -> Reply:
    """The bytes of a form."""
    answer, error, exit_code = form
    return Reply(
        stdout=b"" if answer is None else msgspec.json.encode(answer), stderr=f"{error}\n".encode() if error else b"", exit_code=exit_code)


def _choose(forms: Forms, call: ToolCall, judgement: Judgement) -> Form:
    for_person = judgement.reason or STOPPED
    for_agent = judgement.advice or for_person
    flagged = judgement.verdict >= Verdict.FLAG and judgement.approval is None
    if judgement.mode is Mode.OBSERVE:
        return forms.silence(call.event)
    if call.phase is Phase.AFTER:
        serious = judgement.verdict >= Verdict.QUARANTINE
        return forms.warn_after(call.event, for_person, for_agent, serious) if flagged else forms.silence(call.event)
    if call.phase is Phase.LIFECYCLE:
        # Other lifecycle events read nothing, or take any output as something else (WorktreeCreate: as a path).
        return forms.notice(call.event, for_person) if flagged and call.kind is ToolKind.CONFIG else forms.silence(call.event)
    if judgement.answer is Answer.ASK and call.abilities.asks_later:
        return forms.silence(call.event)  # the next event of this call asks
    if judgement.answer is Answer.ASK and call.abilities.ask:
        return forms.ask(call.event, for_person, for_agent)
    if judgement.answer is not Answer.ALLOW:
        return forms.deny(call.event, for_person, for_agent)
    return forms.notice(call.event, judgement.reason) if flagged and judgement.reason else forms.silence(call.event)
