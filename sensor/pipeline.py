"""The decision: `Pipeline.judge` shows the ten stages in the order in which a call meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from sensor.access.consent import consent_digest, deeds, lasting_digest
from sensor.access.desk import Admission
from sensor.access.identity import check_identity
from sensor.access.quarantine import HeldCall, refusal_words, refused
from sensor.access.rates import RateLimiter
from sensor.access.suspension import check_suspension
from sensor.effects import derive_effects
from sensor.model.calls import Caller, Phase, ToolCall, WriteAction
from sensor.model.effects import Effects, Surroundings
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, ApprovalUse, Judgement, Mode, ScanProfile, Verdict
from sensor.policy.decide import Decision
from sensor.when_run import when_run

T = TypeVar("T")


class Check(Protocol):
    """A stage that looks at what was found so far: escalation. Returns its findings."""

    def __call__(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]: ...


class Access(Protocol):
    """Who may use what; `sensor.access.desk.AccessDesk` for real calls. Tools first, reach once the effects are known, content last."""

    def admit(self, call: ToolCall, caller: Caller) -> Admission: ...

    def reach(self, admission: Admission, call: ToolCall, effects: Effects) -> tuple[Finding, ...]: ...

    def content(self, admission: Admission, call: ToolCall, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]: ...


class Scanner(Protocol):
    """Rules and detectors: evidence from a call and its effects under a profile."""

    def __call__(self, call: ToolCall, effects: Effects, profile: ScanProfile) -> tuple[Finding, ...]: ...


class Queue(Protocol):
    """Where held calls wait; `sensor.access.quarantine.Quarantine` for real calls."""

    def release(self, consent: str) -> ApprovalUse | None: ...

    def refusal(self, consent: str) -> HeldCall | None: ...

    def hold(self, call: HeldCall) -> HeldCall: ...


class NoQueue:
    """For questions (`explain`): nothing is held and nothing released."""

    def release(self, consent: str) -> ApprovalUse | None:
        return None

    def refusal(self, consent: str) -> HeldCall | None:
        return None

    def hold(self, call: HeldCall) -> HeldCall:
        return call


class OpenAccess:
    """For examples of rules: everybody may use everything."""

    def admit(self, call: ToolCall, caller: Caller) -> Admission:
        return Admission()

    def reach(self, admission: Admission, call: ToolCall, effects: Effects) -> tuple[Finding, ...]:
        return ()

    def content(self, admission: Admission, call: ToolCall, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return ()


def nothing_allowed(lasting: str) -> ApprovalUse | None:
    """No call is allowed for longer."""
    return None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force now. Replaced as a whole when rules, settings or the mode change, never edited."""

    match: Scanner
    decide: Callable[[ToolCall, tuple[Finding, ...]], Decision]
    profile: Callable[[ToolCall], ScanProfile]
    mode: Callable[[str], Mode]
    suspended: frozenset[str]
    digest: str
    ruleset: str
    allowed: Callable[[str], ApprovalUse | None] = nothing_allowed


