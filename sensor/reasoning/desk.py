"""Finds, after a call, what the model thought and said before it, and hands it over as an entry.

From the agent's history (Claude Code) or from events that came before the call (Cursor). In a thread of its own: agents write
their histories some seconds late, and no verdict may wait for a file or for redaction. Reasoning is
optional evidence: what an agent does not provide is simply not there.
"""

from __future__ import annotations

import heapq
import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hooks.transcripts import Reasoned, reasoning_of
from sensor.audit.drafts.drafts import draft_reasoning
from sensor.audit.drafts.summary import Redact
from sensor.audit.form.entry import EntryDraft
from sensor.model.calls import Phase, ToolCall
from sensor.model.verdicts import JudgedCall
from sensor.reasoning.spoken import Spoken

# Seconds after the call at which its history is read, until it is found.
TRIES = (2.0, 6.0, 20.0)
WAITING = 1000
AGENT = "claude-code"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}\Z")

_LOG = logging.getLogger(__name__)


class _Due(NamedTuple):
    """A look-up: when (monotonic seconds), order among equals, how many came before, the call, and what events told already."""

    at: float
    number: int
    tried: int
    call: ToolCall
    told: Reasoned | None = None


class ReasoningDesk:
    """Built once by `sensor.composition`. `deliver` takes finished entries and is called in the desk's thread."""

    def __init__(self, *, redact: Redact, random: Callable[[int], bytes], now: Callable[[], float], deliver: Callable[[EntryDraft], None]) -> None:
        self._redact, self._random, self._now, self._deliver = redact, random, now, deliver
        self._due: list[_Due] = []
        self._number = 0
        self._spoken = Spoken()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.found = self.dropped = 0

    def judged(self, judged: JudgedCall) -> None:
        """Remember a call that has a history, or what was said before it. Never waits, reads nothing."""
        call = judged.call
        if call.agent == AGENT and call.phase is Phase.BEFORE and call.tool_use_id and call.transcript:
            self._put(call, 0)
        elif not self._spoken.hear(call) and (told := self._spoken.take(call)) is not None:
            self._put(call, 0, told)

    def close(self) -> None:
        """End at once; what is not found yet stays unknown."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(5.0)

    def _put(self, call: ToolCall, tried: int, told: Reasoned | None = None) -> None:
        with self._wake:
            if len(self._due) >= WAITING:
                self.dropped += 1
                return
            self._number += 1
            wait = 0.0 if told is not None else TRIES[tried] - (TRIES[tried - 1] if tried else 0)
            heapq.heappush(self._due, _Due(self._now() + wait, self._number, tried, call, told))
            self._wake.notify()
        if self._thread is None:  # an agent without histories costs no thread
            self._thread = threading.Thread(target=self._work, name="reasoning", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (due := self._next()) is not None:
            found = due.told or look_up(due.call)
            if found is None and due.tried + 1 < len(TRIES):
                self._put(due.call, due.tried + 1)
            text = written(found) if found is not None else ""
            if text:
                self.found += 1
                source = "transcript" if due.told is None else "event"
                self._deliver(draft_reasoning(due.call, text, source, (self._redact, self._random)))

    def _next(self) -> _Due | None:
        """Sleep until the first look-up is due; None = the end."""
        with self._wake:
            while not self._stopping:
                wait = self._due[0].at - self._now() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)
                self._wake.wait(wait)
            return None


def look_up(call: ToolCall) -> Reasoned | None:
    """The reasoning of a call in its session's history or its sub-agent's; None where there is none yet."""
    own = Path(call.transcript)
    places = [own]
    if call.subagent and _NAME.match(call.subagent):
        places.insert(0, own.with_suffix("") / "subagents" / f"agent-{call.subagent}.jsonl")
    for place in places:
        try:
            found = reasoning_of(place, call.tool_use_id) if place.suffix == ".jsonl" else None
        except OSError as error:
            _LOG.debug("a history cannot be read: %s", error)
            continue
        if found is not None:
            return found
    return None


def written(found: Reasoned) -> str:
    """Both parts as one text, each under its name."""
    parts = (("thinking", found.thinking), ("said", found.said))
    return "\n\n".join(f"[{name}]\n{text}" for name, text in parts if text)
