"""Held calls that wait for a person while the agent's hook waits with them (F37): released, refused, or out of time.

A hook that cannot show a prompt of its own (or whose owner wants all questions in one place) is kept open, below the
agent's timeout. An approval releases exactly the call that waits; otherwise it is refused with the id of the held call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from sensor.access.quarantine import HeldCall, State, refusal_words, refused
from sensor.model.calls import Phase, ToolCall
from sensor.model.verdicts import Answer, ApprovalUse, Judgement, Mode
from sensor.settings import ApprovalSettings, Question

MARGIN_MS = 2_000


class Timer(Protocol):
    """What the loop gives back for a delayed call."""

    def cancel(self) -> None: ...


class _Waiting(msgspec.Struct):
    judgement: Judgement
    consent: Callable[[], str]
    done: Callable[[Judgement], None]
    timer: Timer
    until: float


class WaitingRoom:
    """Belongs to the sensor's loop. `later(seconds, function)` is the loop's `call_later`, `release` the queue's, `now` gives Unix seconds."""

    def __init__(self, *, settings: Callable[[], ApprovalSettings], release: Callable[[str], ApprovalUse | None],
                 later: Callable[[float, Callable[[], None]], Timer],
                 now: Callable[[], float]) -> None:
        self._settings = settings
        self._release = release
        self._later = later
        self._now = now
        self._waiting: dict[str, list[_Waiting]] = {}

    def must_wait(self, call: ToolCall, judgement: Judgement) -> bool:
        """Whether the hook of this held call is kept open."""
        if not judgement.hold or judgement.mode is not Mode.ENFORCE or call.phase is not Phase.BEFORE or call.abilities.asks_later:
            return False
        question = self._settings().quarantine
        return question is Question.HOLD or (question is Question.ASK and not call.abilities.ask)

    def refuse_at_once(self, judgement: Judgement) -> Judgement:
        """With `approvals.quarantine: none`, a held call is refused without a question."""
        if judgement.hold and judgement.answer is not Answer.ALLOW and self._settings().quarantine is Question.NONE:
            return refused(judgement, judgement.hold, "nobody is asked at once (approvals.quarantine: none)")
        return judgement

    def wait(self, judgement: Judgement, consent: Callable[[], str], done: Callable[[Judgement], None]) -> int:
        """Call `done` with the final judgement when a person has answered or time is up. Returns the longest wait in ms.

        `consent` tells the digest of what the call would do at that time.
        """
        seconds = self._settings().wait_seconds
        waiting = _Waiting(judgement, consent, done, self._later(seconds, lambda: self._time_is_up(waiting)), self._now() + seconds)
        self._waiting.setdefault(judgement.hold, []).append(waiting)
        return seconds * 1000 + MARGIN_MS

    def until(self, held_id: str) -> float:
        """When the last hook that waits for this call gives up, in Unix seconds; 0 when none waits."""
        return max((waiting.until for waiting in self._waiting.get(held_id, ())), default=0.0)

    def decided(self, held: HeldCall) -> None:
        """A person answered, or the session ended: everybody who waits for this call gets the answer. One approval releases one call."""
        why = {State.EXPIRED: "its session ended", State.APPROVED: "what it runs has changed since the question, or its approval was used"}
        for waiting in self._waiting.pop(held.id, []):
            waiting.timer.cancel()
            use = self._release(waiting.consent()) if held.state is State.APPROVED else None
            if use is not None:
                waiting.done(_released(waiting.judgement, use))
            else:
                waiting.done(refused(waiting.judgement, held.id, why.get(held.state) or refusal_words(held)))

    def close(self) -> None:
        """The sensor ends: nobody will answer, and what was asked for must not be missing in the log."""
        for waiting in [one for same in self._waiting.values() for one in same]:
            waiting.timer.cancel()
            waiting.done(refused(waiting.judgement, waiting.judgement.hold, "Handrail ended before anybody answered"))
        self._waiting.clear()

    def _time_is_up(self, waiting: _Waiting) -> None:
        same = self._waiting.get(waiting.judgement.hold, [])
        if waiting in same:
            same.remove(waiting)
            if not same:
                del self._waiting[waiting.judgement.hold]
            waiting.done(refused(waiting.judgement, waiting.judgement.hold, "nobody answered in time"))


def _released(judgement: Judgement, use: ApprovalUse) -> Judgement:
    return msgspec.structs.replace(judgement, answer=Answer.ALLOW, would_answer=Answer.ALLOW, approval=use)
