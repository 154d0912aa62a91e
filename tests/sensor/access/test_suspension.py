from sensor.access.suspension import RULE, check_suspension
from sensor.model.calls import Phase


def test_only_the_suspended_agent_is_refused(shell_call):
    (finding,) = check_suspension(shell_call("ls"), frozenset({"claude-code"}))
    assert finding.rule == RULE
    assert check_suspension(shell_call("ls", agent="cursor"), frozenset({"claude-code"})) == ()


def test_results_of_a_suspended_agent_are_still_recorded_without_refusal(shell_call):
    assert check_suspension(shell_call("ls", phase=Phase.AFTER), frozenset({"claude-code"})) == ()
