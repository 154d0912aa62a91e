"""Calls that wait for a person, and the answers they got (F38).

An approval lets the next identical call of the same session through, once; a refusal refuses each repetition without a
new question. Both hold for ten minutes. Everything is also an entry of the journal (the intake writes it); the snapshot
file only carries the queue over a restart. If it is lost, nothing is approved.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.model.errors import UsageError
from sensor.model.held import SESSION_OVER
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Answer, ApprovalUse, Judgement
from sensor.paths import replace_private

PENDING_SECONDS = 24 * 3600
REHEARSAL_SECONDS = 10 * 60  # what the demo or the self-test asks is no work that waits
ANSWERED_SECONDS = 10 * 60
KEEP_DECIDED = 100
MAX_PENDING = 100
UNSEEN = "nobody that Handrail saw: the agent reports that it ran after it was told to ask"


class State(enum.Enum):
    """Life of a held call."""

    PENDING = "pending"
    APPROVED = "approved"
    USED = "used"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Scope(enum.Enum):
    """How far an approval reaches: one repetition, or every repetition in this session."""

    ONCE = "once"
    SESSION = "session"


class HeldCall(msgspec.Struct, frozen=True, kw_only=True):
    """A held call as a person sees it. Times are Unix seconds. `lines` are (label, redacted text) pairs. `blocked`: its verdict is
    block, only by what its session did before, so that a person may let it through all the same.

    `consent` names this call in its session, `lasting` in whatever session.
    """

    id: str
    consent: str
    agent: str
    session: str
    tool: str
    rule: str
    reason: str
    lines: tuple[tuple[str, str], ...]
    created: float
    expires: float
    state: State = State.PENDING
    scope: Scope = Scope.ONCE
    decided: float = 0
    decided_by: str = ""
    note: str = ""
    asked: int = 1
    lasting: str = ""
    critical: bool = False
    blocked: bool = False


def refusal_words(held: HeldCall) -> str:
    """Who refused a call, and what that person wrote."""
    return f"{held.decided_by} refused it" + (f' and wrote: "{held.note}"' if held.note else "")


def refused(judgement: Judgement, held_id: str, why: str) -> Judgement:
    """The answer to a held call that does not run."""
    return msgspec.structs.replace(
        judgement, answer=Answer.DENY, would_answer=Answer.DENY,
        reason=f"{judgement.reason} It did not run: {why}. To let it through once: handrail quarantine approve {held_id}",
        advice=f"{judgement.advice} It did not run: {why}. Do not try another way; tell the user that it waits as {held_id}.",
    )


def at_once(write: Callable[[], None]) -> None:
    """Do not put off the snapshot."""
    write()


class Quarantine:
    """The queue. Not thread-safe: the sensor's loop owns it. `now` gives Unix seconds, `new_id` a fresh short id.

    What a person decided is in the snapshot before it counts; calls that only wait are written by `later`, so that an
    agent which asks without end does not hold up the others.
    """

    def __init__(self, snapshot: Path, now: Callable[[], float], new_id: Callable[[], str],
                 later: Callable[[Callable[[], None]], None] = at_once) -> None:
        self._snapshot = snapshot
        self._now = now
        self._new_id = new_id
        self._later = later
        self._unwritten = False
        self._ran_out: list[HeldCall] = []
        self._calls: dict[str, HeldCall] = {call.id: call for call in _load(snapshot)}

    def hold(self, call: HeldCall) -> HeldCall:
        """Queue `call` (its id and times are set here), or count one more attempt of a call that already waits."""
        now = self._now()
        for known in self._calls.values():
            if known.consent == call.consent and known.state is State.PENDING and known.expires > now:
                return self._wait(msgspec.structs.replace(known, asked=known.asked + 1))
        self._make_room(now)
        return self._wait(
            msgspec.structs.replace(
                call,
                id=self._new_id(),
                created=now,
                expires=now + (REHEARSAL_SECONDS if call.session.startswith(REHEARSALS) else PENDING_SECONDS),
            )
        )

    def _wait(self, call: HeldCall) -> HeldCall:
        self._calls[call.id] = call
        if not self._unwritten:
            self._unwritten = True
            self._later(self.write)
        return call

    def _make_room(self, now: float) -> None:
        """Beyond a hundred, those that wait longest run out; `expire` records them."""
        pending = [call for call in self._calls.values() if call.state is State.PENDING]
        for old in sorted(pending, key=lambda call: call.created)[: max(0, len(pending) - MAX_PENDING + 1)]:
            self._ran_out.append(msgspec.structs.replace(self._calls.pop(old.id), state=State.EXPIRED, expires=min(now, old.expires)))

    def release(self, consent: str) -> ApprovalUse | None:
        """Use up a person's yes for exactly this call, if there is one."""
        now = self._now()
        for call in self._calls.values():
            if call.consent == consent and call.state is State.APPROVED and call.expires > now:
                if call.scope is Scope.ONCE:
                    self._put(msgspec.structs.replace(call, state=State.USED))
                return ApprovalUse(id=call.id, by=call.decided_by, consent=consent)
        return None

    def refusal(self, consent: str) -> HeldCall | None:
        """A person's no to exactly this call, while it holds."""
        now = self._now()
        return next((call for call in self._calls.values() if call.consent == consent and _refuses(call, now)), None)

    def decide(self, call_id: str, state: State, *, by: str, scope: Scope = Scope.ONCE, note: str = "") -> HeldCall:
        """Approve or reject a pending call, or approve one that was just refused. Raises UsageError when there is nothing (more) to decide."""
        call, now = self.find(call_id), self._now()
        open_to = (State.PENDING, State.REJECTED) if state is State.APPROVED else (State.PENDING,)
        if call.state not in open_to or call.expires <= now:
            state_word = State.EXPIRED.value if call.state is State.PENDING else call.state.value
            raise UsageError(f"{call.id} is {state_word}", next_step="See `handrail quarantine list` for what waits.")
        return self._put(msgspec.structs.replace(
            call, state=state, scope=scope, decided=now, decided_by=by, note=note, expires=now + ANSWERED_SECONDS,
        ))

    def restore(self, call: HeldCall) -> None:
        """Take back a decision whose entry could not be written."""
        self._put(call)

    def find(self, call_id: str) -> HeldCall:
        """The call with this id or unambiguous beginning of an id. Raises UsageError."""
        found = [call for call in self._calls.values() if call.id.startswith(call_id.upper())] if call_id else []
        if len(found) != 1:
            raise UsageError(
                f"{'No' if not found else 'More than one'} held call has the id {call_id!r}",
                next_step="See `handrail quarantine list`.",
            )
        return found[0]

    def calls(self) -> tuple[HeldCall, ...]:
        """Every known call, newest first, with expiry applied to what is shown."""
        now = self._now()
        shown = (
            msgspec.structs.replace(call, state=State.EXPIRED)
            if call.state in (State.PENDING, State.APPROVED) and call.expires <= now else call
            for call in self._calls.values()
        )
        return tuple(sorted(shown, key=lambda call: -call.created))

    def expire(self) -> tuple[HeldCall, ...]:
        """Mark what ran out since the last look; each of these is an entry of the log."""
        now = self._now()
        over = [msgspec.structs.replace(call, state=State.EXPIRED) for call in self._calls.values()
                if call.state in (State.PENDING, State.APPROVED) and call.expires <= now]
        self._calls |= {call.id: call for call in over}
        ran_out, self._ran_out = self._ran_out, []
        if over or ran_out:
            self.write()
        return (*ran_out, *over)

    def session_over(self, agent: str, session: str) -> tuple[HeldCall, ...]:
        """Close what waits in a session that has ended: nobody is left to repeat it. Each of these is an entry of the log."""
        over = [msgspec.structs.replace(call, state=State.EXPIRED, decided=self._now(), decided_by=SESSION_OVER) for call in self._calls.values()
                if (call.agent, call.session, call.state) == (agent, session, State.PENDING)]
        self._calls |= {call.id: call for call in over}
        if over:
            self.write()
        return tuple(over)

    def write(self) -> None:
        """Write the snapshot."""
        self._unwritten = False
        now = self._now()
        decided = sorted((c for c in self._calls.values() if c.state not in (State.PENDING, State.APPROVED) and not _refuses(c, now)), key=lambda c: c.created)
        for old in decided[:-KEEP_DECIDED]:
            del self._calls[old.id]
        replace_private(self._snapshot, msgspec.json.encode(tuple(self._calls.values())))

    def _put(self, call: HeldCall) -> HeldCall:
        self._calls[call.id] = call
        self.write()
        return call


def _refuses(call: HeldCall, now: float) -> bool:
    """Whether a person's no still holds."""
    return call.state is State.REJECTED and call.expires > now


def _load(snapshot: Path) -> tuple[HeldCall, ...]:
    try:
        return msgspec.json.decode(snapshot.read_bytes(), type=tuple[HeldCall, ...])
    except (FileNotFoundError, msgspec.DecodeError):
        return ()
