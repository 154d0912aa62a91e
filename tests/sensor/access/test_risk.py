import pytest

from sensor.access.risk import HALF_LIFE, LEVELS, MAX_SESSIONS, RULE, SECONDS, SessionRisk, step_of
from sensor.model.calls import Phase, ReadAction, ToolKind
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Verdict
from sensor.policy.decide import DEFAULT_VERDICTS


class World:
    def __init__(self):
        self.now = 0.0
        self.risk = SessionRisk(lambda: self.now, lambda found: max((DEFAULT_VERDICTS[one.severity] for one in found), default=Verdict.CLEAN))

    def block(self, call, times=1):
        return [self.risk.note(call, Verdict.BLOCK, "HR-X-1", False) for _ in range(times)]

    def severity(self, call, *severities):
        found = self.risk.check(call, tuple(Finding(rule="HR-Y-1", severity=one, message="m") for one in severities))
        return found[0].severity if found else None


@pytest.fixture
def world():
    return World()


def test_the_sum_decides_the_level_and_a_rise_is_told_once(world, shell_call):
    call = shell_call("x")
    assert world.block(call, 5) == [False, True, False, True, False]
    assert world.risk.level("claude-code", "s-1") == 2 and world.risk.score("claude-code", "s-1") == 200
    assert world.risk.level("claude-code", "other") == 0


@pytest.mark.parametrize(("verdict", "repeated", "points"), [
    (Verdict.CLEAN, False, 0), (Verdict.FLAG, False, 5), (Verdict.QUARANTINE, False, 20), (Verdict.BLOCK, False, 40), (Verdict.BLOCK, True, 55)])
def test_points(world, shell_call, verdict, repeated, points):
    world.risk.note(shell_call("x"), verdict, "HR-X-1", repeated)
    assert world.risk.score("claude-code", "s-1") == points


@pytest.mark.parametrize(("level", "found", "raised"), [
    (1, (), Severity.LOW), (1, (Severity.LOW,), Severity.HIGH), (1, (Severity.HIGH,), Severity.CRITICAL), (1, (Severity.CRITICAL,), None),
    (2, (), Severity.HIGH), (2, (Severity.LOW,), Severity.CRITICAL), (0, (Severity.LOW,), None),
])
def test_verdicts_go_up_by_the_level(world, shell_call, level, found, raised):
    world.block(shell_call("y"), (0, 2, 4)[level])
    assert world.severity(shell_call("x"), *found) is raised


def test_looking_never_goes_beyond_flag_while_it_is_clean(world, shell_call):
    world.block(shell_call("y"), 4)
    look = shell_call("", kind=ToolKind.FILE_READ, tool="Read", action=ReadAction(paths=("a",)))
    assert world.severity(look) is Severity.LOW
    assert world.severity(shell_call("x", phase=Phase.AFTER)) is None


def test_the_score_fades_and_ends(world, shell_call):
    world.block(shell_call("x"), 2)
    world.now = HALF_LIFE / 2
    assert 50 < world.risk.score("claude-code", "s-1") < 60 and world.risk.level("claude-code", "s-1") == 0
    world.now = SECONDS + 1
    assert world.risk.score("claude-code", "s-1") == 0 and world.risk.sessions() == ()


def test_the_message_keeps_what_the_call_itself_is_about(world, shell_call):
    world.block(shell_call("y"), 3)
    finding = Finding(rule="HR-GIT-001", severity=Severity.HIGH, message="Forced push", remedy="Push to a branch.")
    found, = world.risk.check(shell_call("x"), (finding,))
    assert found.message.startswith("Forced push (HR-GIT-001), after what this session did before (risk 1") and found.remedy.startswith("Push to a branch.")


def test_its_own_findings_add_nothing(world, shell_call):
    world.risk.note(shell_call("x"), Verdict.QUARANTINE, RULE, False)
    assert world.risk.sessions() == ()


