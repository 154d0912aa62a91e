"""One action, reported twice, is one entry.

Cursor reports a shell call as `preToolUse` and again as `beforeShellExecution`; a hook registered at two levels reports
everything twice. Reports with the same call id are the same action. Where one report has no id, the same action within
two seconds under another event name is; each such report pairs with one earlier report only, so two real calls of the
same command stay two.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from sensor.model.calls import Phase, ShellAction, ToolCall

WINDOW_SECONDS = 2.0
ID_SECONDS = 600.0
CAPACITY = 4096

Outcome = TypeVar("Outcome")
_ENCODER = msgspec.json.Encoder(order="sorted")


class _Seen(msgspec.Struct, Generic[Outcome]):
    at: float
    call_id: str
    events: set[str]
    outcome: Outcome


class Repeats(Generic[Outcome]):
    """Remembers recent calls and the outcome (anything the caller wants back). `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._by_id: OrderedDict[tuple[str, str, str, Phase], _Seen[Outcome]] = OrderedDict()
        self._by_action: OrderedDict[bytes, list[_Seen[Outcome]]] = OrderedDict()

    def find(self, call: ToolCall) -> Outcome | None:
        """The outcome of an earlier report of the same action, or None."""
        if call.phase is Phase.LIFECYCLE:
            return None
        now = self._now()
        seen = self._by_id.get(_id_key(call)) if call.tool_use_id else None
        if seen is not None and now - seen.at <= ID_SECONDS:
            return seen.outcome
        for seen in self._by_action.get(_action_key(call), ()):
            without_id = not (seen.call_id and call.tool_use_id)
            if now - seen.at <= WINDOW_SECONDS and without_id and call.event not in seen.events:
                seen.events.add(call.event)
                return seen.outcome
        return None

    def by_id(self, call: ToolCall) -> Outcome | None:
        """The outcome of a report with the same call id, however long ago, without counting this as a report."""
        seen = self._by_id.get(_id_key(call)) if call.tool_use_id else None
        return seen.outcome if seen is not None else None

    def remember(self, call: ToolCall, outcome: Outcome) -> None:
        """Keep the outcome of a call that `find` did not know."""
        if call.phase is Phase.LIFECYCLE:
            return
        seen = _Seen(self._now(), call.tool_use_id, {call.event}, outcome)
        if call.tool_use_id:
            self._by_id[_id_key(call)] = seen
            if len(self._by_id) > CAPACITY:
                self._by_id.popitem(last=False)
        recent = [old for old in self._by_action.get(_action_key(call), ()) if seen.at - old.at <= WINDOW_SECONDS]
        self._by_action[_action_key(call)] = [*recent, seen]
        self._by_action.move_to_end(_action_key(call))
        if len(self._by_action) > CAPACITY:
            self._by_action.popitem(last=False)


def _id_key(call: ToolCall) -> tuple[str, str, str, Phase]:
    return (call.agent, call.session, call.tool_use_id, call.phase)


def _action_key(call: ToolCall) -> bytes:
    action = ShellAction(command=call.action.command) if isinstance(call.action, ShellAction) else call.action
    parts = (call.agent, call.session, call.subagent, call.phase.value, call.kind.value, action)
    return hashlib.blake2b(_ENCODER.encode(parts), digest_size=16).digest()
