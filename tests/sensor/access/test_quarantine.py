import itertools
import stat

import pytest

from sensor.access.quarantine import (
    ANSWERED_SECONDS,
    KEEP_DECIDED,
    MAX_PENDING,
    PENDING_SECONDS,
    REHEARSAL_SECONDS,
    HeldCall,
    Quarantine,
    Scope,
    State,
    refusal_words,
)
from sensor.model.errors import UsageError
from sensor.model.held import SESSION_OVER


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(tmp_path, clock):
    numbers = itertools.count(1)
    return Quarantine(tmp_path / "quarantine.json", clock, lambda: f"Q{next(numbers):05d}")


def held(consent="c1", **changes):
    facts = {"id": "", "consent": consent, "agent": "claude-code", "session": "s", "tool": "Bash", "rule": "HR-X", "reason": "why",
             "lines": (("command", "git push --force"),), "created": 0, "expires": 0}
    return HeldCall(**{**facts, **changes})


def test_an_approval_lets_the_call_through_exactly_once(queue):
    waiting = queue.hold(held())
    assert queue.release("c1") is None
    queue.decide(waiting.id, State.APPROVED, by="sam")
    use = queue.release("c1")
    assert use is not None and (use.id, use.by) == (waiting.id, "sam")
    assert queue.release("c1") is None
    assert queue.find(waiting.id).state is State.USED


def test_an_approval_for_the_session_holds_until_it_expires(queue, clock):
    waiting = queue.hold(held())
    queue.decide(waiting.id, State.APPROVED, by="sam", scope=Scope.SESSION)
    assert queue.release("c1") and queue.release("c1")
    clock.now += ANSWERED_SECONDS
    assert queue.release("c1") is None


def test_another_call_is_not_released(queue):
    queue.decide(queue.hold(held()).id, State.APPROVED, by="sam")
    assert queue.release("c2") is None


def test_a_rejected_call_is_never_released_and_its_refusal_holds_for_a_while(queue, clock):
    waiting = queue.hold(held())
    queue.decide(waiting.id, State.REJECTED, by="sam", note="use the staging copy")
    assert queue.release("c1") is None and queue.refusal("c2") is None
    assert refusal_words(queue.refusal("c1")) == 'sam refused it and wrote: "use the staging copy"'
    clock.now += ANSWERED_SECONDS
    assert queue.refusal("c1") is None


def test_a_refusal_can_be_taken_back_while_it_holds(queue, clock):
    waiting = queue.hold(held())
    queue.decide(waiting.id, State.REJECTED, by="sam")
    queue.decide(waiting.id, State.APPROVED, by="sam")
    assert queue.refusal("c1") is None and queue.release("c1") is not None
    other = queue.hold(held("c2"))
    queue.decide(other.id, State.REJECTED, by="sam")
    clock.now += ANSWERED_SECONDS
    with pytest.raises(UsageError, match="rejected"):
        queue.decide(other.id, State.APPROVED, by="sam")


def test_repeating_a_waiting_call_counts_and_does_not_queue_twice(queue):
    first, second = queue.hold(held()), queue.hold(held())
    assert first.id == second.id and second.asked == 2
    assert len(queue.calls()) == 1


def test_a_call_that_nobody_answered_expires(queue, clock):
    waiting = queue.hold(held())
    clock.now += PENDING_SECONDS
    with pytest.raises(UsageError, match="expired"):
        queue.decide(waiting.id, State.APPROVED, by="sam")
    assert [call.state for call in queue.expire()] == [State.EXPIRED]
    assert queue.expire() == ()


def test_what_the_demo_asks_lapses_within_minutes(queue, clock):
    played, real = queue.hold(held(session="demo-1a2b3c4d")), queue.hold(held("c2"))
    clock.now += REHEARSAL_SECONDS
    assert [call.id for call in queue.expire()] == [played.id] and queue.find(real.id).state is State.PENDING


