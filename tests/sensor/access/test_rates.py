from sensor.access.rates import RULE, RateLimiter, RateLimits
from sensor.model.calls import Phase, Surface


def test_a_burst_passes_and_the_next_call_is_limited(shell_call):
    now = [100.0]
    limiter = RateLimiter(RateLimits(calls_per_minute=60, burst=3), lambda: now[0])
    assert [len(limiter.check(shell_call("ls"))) for _ in range(4)] == [0, 0, 0, 1]
    now[0] += 1.0
    assert limiter.check(shell_call("ls")) == ()
    assert limiter.check(shell_call("ls"))[0].rule == RULE


def test_agents_do_not_share_a_bucket(shell_call):
    limiter = RateLimiter(RateLimits(calls_per_minute=60, burst=1), lambda: 0.0)
    assert limiter.check(shell_call("ls")) == ()
    assert limiter.check(shell_call("ls", agent="cursor")) == ()
    assert len(limiter.check(shell_call("ls"))) == 1


def test_results_are_never_limited(shell_call):
    limiter = RateLimiter(RateLimits(calls_per_minute=1, burst=1), lambda: 0.0)
    after = shell_call("ls", phase=Phase.AFTER)
    assert [limiter.check(after) for _ in range(5)] == [()] * 5


def test_a_limit_of_zero_means_nothing_not_everything(shell_call):
    limiter = RateLimiter(RateLimits(calls_per_minute=0, burst=0), lambda: 0.0)
    assert len(limiter.check(shell_call("ls"))) == 1


def test_what_an_allowed_call_starts_is_not_counted(shell_call):
    limiter = RateLimiter(RateLimits(calls_per_minute=1, burst=1), lambda: 0.0)
    assert [limiter.check(shell_call("ls", surface=Surface.WRAPPER)) for _ in range(5)] == [()] * 5