class Trace:
    """Collects what the stages of one call find and how long each took."""

    def __init__(self, clock_ns: Callable[[], int]) -> None:
        self._clock_ns = clock_ns
        self._last = clock_ns()
        self.findings: tuple[Finding, ...] = ()
        self.stage_us: list[tuple[Stage, int]] = []

    def add(self, stage: Stage, findings: tuple[Finding, ...]) -> None:
        """Note the findings of a stage that has just run."""
        now = self._clock_ns()
        self.stage_us.append((stage, (now - self._last) // 1000))
        self._last = now
        if findings:
            self.findings += findings

    def mark(self, stage: Stage, value: T) -> T:
        """Note that a stage has just run, and hand its value on."""
        self.add(stage, ())
        return value


class Pipeline:
    """Judges calls. One object per sensor, built by `sensor.composition`; `policy` may be replaced between calls."""

    def __init__(self, *, policy: Policy, around: Surroundings, limiter: RateLimiter, quarantine: Queue, detectors: Scanner,
                 presence: Callable[[ToolCall, Caller], tuple[Finding, ...]], access: Access, escalation: Check, uid: int,
                 consent_key: bytes, clock_ns: Callable[[], int],
                 describe: Callable[[ToolCall, Effects], tuple[tuple[str, str], ...]], redact: Callable[[str], str] = str) -> None:
        """`describe` gives what a person sees of a held call, `redact` takes secrets out of why it is held: both are kept on the disk."""
        self.policy = policy
        self._around = around
        self._limiter = limiter
        self._quarantine = quarantine
        self._detectors = detectors
        self._presence = presence
        self._access = access
        self._escalation = escalation
        self._uid = uid
        self._consent_key = consent_key
        self._clock_ns = clock_ns
        self._describe = describe
        self._redact = redact

    def judge(self, call: ToolCall, caller: Caller) -> Judgement:
        """Take the call through the stages. Stage 10, the audit commit, is the intake's: it needs this judgement."""
        policy, trace = self.policy, Trace(self._clock_ns)
        profile = policy.profile(call)
        trace.add(Stage.RATE_LIMIT, self._limiter.check(call))
        trace.add(Stage.IDENTITY, check_identity(call, caller, self._uid) + self._presence(call, caller))
        trace.add(Stage.SUSPENSION, check_suspension(call, policy.suspended))
        admission = self._access.admit(call, caller)
        trace.add(Stage.ACCESS, admission.findings)
        effects = trace.mark(Stage.EFFECTS, derive_effects(call, self._around))
        trace.add(Stage.RULES, self._access.reach(admission, call, effects) + policy.match(call, effects, profile))
        if isinstance(call.action, WriteAction):
            trace.add(Stage.RULES, when_run(call, self._around, lambda run, does: policy.match(run, does, profile), trace.findings))
        found = self._detectors(call, effects, profile)
        trace.add(Stage.ANALYZERS, found + self._access.content(admission, call, trace.findings + found))
        trace.add(Stage.ESCALATION, self._escalation(call, effects, trace.findings))
        decision = trace.mark(Stage.DECISION, policy.decide(call, trace.findings))
        mode = policy.mode(call.agent)
        answer = wanted_answer(call, decision.verdict)
        judgement = Judgement(
            verdict=decision.verdict, answer=answer if mode is Mode.ENFORCE else Answer.ALLOW, would_answer=answer, mode=mode,
            profile=profile, reason=decision.reason, advice=decision.advice, findings=trace.findings, effects=effects,
            stage_us=tuple(trace.stage_us), delegation=admission.delegation,
        )
        if decision.is_releasable and answer is not Answer.ALLOW and mode is Mode.ENFORCE:
            return self._ask_the_queue(call, judgement, decision)
        return judgement

    def consent(self, call: ToolCall) -> str:
        """The digest that a person's yes must have to let `call` run now: files that it runs may have changed since it was judged."""
        return consent_digest(call, deeds(derive_effects(call, self._around), self._around.home), self._consent_key)

    def _ask_the_queue(self, call: ToolCall, judgement: Judgement, decision: Decision) -> Judgement:
        """A person's yes or no to exactly this call decides it; without one it is held."""
        does = deeds(judgement.effects, self._around.home)
        consent, lasting = consent_digest(call, does, self._consent_key), lasting_digest(call, does, self._consent_key)
        approval = self._quarantine.release(consent)
        if approval is None and decision.deciding is not None and decision.deciding.stage is not Stage.ESCALATION:
            approval = self.policy.allowed(lasting)  # what a session's past made serious is asked about again
        if approval is not None:
            return msgspec.structs.replace(judgement, answer=Answer.ALLOW, would_answer=Answer.ALLOW, approval=approval)
        refusal = self._quarantine.refusal(consent)
        if refusal is not None:
            return refused(judgement, refusal.id, refusal_words(refusal))
        rule, severity = (decision.deciding.rule, decision.deciding.severity) if decision.deciding is not None else ("", None)
        held = self._quarantine.hold(HeldCall(
            id="", consent=consent, agent=call.agent, session=call.session, tool=call.tool, rule=rule,
            reason=self._redact(decision.reason), lines=self._describe(call, judgement.effects), created=0, expires=0, lasting=lasting,
            critical=severity is Severity.CRITICAL, blocked=decision.verdict is Verdict.BLOCK,
        ))
        return msgspec.structs.replace(judgement, hold=held.id)


def wanted_answer(call: ToolCall, verdict: Verdict) -> Answer:
    """What enforce tells the agent: a call after the fact cannot be stopped; without a way to ask, a question is a no."""
    if call.phase is not Phase.BEFORE or not call.abilities.deny or verdict <= Verdict.FLAG:
        return Answer.ALLOW
    if verdict is Verdict.QUARANTINE and (call.abilities.ask or call.abilities.asks_later):
        return Answer.ASK
    return Answer.DENY


def nobody_there(call: ToolCall, caller: Caller) -> tuple[Finding, ...]:
    """For questions and examples: there is no process to look at."""
    return ()


def no_past(call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """For questions and examples: the session did nothing before."""
    return ()
