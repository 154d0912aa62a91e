import pytest

from sensor.access.identity import FOREIGN, MALFORMED, check_identity
from sensor.model.calls import Caller, InputProblem, Phase, ToolKind
from sensor.model.findings import Severity


def test_own_user_with_clean_input_is_no_finding(shell_call):
    assert check_identity(shell_call("ls"), Caller(uid=1000), 1000) == ()


def test_another_user_is_critical(shell_call):
    (finding,) = check_identity(shell_call("ls"), Caller(uid=1001), 1000)
    assert (finding.rule, finding.severity) == (FOREIGN, Severity.CRITICAL)


@pytest.mark.parametrize("problem", [p for p in InputProblem if p is not InputProblem.LOSSY])
def test_each_problem_of_the_input_is_a_finding(shell_call, problem):
    (finding,) = check_identity(shell_call("ls", problems=(problem,)), Caller(uid=0), 0)
    assert finding.rule == MALFORMED
    unseen = problem.value in ("truncated", "not_json", "not_object", "too_deep", "duplicate_key")
    assert finding.severity is (Severity.CRITICAL if unseen else Severity.HIGH)


@pytest.mark.parametrize(("changes", "severity"), [
    ({"kind": ToolKind.FILE_WRITE}, Severity.HIGH), ({"phase": Phase.AFTER}, Severity.HIGH), ({"kind": ToolKind.MCP}, Severity.CRITICAL),
    ({"kind": ToolKind.FILE_WRITE, "problems": (InputProblem.TRUNCATED, InputProblem.MISSING_FIELD)}, Severity.CRITICAL),
])
def test_only_the_end_of_a_written_text_may_be_unseen(shell_call, changes, severity):
    (finding,) = check_identity(shell_call("ls", **{"problems": (InputProblem.TRUNCATED,), **changes}), Caller(uid=0), 0)
    assert finding.severity is severity


def test_replaced_characters_alone_are_not_suspicious(shell_call):
    assert check_identity(shell_call("ls", problems=(InputProblem.LOSSY,)), Caller(uid=0), 0) == ()
