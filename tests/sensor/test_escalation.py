from sensor.access.risk import RULE as RISK
from sensor.access.risk import SessionRisk
from sensor.correlate.files import WrittenFiles
from sensor.detectors.retries import RULE as REPEATED
from sensor.detectors.retries import RefusedIntents
from sensor.effects import derive_effects
from sensor.escalation import Escalation
from sensor.model.calls import Caller
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, ApprovalUse, JudgedCall, Judgement, Mode, ScanProfile, Verdict

BLOCKED = (Finding(rule="HR-DST-001", severity=Severity.CRITICAL, message="m"),)


class World:
    def __init__(self, around):
        self.around, self.raised = around, []
        risk = SessionRisk(lambda: 0.0, lambda found: Verdict.BLOCK if found else Verdict.CLEAN)
        files = WrittenFiles(lambda call, known: derive_effects(call, around, known), lambda call, effects: ())
        self.escalation = Escalation(risk, RefusedIntents(lambda: 0.0), files, lambda agent, session, score: self.raised.append(score))

    def refuse(self, call, mode=Mode.ENFORCE, approval=None):
        effects = derive_effects(call, self.around)
        judgement = Judgement(verdict=Verdict.BLOCK, answer=Answer.DENY if mode is Mode.ENFORCE and approval is None else Answer.ALLOW,
                              would_answer=Answer.DENY, mode=mode, profile=ScanProfile.STRICT, findings=BLOCKED, effects=effects, approval=approval)
        self.escalation.judged(JudgedCall(call=call, caller=Caller(uid=1), judgement=judgement))

    def rules(self, call, so_far=()):
        return [finding.rule for finding in self.escalation.check(call, derive_effects(call, self.around), so_far)]


def test_a_refused_end_is_recognised_in_other_words(around, shell_call):
    world = World(around)
    world.refuse(shell_call("rm -rf ~/important-data"))
    assert REPEATED in world.rules(shell_call("python3 -c \"import shutil, os; shutil.rmtree(os.path.expanduser('~/important-data'))\""))
    assert world.rules(shell_call("rm -rf ~/something-else-entirely")) == []
    assert world.rules(shell_call("rm -rf ~/important-data", session="other")) == []


def test_what_a_person_allowed_is_forgiven(around, shell_call):
    world, call = World(around), shell_call("rm -rf ~/important-data")
    world.refuse(call)
    world.refuse(call, approval=ApprovalUse(id="Q", by="sam", consent="c"))
    assert REPEATED not in world.rules(call)


def test_in_observe_nothing_was_refused_but_the_risk_adds_up(around, shell_call):
    world, call = World(around), shell_call("rm -rf ~/important-data")
    world.refuse(call, Mode.OBSERVE)
    world.refuse(call, Mode.OBSERVE)
    assert REPEATED not in world.rules(call) and world.raised == [80.0]
    assert world.rules(shell_call("ls")) == [RISK]
