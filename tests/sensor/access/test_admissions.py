from sensor.access.admissions import LOST_SECONDS, MAX_RUNNING, MAX_SESSIONS, Counters
from sensor.model.calls import Phase


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_calls_are_counted_per_session_and_owner(shell_call):
    counters = Counters(Clock())
    for number in range(3):
        counters.began("a", shell_call("x", session="s", tool_use_id=f"t{number}"))
    assert (counters.calls("a", "s"), counters.calls("a", "other"), counters.calls("b", "s")) == (3, 0, 0)


def test_a_call_runs_until_it_is_reported_back_or_lost(shell_call):
    clock = Clock()
    counters = Counters(clock)
    counters.began("a", shell_call("x", tool_use_id="t1"))
    counters.began("a", shell_call("x", tool_use_id="t2"))
    assert counters.running("a") == 2
    counters.ended(shell_call("x", tool_use_id="t1", phase=Phase.AFTER))
    assert counters.running("a") == 1
    clock.now = LOST_SECONDS + 1
    assert counters.running("a") == 0


def test_memory_is_bounded(shell_call):
    counters = Counters(Clock())
    for number in range(MAX_SESSIONS + MAX_RUNNING):
        counters.began("a", shell_call("x", session=f"s{number}", tool_use_id=f"t{number}"))
    assert len(counters._calls) == MAX_SESSIONS and len(counters._running) == MAX_RUNNING
