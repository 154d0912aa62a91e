import pytest

from sensor.model.calls import Abilities, Heartbeat, Phase

CAN = Abilities(deny=True, ask=True)


@pytest.fixture
def sensor(warm_paths):
    """A sensor built whole, without sockets."""
    from sensor.composition import Sensor

    built = Sensor(warm_paths)
    yield built
    built.recorder.close()


def note(sensor, call, **facts):
    from sensor.model.calls import Caller
    from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict

    judgement = Judgement(**{"verdict": Verdict.CLEAN, "answer": Answer.ALLOW, "would_answer": Answer.ALLOW, "mode": Mode.ENFORCE,
                             "profile": ScanProfile.STRICT, **facts})
    sensor.control.judged(JudgedCall(call=call, caller=Caller(uid=0), judgement=judgement))


def test_calls_are_counted_per_verdict_agent_and_session(sensor, shell_call):
    note(sensor, shell_call("a", session="1", agent_version="2.1"))
    note(sensor, shell_call("b", session="2"))
    sensor.control.heartbeat(Heartbeat(agent="cursor", through="claude-code"))
    status = sensor.control.status()
    assert status["verdicts"] == {"clean": 2}
    assert status["agents"]["claude-code"] | {"at": 0} == {"at": 0, "version": "2.1", "calls": 2, "sessions": 2}
    assert "cursor" in status["agents"]


@pytest.mark.parametrize("session", ["demo-1a2b3c4d", "handrail-self-test-1a2b3c4d"])
def test_our_own_rehearsals_are_no_sign_of_life_of_an_agent(sensor, shell_call, session):
    """Else `doctor` would say that an agent's calls were seen whose hooks never fired."""
    note(sensor, shell_call("a", session=session))
    status = sensor.control.status()
    assert status["agents"] == {} and (status["verdicts"], status["test_calls"], status["test_verdicts"]) == ({"clean": 1}, 1, {"clean": 1})
    note(sensor, shell_call("b"))
    assert sensor.control.status()["test_calls"] == 1


def test_a_call_that_ran_after_the_agents_own_question_leaves_the_queue_and_nobody_is_named(sensor, shell_call):
    from sensor.access.quarantine import UNSEEN, HeldCall, State
    from sensor.model.verdicts import Answer

    held = sensor.quarantine.hold(HeldCall(id="", consent="c", agent="a", session="s", tool="Bash", rule="R", reason="", lines=(), created=0, expires=0))
    note(sensor, shell_call("x", tool_use_id="t1", abilities=CAN), hold=held.id, answer=Answer.ASK)
    note(sensor, shell_call("x", tool_use_id="t1", session="another", phase=Phase.AFTER))
    assert sensor.control.status()["waiting"] == 1  # ids are unique within a session only
    lifted = sensor.quarantine.hold(HeldCall(id="", consent="d", agent="a", session="s", tool="Bash", rule="R", reason="", lines=(), created=0, expires=0, blocked=True))
    assert (sensor.control.status()["waiting"], sensor.control.status()["liftable"]) == (2, 1)
    sensor.quarantine.decide(lifted.id, State.REJECTED, by="sam")
    note(sensor, shell_call("something else", tool_use_id="t1", phase=Phase.AFTER))
    assert sensor.quarantine.find(held.id).state is State.PENDING  # any program can send a report with an id
    note(sensor, shell_call("x", tool_use_id="t1", phase=Phase.AFTER))
    assert sensor.quarantine.find(held.id).state is State.USED
    assert sensor.quarantine.find(held.id).decided_by == UNSEEN


def test_a_refused_call_waits_on_whatever_is_reported_of_it(sensor, shell_call):
    from sensor.access.quarantine import HeldCall, State
    from sensor.model.verdicts import Answer

    held = sensor.quarantine.hold(HeldCall(id="", consent="c", agent="a", session="s", tool="Bash", rule="R", reason="", lines=(), created=0, expires=0))
    note(sensor, shell_call("x", tool_use_id="t1", abilities=CAN), hold=held.id, answer=Answer.DENY)
    note(sensor, shell_call("x", tool_use_id="t1", phase=Phase.AFTER))
    assert (sensor.quarantine.find(held.id).state, sensor.quarantine.find(held.id).decided_by) == (State.PENDING, "")


def test_asking_what_would_happen_leaves_no_trace(sensor, shell_call):
    size = sensor.control.status()["log"]["size"]
    judgement = sensor.control.judge_dry(shell_call("git push --force origin main", abilities=CAN))
    assert judgement.hold == "" and sensor.control.status()["waiting"] == 0
    assert sensor.control.status()["log"]["size"] == size and sensor.control.status()["verdicts"] == {}


def test_the_mode_is_in_force_for_the_next_call_and_the_next_question(sensor, shell_call):
    from sensor.model.verdicts import Answer, Mode

    assert sensor.control.set_mode(Mode.OBSERVE, "") == ("enforce", "observe")
    assert sensor.control.judge_dry(shell_call("rm -rf /", abilities=CAN)).answer is Answer.ALLOW


def test_rules_are_shown_with_their_override(sensor):
    (sensor.paths.config_file).write_text("overrides: {HR-GIT-001: {action: flag, reason: mine}}\n")
    sensor.control.reload()
    assert sensor.control.rule("HR-GIT-001")["override"]["action"] == "flag"
    assert any(rule["id"] == "HR-GIT-001" for rule in sensor.control.rules())


def test_core_rules_that_the_settings_weaken_are_told(sensor):
    core = next(str(rule["id"]) for rule in sensor.control.rules() if rule["core"])
    assert sensor.control.status()["rules"]["weakened"] == {} and sensor.control.rule(core)["weakened"] == ""
    sensor.paths.config_file.write_text(f"overrides: {{{core}: {{action: flag, reason: mine}}}}\n")
    sensor.control.reload()
    how = "a core rule no longer stops anything: mine"
    assert sensor.control.status()["rules"]["weakened"] == {core: how} and sensor.control.rule(core)["weakened"] == how
    assert {rule["id"]: rule["weakened"] for rule in sensor.control.rules() if rule["weakened"]} == {core: how}


def test_suspended_agents_are_named(sensor):
    assert sensor.control.suspend("cursor", True) == ("active", "suspended") and sensor.control.status()["suspended"] == ["cursor"]
    assert sensor.control.suspend("cursor", False) == ("suspended", "active") and sensor.control.status()["suspended"] == []
