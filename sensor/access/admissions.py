"""Counts of this run of the sensor: calls per session, calls that are under way. In memory, bounded, gone at restart."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from sensor.model.calls import Phase, ToolCall

MAX_SESSIONS = 2000
MAX_RUNNING = 2000
LOST_SECONDS = 600.0  # a call whose end was never reported no longer counts as running


class Counters:
    """`now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._running: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def calls(self, name: str, session: str) -> int:
        """How many calls `name` has made in `session`."""
        return self._calls.get((name, session), 0)

    def running(self, name: str) -> int:
        """How many calls of `name` are under way."""
        now = self._now()
        while self._running and now - next(iter(self._running.values()))[1] > LOST_SECONDS:
            self._running.popitem(last=False)
        return sum(owner == name for owner, _ in self._running.values())

    def began(self, name: str, call: ToolCall) -> None:
        """Count a call."""
        key = (name, call.session)
        self._calls[key] = self._calls.pop(key, 0) + 1
        if len(self._calls) > MAX_SESSIONS:
            self._calls.popitem(last=False)
        if call.tool_use_id:
            self._running[(call.tool_use_id, name)] = (name, self._now())
            if len(self._running) > MAX_RUNNING:
                self._running.popitem(last=False)

    def ended(self, call: ToolCall) -> None:
        """A call came back (or its session ended)."""
        if call.phase is Phase.AFTER and call.tool_use_id:
            for key in [key for key in self._running if key[0] == call.tool_use_id]:
                del self._running[key]
