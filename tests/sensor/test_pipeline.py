import itertools

import msgspec
import pytest

from sensor.access.quarantine import Quarantine, State
from sensor.access.rates import RateLimiter, RateLimits
from sensor.model.calls import Abilities, Caller, Phase
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, ApprovalUse, Mode, ScanProfile, Verdict
from sensor.pipeline import NoQueue, OpenAccess, Pipeline, Policy, no_past, nobody_there, wanted_answer
from sensor.policy.decide import Decision

ME = Caller(uid=1000)
CAN_ASK = Abilities(deny=True, ask=True)
CAN_DENY = Abilities(deny=True)
STAGES = [Stage.RATE_LIMIT, Stage.IDENTITY, Stage.SUSPENSION, Stage.ACCESS, Stage.EFFECTS, Stage.RULES, Stage.ANALYZERS, Stage.ESCALATION, Stage.DECISION]


def policy(verdict=Verdict.CLEAN, mode=Mode.ENFORCE, suspended=(), match=lambda call, effects, profile: ()):
    def decide(call, findings):
        worst = max(findings, key=lambda f: f.severity, default=None)
        critical = worst is not None and worst.severity is Severity.CRITICAL
        return Decision(verdict=Verdict.BLOCK if critical else verdict, deciding=worst, reason="because", advice="instead")

    return Policy(match=match, decide=decide, profile=lambda call: ScanProfile.STRICT, mode=lambda agent: mode, suspended=frozenset(suspended),
                  digest="d", ruleset="r")


def pipeline(around, queue=None, **facts):
    return Pipeline(
        redact=lambda text: text.replace("because", "[redacted]"),
        policy=policy(**facts), around=around, limiter=RateLimiter(RateLimits(), lambda: 0.0), quarantine=queue or NoQueue(),
        detectors=lambda call, effects, profile: (), presence=nobody_there, access=OpenAccess(), escalation=no_past, uid=1000, consent_key=b"k" * 32,
        clock_ns=itertools.count(0, 1000).__next__, describe=lambda call, effects: (("command", "shown"),))


@pytest.fixture
def queue(tmp_path):
    numbers = itertools.count(1)
    return Quarantine(tmp_path / "q.json", lambda: 0.0, lambda: f"Q{next(numbers)}")


def test_every_stage_runs_once_in_order_and_is_timed(around, shell_call):
    judgement = pipeline(around).judge(shell_call("ls"), ME)
    assert [stage for stage, _ in judgement.stage_us] == STAGES
    assert judgement.verdict is Verdict.CLEAN and judgement.answer is Answer.ALLOW


def test_findings_of_all_stages_reach_the_decision(around, shell_call):
    hit = Finding(rule="X-1", severity=Severity.LOW, message="m")
    line = pipeline(around, match=lambda call, effects, profile: (hit,), suspended={"claude-code"})
    judgement = line.judge(shell_call("ls"), Caller(uid=7))
    assert [finding.stage for finding in judgement.findings] == [Stage.IDENTITY, Stage.SUSPENSION, Stage.RULES]
    assert judgement.verdict is Verdict.BLOCK


def test_content_is_looked_at_once_rules_and_detectors_have_spoken(around, shell_call):
    hit, seen = Finding(rule="X-1", severity=Severity.LOW, message="m"), []

    class Carrying(OpenAccess):
        def content(self, admission, call, so_far):
            seen.append(tuple(one.rule for one in so_far))
            return (Finding(rule="C-1", severity=Severity.CRITICAL, message="c", stage=Stage.ACCESS),)

    line = pipeline(around, match=lambda call, effects, profile: (hit,))
    line._access = Carrying()
    judgement = line.judge(shell_call("ls"), ME)
    assert seen == [("X-1",)] and judgement.verdict is Verdict.BLOCK and [stage for stage, _ in judgement.stage_us] == STAGES


@pytest.mark.parametrize("phase, abilities, verdict, answer", [
    (Phase.BEFORE, CAN_ASK, Verdict.CLEAN, Answer.ALLOW), (Phase.BEFORE, CAN_ASK, Verdict.FLAG, Answer.ALLOW),
    (Phase.BEFORE, CAN_ASK, Verdict.QUARANTINE, Answer.ASK), (Phase.BEFORE, CAN_DENY, Verdict.QUARANTINE, Answer.DENY),
    (Phase.BEFORE, Abilities(deny=True, asks_later=True), Verdict.QUARANTINE, Answer.ASK),
    (Phase.BEFORE, CAN_ASK, Verdict.BLOCK, Answer.DENY), (Phase.AFTER, CAN_DENY, Verdict.BLOCK, Answer.ALLOW),
    (Phase.BEFORE, Abilities(), Verdict.BLOCK, Answer.ALLOW), (Phase.LIFECYCLE, CAN_DENY, Verdict.BLOCK, Answer.ALLOW),
])
def test_the_answer_follows_from_the_verdict_and_what_the_agent_can(shell_call, phase, abilities, verdict, answer):
    assert wanted_answer(shell_call("x", phase=phase, abilities=abilities), verdict) is answer


@pytest.mark.parametrize("verdict", list(Verdict))
def test_observe_never_stops_anything_and_says_what_it_would_have_done(around, shell_call, verdict, queue):
    judgement = pipeline(around, queue, verdict=verdict, mode=Mode.OBSERVE).judge(shell_call("x", abilities=CAN_ASK), ME)
    assert judgement.answer is Answer.ALLOW
    assert judgement.would_answer is wanted_answer(shell_call("x", abilities=CAN_ASK), verdict)
    assert queue.calls() == ()


def test_enforce_never_answers_a_block_with_allow(around, shell_call):
    judgement = pipeline(around, verdict=Verdict.BLOCK).judge(shell_call("x", abilities=CAN_ASK), ME)
    assert judgement.answer is Answer.DENY


