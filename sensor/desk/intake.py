"""One call from an agent's bytes to the bytes it gets back: parse, judge once, record, answer.

The answer leaves only after its entry is committed in its class. While the log cannot be written, `audit.failure`
decides. The functions are callbacks rather than coroutines: a task per call would cost more than the scan.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from hooks.adapters import Adapter
from sensor.access.repeats import Repeats, identify
from sensor.audit.form.errors import AuditUnavailable
from sensor.desk.definitions import Definitions
from sensor.desk.operations import Operations
from sensor.desk.ran import ran_otherwise, tells_what_ran
from sensor.desk.shells import Shells
from sensor.desk.waiting import WaitingRoom
from sensor.doors.server import Line
from sensor.model.calls import Caller, Heartbeat, Phase, Surface, ToolCall, ToolKind
from sensor.model.effects import Effects
from sensor.model.errors import HandrailError
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, Reply, ScanProfile, Verdict
from sensor.pipeline import Pipeline, wanted_answer
from sensor.settings import AuditFailure
from sensor.wire import render_reply

log = logging.getLogger(__name__)

HARMLESS = frozenset({ToolKind.FILE_READ, ToolKind.SEARCH, ToolKind.SESSION, ToolKind.RESPONSE})
BROKEN_RULE = "HR-INT-001"
UNRECORDED_RULE = "HR-AUD-001"
NO_EFFECTS = Effects()
PLAIN_JUDGEMENTS = 64
Settled = Callable[[Judgement], None]
Hold = Callable[[int], None]


class Recorder(Protocol):
    """Commits entries. `then(None)` follows in the loop once the entry may be relied on, `then(error)` when it failed.

    Raises AuditUnavailable when the entry could not be written at all.
    """

    def call(self, judged: JudgedCall, lat_us: int, then: Callable[[AuditUnavailable | None], None]) -> None: ...


class Watcher(Protocol):
    """Told about everything that passes: counters, who was seen, calls that ran after the agent was told to ask."""

    def heartbeat(self, event: Heartbeat) -> None: ...

    def judged(self, judged: JudgedCall) -> None: ...


@functools.lru_cache(PLAIN_JUDGEMENTS)
def _once(judgement: Judgement) -> Judgement:
    """The first judgement that is equal to this one: of thousands that are kept, most found nothing."""
    return judgement


class Ticket:
    """One judged call on its way to its answer; a repeated report waits on the same ticket."""

    __slots__ = ("_hold_ms", "_judgement", "_waiting")

    def __init__(self) -> None:
        self._judgement: Judgement | None = None
        self._waiting: tuple[Settled, ...] = ()
        self._hold_ms = 0

    def settle(self, judgement: Judgement) -> None:
        """The entry is committed: answer everybody who waits. Only what an answer is made of is kept for later ones."""
        kept = msgspec.structs.replace(judgement, effects=NO_EFFECTS, stage_us=())
        self._judgement = kept if kept.findings else _once(kept)
        waiting, self._waiting = self._waiting, ()
        for settled in waiting:
            settled(judgement)

    @property
    def answer(self) -> Answer | None:
        """What was answered; None while the entry is not committed."""
        return self._judgement.answer if self._judgement is not None else None

    def wait(self, hold: Hold, ms: int) -> None:
        """A person is being asked: whoever waits is told to wait longer."""
        self._hold_ms = ms
        hold(ms)

    def when_settled(self, settled: Settled, hold: Hold | None = None) -> None:
        """Call `settled` with the judgement, now or when it is there."""
        if self._judgement is not None:
            settled(self._judgement)
            return
        self._waiting += (settled,)
        if self._hold_ms and hold is not None:
            hold(self._hold_ms)


class Intake:
    """The desk behind the socket. Built once by `sensor.composition`."""

    def __init__(self, *, adapters: Mapping[str, Adapter], pipeline: Pipeline, repeats: Repeats[Ticket], recorder: Recorder,
                 operations: Operations, audit_failure: Callable[[], AuditFailure], clock_ns: Callable[[], int],
                 watcher: Watcher, waiting: WaitingRoom, begins: Callable[[JudgedCall], None], asked: Callable[[JudgedCall], None],
                 definitions: Definitions, shells: Shells, names: Callable[[ToolCall], ToolCall], reports_itself: Callable[[str], bool],
                 judge_dry: Callable[[ToolCall, Caller], Judgement]) -> None:
        """`names` takes secrets out of what a call is called by. `begins` hears of a call before its answer lets it run; `asked` of one whose
        hook is kept waiting for a person, before the person can know of it. `reports_itself` = an agent that runs another one's hooks has ours, too.
        `judge_dry` judges without holding or counting anything."""
        self._adapters = adapters
        self._pipeline = pipeline
        self._repeats = repeats
        self._recorder = recorder
        self._operations = operations
        self._audit_failure = audit_failure
        self._clock_ns = clock_ns
        self._watcher = watcher
        self._waiting = waiting
        self._begins = begins
        self._asked = asked
        self._definitions = definitions
        self._shells = shells
        self._names = names
        self._reports_itself = reports_itself
        self._judge_dry = judge_dry

    def receive(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None:
        """Answer one frame of the unix socket."""
        if kind == "op":
            self._operations.answer(body, caller, lambda code, value: deliver(render_reply(code, msgspec.json.encode(value), b"")))
            return
        adapter = self._adapters.get(fields.get("agent", "")) if kind == "hook" else None
        if adapter is None:
            message = f"handrail: this sensor knows no agent {fields.get('agent', '')[:40]!r} ({kind[:20]}); update Handrail\n"
            deliver(render_reply(1, b"", message.encode()))
            return
        self.answer_hook(adapter, body, fields.get("truncated") == "1", caller, lambda reply: deliver(_frame(reply)), deliver.hold)

    def receive_broken(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None:
        """Answer a frame in which something raised: by risk, and by as little code as possible."""
        adapter = self._adapters.get(fields.get("agent", "")) if kind == "hook" else None
        if adapter is None:
            error = {"error": "the sensor failed on this request", "next_step": "See the log in the state folder, and `handrail doctor`."}
            deliver(render_reply(HandrailError.exit_code, msgspec.json.encode(error), b""))
            return
        call = adapter.parse_event(body[:4096], True)
        if isinstance(call, Heartbeat):
            deliver(_frame(Reply()))
            return
        call = self._names(call)
        judgement = by_risk(call, self._pipeline.policy.mode(call.agent), BROKEN_RULE, "Handrail could not judge this call")
        try:
            self._recorder.call(JudgedCall(call=call, caller=caller, judgement=judgement), 0, lambda error: None)
        except AuditUnavailable as error:
            log.error("a failed call could not be recorded: %s", error.message)
        deliver(_frame(self._definitions.withhold(adapter, call) if call.is_definition else adapter.render_reply(call, judgement)))

    def answer_hook(self, adapter: Adapter, body: bytes, truncated: bool, caller: Caller, respond: Callable[[Reply], None],
                    hold: Hold | None = None) -> None:
        """Answer one hook event in the agent's own form. Without `hold` the client cannot be kept waiting."""
        event = adapter.parse_event(body, truncated)
        if isinstance(event, Heartbeat):
            self._watcher.heartbeat(event)
            if event.call is None or self._reports_itself(event.through):
                respond(Reply())
                return
            event = event.call
        if event.is_definition and event.surface is Surface.MCP:
            self._define(adapter, event, caller, respond)
            return
        if event.surface is Surface.WRAPPER:
            self._shells.receive(adapter, event, caller, respond, self._line_known, lambda call, settled: self.submit(call, caller, settled, hold))
            return
        self.submit(event, caller, lambda judgement: respond(adapter.render_reply(event, judgement)), hold)

    def _define(self, adapter: Adapter, call: ToolCall, caller: Caller, respond: Callable[[Reply], None]) -> None:
        """Judge what an MCP server offers. Servers repeat themselves in every session: only what is new is an entry."""
        call, began = self._names(call), self._clock_ns()
        judgement = self._pipeline.judge(call, caller)
        if not self._definitions.news(call, judgement):
            respond(self._definitions.reply(adapter, call, judgement))
            return
        ticket = Ticket()
        ticket.when_settled(lambda final: respond(self._definitions.reply(adapter, call, final)))
        self._finish(JudgedCall(call=call, caller=caller, judgement=judgement), ticket, began)

    def _line_known(self, call: ToolCall, settled: Settled) -> bool:
        """Whether the agent's hook has reported this command line; then `settled` gets what it was told. It runs, so a question was answered with yes."""
        ticket = self._repeats.take_line(call.agent, call.session, getattr(call.action, "command", ""))
        if ticket is not None:
            ticket.when_settled(asked_before(settled))
        return ticket is not None

    def submit(self, call: ToolCall, caller: Caller, settled: Settled, hold: Hold | None = None) -> None:
        """Judge and record `call` unless it was already reported; `settled` gets the judgement when it may be answered."""
        call, began = self._names(call), self._clock_ns()
        # Hooks may report one action twice; a request of an own integration or of a shell is one call each.
        report = identify(call) if call.phase is not Phase.LIFECYCLE and call.surface not in (Surface.HTTP, Surface.WRAPPER) else None
        known = self._repeats.find(report) if report is not None else None
        if known is not None:
            known.when_settled(asked_before(settled) if call.surface is Surface.MCP and call.tool_use_id else settled, hold)
            return
        ticket = Ticket()
        ticket.when_settled(settled)
        judgement = self._waiting.refuse_at_once(self._pipeline.judge(call, caller))
        if report is not None and tells_what_ran(call) and self._repeats.ran_otherwise(call):
            judgement = ran_otherwise(call, judgement, self._pipeline.policy, lambda meant: self._judge_dry(meant, caller))
        if report is not None:
            self._repeats.remember(report, ticket)

        def answer(final: Judgement) -> None:
            self._finish(JudgedCall(call=call, caller=caller, judgement=final), ticket, began)

        if hold is not None and self._waiting.must_wait(call, judgement):
            self._asked(JudgedCall(call=call, caller=caller, judgement=judgement))
            ticket.wait(hold, self._waiting.wait(judgement, lambda: self._pipeline.consent(call), answer))
        else:
            answer(judgement)

    def _finish(self, judged: JudgedCall, ticket: Ticket, began: int) -> None:
        """Record what was decided, and let the answer go; who only watches hears of it then."""
        call, judgement = judged.call, judged.judgement

        def committed(error: AuditUnavailable | None) -> None:
            ticket.settle(judgement if error is None else self._unrecorded(call, judgement, error))

        self._begins(judged)
        try:
            self._recorder.call(judged, (self._clock_ns() - began) // 1000, committed)
        except AuditUnavailable as error:
            committed(error)
        self._watcher.judged(judged)

    def answered(self, call: ToolCall) -> Answer | None:
        """What this sensor answered to `call` already, by its id; None when it does not know it."""
        ticket = self._repeats.by_id(identify(self._names(call)))
        return ticket.answer if ticket is not None else None

    def _unrecorded(self, call: ToolCall, judgement: Judgement, error: AuditUnavailable) -> Judgement:
        """What a call is told whose entry could not be committed (`audit.failure`)."""
        log.error("a call could not be recorded: %s", error.message)
        policy = self._audit_failure()
        if call.phase is not Phase.BEFORE or policy is AuditFailure.CONTINUE or (policy is AuditFailure.DENY_HIGH_RISK and call.kind in HARMLESS):
            return judgement
        refused = by_risk(call, judgement.mode, UNRECORDED_RULE, "Handrail cannot write its audit log, so nothing risky may run", deny=True)
        return refused if refused.verdict > judgement.verdict else judgement


def asked_before(settled: Settled) -> Settled:
    """For the MCP proxy: a call that the agent's hook was told to ask about arrives only when the user said yes."""

    def answer(judgement: Judgement) -> None:
        settled(msgspec.structs.replace(judgement, answer=Answer.ALLOW) if judgement.answer is Answer.ASK else judgement)

    return answer


def by_risk(call: ToolCall, mode: Mode, rule: str, message: str, deny: bool = False) -> Judgement:
    """The judgement of a call that could not be judged or recorded: harmless kinds pass, the rest is asked or denied."""
    risky = call.phase is Phase.BEFORE and call.kind not in HARMLESS
    verdict = Verdict.CLEAN if not (risky or deny) else Verdict.BLOCK if deny else Verdict.QUARANTINE
    answer = wanted_answer(call, verdict)
    remedy = "Tell the user to run `handrail doctor`, then try again."
    finding = Finding(rule=rule, severity=Severity.HIGH, message=message, stage=Stage.DECISION, category="degraded", remedy=remedy)
    return Judgement(
        verdict=verdict, answer=answer if mode is Mode.ENFORCE else Answer.ALLOW, would_answer=answer, mode=mode, profile=ScanProfile.STRICT,
        reason=f"{message} ({rule}). Run `handrail doctor`.", advice=f"{message} (rule {rule}). {remedy}", findings=(finding,),
    )


def _frame(reply: Reply) -> bytes:
    return render_reply(reply.exit_code, reply.stdout, reply.stderr)