def test_the_end_of_a_session_closes_what_waits_in_it_and_nothing_else(queue, clock, tmp_path):
    gone, approved = queue.hold(held()), queue.hold(held("c2"))
    others = [queue.hold(held("c3", session="t")), queue.hold(held("c4", agent="cursor"))]
    queue.decide(approved.id, State.APPROVED, by="sam")
    (closed,) = queue.session_over("claude-code", "s")
    assert (closed.id, closed.state, closed.decided_by) == (gone.id, State.EXPIRED, SESSION_OVER) and queue.session_over("claude-code", "s") == ()
    assert queue.release("c2") and all(queue.find(one.id).state is State.PENDING for one in others)
    assert queue.expire() == (), "it is told once"
    again = Quarantine(tmp_path / "quarantine.json", clock, lambda: "Q9")
    assert again.find(gone.id).state is State.EXPIRED
    assert queue.hold(held()).id != gone.id, "a session that is resumed is asked about anew"


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED])
def test_a_yes_is_final_and_a_no_is_said_once(queue, state):
    waiting = queue.hold(held())
    queue.decide(waiting.id, state, by="sam")
    with pytest.raises(UsageError, match=state.value):
        queue.decide(waiting.id, State.REJECTED, by="sam")


def test_ids_may_be_shortened_while_unambiguous(queue):
    queue.hold(held("c1")), queue.hold(held("c2"))
    assert queue.find("q00001").consent == "c1"
    for wrong in ("Q", "", "Q9"):
        with pytest.raises(UsageError):
            queue.find(wrong)


def test_the_queue_survives_a_restart_and_a_broken_snapshot_approves_nothing(tmp_path, clock):
    file = tmp_path / "quarantine.json"
    queue = Quarantine(file, clock, lambda: "QAAAAA")
    queue.decide(queue.hold(held()).id, State.APPROVED, by="sam")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Quarantine(file, clock, lambda: "QBBBBB").release("c1") is not None
    file.write_bytes(b'[{"id": 1')
    assert Quarantine(file, clock, lambda: "QCCCCC").release("c1") is None


def test_an_agent_that_asks_without_end_does_not_fill_the_queue(queue, clock):
    for number in range(MAX_PENDING + 30):
        clock.now += 1
        queue.hold(held(f"c{number}"))
    waiting = [call for call in queue.calls() if call.state is State.PENDING]
    assert len(waiting) == MAX_PENDING and waiting[0].consent == f"c{MAX_PENDING + 29}"
    assert sorted(call.consent for call in queue.expire()) == sorted(f"c{number}" for number in range(30)) and queue.expire() == ()
    with pytest.raises(UsageError):
        queue.decide("Q00001", State.APPROVED, by="sam")


def test_calls_that_only_wait_are_written_together_and_a_decision_at_once(tmp_path, clock):
    put_off, numbers = [], itertools.count(1)
    file = tmp_path / "quarantine.json"
    queue = Quarantine(file, clock, lambda: f"Q{next(numbers):05d}", put_off.append)
    for number in range(5):
        queue.hold(held(f"c{number}"))
    assert len(put_off) == 1 and not file.exists()
    put_off.pop()()
    assert len(Quarantine(file, clock, lambda: "QX").calls()) == 5
    queue.hold(held("c9"))
    queue.decide("Q00001", State.APPROVED, by="sam")
    assert queue.release("c0") is not None
    again = Quarantine(file, clock, lambda: "QX")
    assert again.release("c0") is None and len(again.calls()) == 6


def test_a_refusal_holds_however_many_calls_end_after_it(queue, clock):
    refused = queue.decide(queue.hold(held("no")).id, State.REJECTED, by="u")
    for session in range(KEEP_DECIDED // MAX_PENDING + 2):
        for number in range(MAX_PENDING):
            queue.hold(held(f"c{session}-{number}", session=f"s{session}"))
        queue.session_over("claude-code", f"s{session}")
    assert queue.refusal("no") == refused
    clock.now += ANSWERED_SECONDS
    queue.write()
    assert queue.refusal("no") is None and len(queue.calls()) == KEEP_DECIDED