def test_a_person_clears_it(world, shell_call):
    world.block(shell_call("x"), 3)
    world.block(shell_call("x", session="s-2"), 1)
    assert [(session, level) for _, session, _, level, _ in world.risk.sessions()] == [("s-1", 1), ("s-2", 0)]
    assert world.risk.clear("claude-code", "s-1") == 1 and world.risk.clear("claude-code") == 1 and world.risk.sessions() == ()
    assert LEVELS == (80.0, 160.0)


def test_every_raise_says_what_the_sum_was_then_by_which_call_and_why(world, shell_call):
    world.risk.note(shell_call("x", tool_use_id="c1"), Verdict.BLOCK, "HR-X-1", True)
    world.risk.note(shell_call("x", tool_use_id=""), Verdict.CLEAN, "", True)
    world.risk.assess("claude-code", "s-1", 0.5, "model")
    ((_, _, score, _, terms),) = world.risk.sessions()
    assert [(term.points, term.total, term.why, term.step) for term in terms] == [
        (55.0, 55.0, "block HR-X-1, a refused end tried again", step_of("before", "c1")), (15.0, 70.0, "a refused end tried again", ""), (20.0, 90.0, "model", "")]
    assert score == 90.0


def test_memory_is_bounded(world, shell_call):
    for number in range(MAX_SESSIONS + 5):
        world.block(shell_call("x", session=str(number)))
    assert len(world.risk._scores) == MAX_SESSIONS


def test_the_score_survives_a_restart_and_goes_on_fading(tmp_path, shell_call, monkeypatch):
    wall = [1000.0]
    monkeypatch.setattr("sensor.access.risk.time.time", lambda: wall[0])
    file = tmp_path / "risk.json"
    risk = SessionRisk(lambda: 5000.0, lambda found: Verdict.CLEAN, file)
    risk.note(shell_call("x"), Verdict.BLOCK, "HR-X-1", False)
    risk.assess("claude-code", "s-1", 0.5, "model")
    assert file.stat().st_mode & 0o777 == 0o600
    wall[0] += HALF_LIFE / 2
    again = SessionRisk(lambda: 7.0, lambda found: Verdict.CLEAN, file)
    assert again.score("claude-code", "s-1") == pytest.approx(60 * 0.5 ** 0.5)
    assert [term.why for term in again.sessions()[0][4]] == ["block HR-X-1", "model"]
    for _ in range(5):
        again.assess("claude-code", "s-1", 0.5, "model")
    assert again.score("claude-code", "s-1") == pytest.approx(60 * 0.5 ** 0.5 + 20), "what the model has said counts on"
    wall[0] += SECONDS * 2
    assert SessionRisk(lambda: 7.0, lambda found: Verdict.CLEAN, file).score("claude-code", "s-1") == 0


def test_a_broken_file_or_a_clock_set_back_gives_nobody_less(tmp_path, shell_call, monkeypatch):
    file = tmp_path / "risk.json"
    risk = SessionRisk(lambda: 0.0, lambda found: Verdict.CLEAN, file)
    risk.note(shell_call("x"), Verdict.BLOCK, "HR-X-1", False)
    monkeypatch.setattr("sensor.access.risk.time.time", lambda: 1.0)
    assert SessionRisk(lambda: 9.0, lambda found: Verdict.CLEAN, file).score("claude-code", "s-1") == 40
    risk.clear("claude-code")
    assert SessionRisk(lambda: 9.0, lambda found: Verdict.CLEAN, file).sessions() == ()
    file.write_text("{")
    assert SessionRisk(lambda: 9.0, lambda found: Verdict.CLEAN, file).sessions() == ()


def test_a_place_that_cannot_be_written_costs_the_snapshot_only(tmp_path, shell_call):
    risk = SessionRisk(lambda: 0.0, lambda found: Verdict.CLEAN, tmp_path / "gone" / "risk.json")
    risk.note(shell_call("x"), Verdict.BLOCK, "HR-X-1", False)
    assert risk.score("claude-code", "s-1") == 40