def test_a_held_call_is_queued_and_passes_once_after_a_yes(around, shell_call, queue):
    line = pipeline(around, queue, verdict=Verdict.QUARANTINE)
    call = shell_call("git push", abilities=CAN_DENY)
    first = line.judge(call, ME)
    assert first.answer is Answer.DENY and first.hold == "Q1"
    assert queue.find("Q1").lines == (("command", "shown"),)
    queue.decide("Q1", State.APPROVED, by="sam")
    second = line.judge(shell_call("git push", abilities=CAN_DENY, tool_use_id="again"), ME)
    assert second.answer is Answer.ALLOW and second.approval is not None and second.approval.by == "sam"
    assert second.verdict is Verdict.QUARANTINE, "the evidence stays"
    assert line.judge(call, ME).answer is Answer.DENY


def test_why_a_call_is_held_is_kept_without_secrets_and_told_in_full(around, shell_call, queue):
    judgement = pipeline(around, queue, verdict=Verdict.QUARANTINE).judge(shell_call("ls", abilities=CAN_DENY), ME)
    assert (queue.find(judgement.hold).reason, judgement.reason) == ("[redacted]", "because")


@pytest.mark.parametrize(("severity", "critical"), [(Severity.HIGH, False), (Severity.CRITICAL, True)])
def test_a_held_call_says_whether_what_holds_it_is_critical(around, shell_call, queue, severity, critical):
    hit = Finding(rule="X-1", severity=severity, message="m")
    line = pipeline(around, queue, match=lambda call, effects, profile: (hit,))
    line.policy = msgspec.structs.replace(line.policy, decide=lambda call, findings: Decision(verdict=Verdict.QUARANTINE, deciding=findings[0]))
    line.judge(shell_call("git push", abilities=CAN_DENY), ME)
    assert queue.find("Q1").critical is critical


def test_an_approval_does_not_release_a_changed_call(around, shell_call, queue):
    line = pipeline(around, queue, verdict=Verdict.QUARANTINE)
    line.judge(shell_call("git push", abilities=CAN_DENY), ME)
    queue.decide("Q1", State.APPROVED, by="sam")
    assert line.judge(shell_call("git push --all", abilities=CAN_DENY), ME).answer is Answer.DENY


def test_an_approval_never_lifts_a_block(around, shell_call, queue):
    line = pipeline(around, queue, verdict=Verdict.QUARANTINE)
    line.judge(shell_call("x", abilities=CAN_DENY), ME)
    queue.decide("Q1", State.APPROVED, by="sam")
    line.policy = policy(Verdict.BLOCK)
    assert line.judge(shell_call("x", abilities=CAN_DENY), ME).answer is Answer.DENY


@pytest.mark.parametrize(("verdict", "stage", "releasable"), [
    (Verdict.QUARANTINE, Stage.RULES, True), (Verdict.BLOCK, Stage.RULES, False), (Verdict.BLOCK, Stage.ESCALATION, True), (Verdict.FLAG, Stage.ESCALATION, False)])
def test_a_person_may_release_what_is_held_and_what_only_the_past_turned_into_a_block(verdict, stage, releasable):
    finding = Finding(rule="R", severity=Severity.HIGH, message="m", stage=stage)
    assert Decision(verdict=verdict, deciding=finding).is_releasable is releasable


@pytest.mark.parametrize(("stage", "listed"), [(Stage.ESCALATION, [True]), (Stage.RULES, [])])
def test_what_only_the_past_made_a_block_is_refused_counted_and_listed_as_a_block(around, shell_call, queue, stage, listed):
    hit = Finding(rule="X-1", severity=Severity.CRITICAL, message="m", stage=stage)
    judged = pipeline(around, queue, match=lambda call, effects, profile: (hit,)).judge(shell_call("x", abilities=CAN_ASK), ME)
    assert (judged.verdict, judged.answer) == (Verdict.BLOCK, Answer.DENY) and [held.blocked for held in queue.calls()] == listed


@pytest.mark.parametrize(("stage", "answer"), [(Stage.RULES, Answer.ALLOW), (Stage.ESCALATION, Answer.ASK)])
def test_an_allowance_lets_a_held_call_through_unless_the_past_of_its_session_held_it(around, shell_call, queue, stage, answer):
    hit = Finding(rule="X-1", severity=Severity.HIGH, message="m", stage=stage)
    line = pipeline(around, queue, verdict=Verdict.QUARANTINE, match=lambda call, effects, profile: (hit,))
    asked = []
    line.policy = msgspec.structs.replace(line.policy, allowed=lambda lasting: asked.append(lasting) or ApprovalUse(id="A1", by="sam", consent=lasting))
    judgements = [line.judge(shell_call("x", abilities=CAN_ASK, session=session), ME) for session in ("one", "two")]
    assert [one.answer for one in judgements] == [answer] * 2 and all((one.approval is not None) is (answer is Answer.ALLOW) for one in judgements)
    assert len(set(asked)) == (1 if answer is Answer.ALLOW else 0) and len(queue.calls()) == (0 if answer is Answer.ALLOW else 2)


def test_an_allowance_never_lifts_a_block(around, shell_call, queue):
    hit = Finding(rule="X-1", severity=Severity.CRITICAL, message="m", stage=Stage.RULES)
    line = pipeline(around, queue, match=lambda call, effects, profile: (hit,))
    line.policy = msgspec.structs.replace(line.policy, allowed=lambda lasting: ApprovalUse(id="A1", by="sam", consent=lasting))
    assert line.judge(shell_call("x", abilities=CAN_ASK), ME).answer is Answer.DENY
