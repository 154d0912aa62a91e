import msgspec
import pytest

from sensor.access.quarantine import HeldCall, State
from sensor.access.repeats import Repeats
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.intake import BROKEN_RULE, UNRECORDED_RULE, Intake, Ticket, by_risk
from sensor.desk.waiting import WaitingRoom
from sensor.model.calls import (
    Abilities,
    Caller,
    Heartbeat,
    McpAction,
    OtherAction,
    Phase,
    ReadAction,
    Surface,
    ToolKind,
)
from sensor.model.verdicts import Answer, ApprovalUse, Judgement, Mode, Reply, ScanProfile, Verdict
from sensor.policy.decide import Decision
from sensor.settings import ApprovalSettings, AuditFailure, Question
from sensor.wire import render_reply

ME = Caller(uid=1)
CAN = Abilities(deny=True, ask=True)
CLEAN = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)


class Line(list):
    """The way back: replies, and how much longer the client was told to wait."""

    def __init__(self):
        super().__init__()
        self.holds = []

    def __call__(self, frame):
        self.append(frame)

    def hold(self, ms):
        self.holds.append(ms)


class Timer:
    def __init__(self, seconds, function):
        self.seconds, self.function, self.cancelled = seconds, function, False

    def cancel(self):
        self.cancelled = True


class FakePipeline:
    """Counts; the policy part gives the mode."""

    def __init__(self):
        self.judged, self.judgement = 0, CLEAN
        self.policy = type("P", (), {"mode": staticmethod(lambda agent: Mode.ENFORCE)})()

    def judge(self, call, caller):
        self.judged += 1
        return self.judgement

    def consent(self, call):
        return "c"


class FakeAdapter:
    def __init__(self, event):
        self.event = event

    def parse_event(self, body, truncated):
        return self.event

    def render_reply(self, call, judgement):
        return Reply(stdout=f"{judgement.verdict.word} {judgement.answer.value}".encode())


class FakeDefinitions:
    """Says that everything is known, and that nothing is to be withheld."""

    is_news = False

    def news(self, call, judgement):
        return self.is_news

    def reply(self, adapter, call, judgement):
        return Reply(stdout=f"defined {judgement.verdict.word}".encode())

    def withhold(self, adapter, call):
        return Reply(stdout=b"withheld")


class FakeShells:
    """Hands the two ways of a report to the test."""

    def receive(self, adapter, call, caller, respond, known, submit):
        if not known(call, lambda judgement: respond(Reply(stdout=f"known {judgement.answer.value}".encode()))):
            submit(call, lambda judgement: respond(Reply(stdout=f"submitted {judgement.answer.value}".encode())))


class Desk:
    """An intake whose recorder and watcher are in the test's hands."""

    def __init__(self, event, failure=AuditFailure.DENY_HIGH_RISK):
        self.pipeline, self.recorded, self.pending, self.beats, self.raises = FakePipeline(), [], [], [], None
        self.reporting, self.dry = False, lambda call: CLEAN
        self.defer, self.definitions, self.watched, self.begun = False, FakeDefinitions(), [], []
        self.approvals, self.timers, self.uses, self.told = ApprovalSettings(), [], [], []
        self.waiting = WaitingRoom(settings=lambda: self.approvals, release=lambda consent: self.uses.pop() if self.uses else None, later=self.later, now=lambda: 0.0)
        self.intake = Intake(adapters={"x": FakeAdapter(event)}, pipeline=self.pipeline, repeats=Repeats[Ticket](lambda: 0.0), recorder=self,
                             operations=None, audit_failure=lambda: failure, clock_ns=lambda: 0, watcher=self, waiting=self.waiting, begins=self.begins, asked=self.told.append, definitions=self.definitions, shells=FakeShells(),
                             names=lambda call: msgspec.structs.replace(call, session=call.session.replace("ghp_secret", "[redacted]")),
                             reports_itself=lambda agent: self.reporting, judge_dry=lambda call, caller: self.dry(call))
        self.replies = Line()

    def later(self, seconds, function):
        timer = Timer(seconds, function)
        self.timers.append(timer)
        return timer

    def call(self, judged, lat_us, then):
        if self.raises:
            raise self.raises
        self.recorded.append(judged)
        self.pending.append(then)
        if not self.defer:
            then(None)

    def heartbeat(self, event):
        self.beats.append(event)

    def begins(self, judged):
        self.begun.append((judged, list(self.replies)))

    def judged(self, judged):
        self.watched.append((judged, list(self.replies)))

    def hook(self, agent="x"):
        self.intake.receive("hook", {"agent": agent}, b"", ME, self.replies)


def out(text):
    return render_reply(0, text.encode(), b"")


def test_a_call_is_recorded_before_it_is_answered(shell_call):
    desk = Desk(shell_call("ls"))
    desk.defer = True
    desk.hook()
    assert len(desk.recorded) == 1 and desk.replies == []
    desk.pending[0](None)
    assert desk.replies == [out("clean allow")]


def test_nobody_hears_of_a_name_that_holds_a_secret(shell_call):
    desk = Desk(shell_call("ls", session="ghp_secret"))
    desk.hook()
    assert {judged.call.session for judged in (*desk.recorded, *(one for one, _ in desk.watched), *(one for one, _ in desk.begun))} == {"[redacted]"}


def test_who_only_watches_keeps_no_answer_waiting(shell_call):
    desk = Desk(shell_call("ls"))
    desk.hook()
    assert desk.watched == [(desk.recorded[0], [out("clean allow")])]
    assert desk.begun == [(desk.recorded[0], [])], "a change that comes with the answer must find its call"
    broken = Desk(shell_call("ls"))
    broken.raises = AuditUnavailable(Cause.DISK_FULL, "full")
    broken.hook()
    assert [answered for _, answered in broken.watched] == [broken.replies] != [[]]


def test_a_second_report_waits_for_the_first_and_is_not_judged_again(shell_call):
    desk = Desk(shell_call("ls", tool_use_id="t"))
    desk.defer = True
    desk.hook(), desk.hook()
    assert desk.replies == [] and desk.pipeline.judged == 1
    desk.pending[0](None)
    assert desk.replies == [out("clean allow")] * 2
    assert len(desk.recorded) == 1


def test_a_heartbeat_is_noted_and_answered_with_silence():
    desk = Desk(Heartbeat(agent="cursor", through="claude-code"))
    desk.hook()
    assert desk.replies == [render_reply(0, b"", b"")] and len(desk.beats) == 1 and desk.recorded == []


def test_what_nobody_else_reports_is_judged(shell_call):
    desk = Desk(Heartbeat(agent="claude-code", through="cursor", call=shell_call("ls")))
    desk.hook()
    assert len(desk.beats) == 1 and [one.call.action.command for one in desk.recorded] == ["ls"]
    twice = Desk(Heartbeat(agent="claude-code", through="cursor", call=shell_call("ls")))
    twice.reporting = True
    twice.hook()
    assert twice.replies == [render_reply(0, b"", b"")] and twice.recorded == []


def test_what_ran_under_the_id_of_another_command_is_judged(shell_call):
    desk, meant = Desk(shell_call("ls", tool_use_id="t")), []
    desk.hook()
    desk.pipeline.policy.decide = lambda call, findings: Decision(verdict=Verdict.FLAG, deciding=findings[0], reason="why", advice="how")
    desk.dry = lambda call: meant.append(call) or CLEAN
    for command in ("ls", "rm x"):
        after = shell_call(command, tool_use_id="t", event="PostToolUse", phase=Phase.AFTER)
        desk.intake._adapters["x"].event = after
        desk.hook()
    assert [(call.action.command, call.phase) for call in meant] == [("rm x", Phase.BEFORE)]
    assert [[one.rule for one in judged.judgement.findings] for judged in desk.recorded] == [[], [], ["HR-RAN-001"]]
    assert desk.recorded[-1].call.phase is Phase.AFTER and desk.replies[-1] == out("flag allow")


def test_an_unknown_agent_is_told_so(shell_call):
    desk = Desk(shell_call("ls"))
    desk.hook("y")
    assert b"knows no agent" in desk.replies[0]


@pytest.mark.parametrize("failure, kind, word", [
    (AuditFailure.CONTINUE, ToolKind.SHELL, "clean allow"), (AuditFailure.DENY_HIGH_RISK, ToolKind.SHELL, "block deny"),
    (AuditFailure.DENY_HIGH_RISK, ToolKind.FILE_READ, "clean allow"), (AuditFailure.DENY_ALL, ToolKind.FILE_READ, "block deny"),
])
@pytest.mark.parametrize("when", ["write", "sync"])
def test_a_call_that_cannot_be_recorded_follows_the_setting(shell_call, failure, kind, word, when):
    desk = Desk(shell_call("x", kind=kind, abilities=CAN), failure)
    error = AuditUnavailable(Cause.DISK_FULL, "full")
    if when == "write":
        desk.raises = error
        desk.hook()
    else:
        desk.defer = True
        desk.hook()
        desk.pending[0](error)
    assert desk.replies == [out(word)]


def test_results_pass_even_when_they_cannot_be_recorded(shell_call):
    desk = Desk(shell_call("x", phase=Phase.AFTER), AuditFailure.DENY_ALL)
    desk.raises = AuditUnavailable(Cause.IO, "broken")
    desk.hook()
    assert desk.replies == [out("clean allow")]


def test_a_bug_holds_what_is_risky_passes_what_is_not_and_is_recorded(shell_call):
    desk = Desk(shell_call("x", abilities=CAN))
    desk.intake.receive_broken("hook", {"agent": "x"}, b"", ME, desk.replies)
    assert desk.replies == [out("quarantine ask")]
    assert desk.recorded[0].judgement.findings[0].rule == BROKEN_RULE
    reading = Desk(shell_call("x", kind=ToolKind.FILE_READ, action=ReadAction(paths=("a",)), abilities=CAN))
    reading.intake.receive_broken("hook", {"agent": "x"}, b"", ME, reading.replies)
    assert reading.replies == [out("clean allow")]
    named = Desk(shell_call("x", session="s-ghp_secret"))
    named.intake.receive_broken("hook", {"agent": "x"}, b"", ME, named.replies)
    assert named.recorded[0].call.session == "s-[redacted]"
    reading.intake.receive_broken("op", {}, b"", ME, reading.replies)
    assert b"failed on this request" in reading.replies[1]


def test_by_risk_in_observe_says_what_it_would_have_done(shell_call):
    judgement = by_risk(shell_call("x", abilities=CAN), Mode.OBSERVE, UNRECORDED_RULE, "m", deny=True)
    assert (judgement.answer, judgement.would_answer) == (Answer.ALLOW, Answer.DENY)


def test_a_request_of_an_own_integration_is_judged_each_time_whatever_its_id(shell_call):
    desk = Desk(shell_call("ls", tool_use_id="t", surface=Surface.HTTP))
    desk.hook(), desk.hook()
    assert desk.pipeline.judged == 2 and len(desk.recorded) == 2


HELD = Judgement(verdict=Verdict.QUARANTINE, answer=Answer.ASK, would_answer=Answer.ASK, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, hold="Q1",
                 reason="Needs your decision.", advice="Wait.")


def held_desk(shell_call, question=Question.HOLD, **fields):
    desk = Desk(shell_call("git push -f", abilities=CAN, **fields))
    desk.pipeline.judgement, desk.approvals = HELD, ApprovalSettings(quarantine=question, wait_seconds=20)
    desk.hook()
    return desk


def test_a_held_call_keeps_its_hook_waiting_and_an_approval_releases_it(shell_call):
    desk = held_desk(shell_call)
    assert (desk.replies, desk.replies.holds, desk.recorded) == ([], [22000], [])
    assert [one.judgement.hold for one in desk.told] == ["Q1"], "a person hears of it while the hook waits"
    desk.uses.append(ApprovalUse(id="Q1", by="sam", consent="c"))
    desk.waiting.decided(answered(State.APPROVED))
    assert desk.replies == [out("quarantine allow")] and desk.timers[0].cancelled
    assert desk.recorded[0].judgement.approval.by == "sam"


def test_a_repeated_report_of_a_held_call_waits_with_it(shell_call):
    desk = held_desk(shell_call)
    desk.hook()
    assert desk.replies.holds == [22000, 22000] and desk.pipeline.judged == 1
    desk.waiting.decided(answered(State.REJECTED))
    assert desk.replies == [out("quarantine deny")] * 2 and len(desk.recorded) == 1


def test_without_an_answer_in_time_it_is_refused_with_its_id(shell_call):
    desk = held_desk(shell_call)
    desk.timers[0].function()
    assert desk.replies == [out("quarantine deny")] and "handrail quarantine approve Q1" in desk.recorded[0].judgement.reason
    desk.waiting.decided(answered(State.APPROVED))
    assert len(desk.replies) == 1


def test_where_the_agent_asks_itself_nothing_waits(shell_call):
    assert held_desk(shell_call, Question.ASK).replies == [out("quarantine ask")]
    refused = held_desk(shell_call, Question.NONE)
    assert refused.replies == [out("quarantine deny")] and "handrail quarantine approve Q1" in refused.recorded[0].judgement.reason


def answered(state):
    return HeldCall(id="Q1", consent="c", agent="a", session="s", tool="Bash", rule="R", reason="", lines=(), created=0, expires=9, state=state, decided_by="sam")


# -- the MCP proxy


def mcp_call(shell_call, **changes):
    return shell_call("", **{"kind": ToolKind.MCP, "surface": Surface.MCP, "event": "tools/call", "action": McpAction(server="s", tool="t", arguments={}), "tool_use_id": "t",
                             "abilities": Abilities(deny=True), **changes})


def test_what_the_agent_asked_its_user_about_is_not_asked_again(shell_call):
    """The hook was told to ask; the proxy sees the call only because the user said yes."""
    hook = mcp_call(shell_call, surface=Surface.HOOK, event="PreToolUse", abilities=CAN)
    desk = Desk(hook)
    desk.pipeline.judgement = msgspec.structs.replace(desk.pipeline.judgement, verdict=Verdict.QUARANTINE, answer=Answer.ASK)
    desk.hook()
    told = []
    desk.intake.submit(mcp_call(shell_call), ME, told.append)
    assert desk.replies == [out("quarantine ask")] and told[0].answer is Answer.ALLOW and desk.pipeline.judged == 1 and len(desk.recorded) == 1
    desk.intake.submit(mcp_call(shell_call), ME, told.append)
    assert desk.pipeline.judged == 2 and len(desk.recorded) == 2, "a yes is for one call"


def test_what_the_hook_was_denied_stays_denied_at_the_proxy(shell_call):
    desk = Desk(mcp_call(shell_call, surface=Surface.HOOK, event="PreToolUse", abilities=CAN))
    desk.pipeline.judgement = msgspec.structs.replace(desk.pipeline.judgement, verdict=Verdict.BLOCK, answer=Answer.DENY)
    desk.hook()
    told = []
    desk.intake.submit(mcp_call(shell_call), ME, told.append)
    assert told[0].answer is Answer.DENY


@pytest.mark.parametrize("is_news", [True, False])
def test_a_definition_is_an_entry_only_when_it_is_new(shell_call, is_news):
    definition = mcp_call(shell_call, event="tools/list", phase=Phase.LIFECYCLE, action=OtherAction(arguments={"name": "t"}))
    desk = Desk(definition)
    desk.definitions.is_news = is_news
    desk.hook()
    assert desk.replies == [out("defined clean")] and len(desk.recorded) == is_news


def test_a_definition_in_which_something_raised_is_withheld(shell_call):
    desk = Desk(mcp_call(shell_call, event="tools/list", phase=Phase.LIFECYCLE, action=OtherAction(arguments={"name": "t"})))
    desk.intake.receive_broken("hook", {"agent": "x"}, b"", ME, desk.replies)
    assert desk.replies == [out("withheld")]


def test_a_command_line_that_the_hook_reported_is_neither_judged_nor_recorded_again(shell_call):
    """The hook was told to ask: the line runs, so the user said yes. A second run of it is a call of its own."""
    desk = Desk(shell_call("git push --force"))
    desk.pipeline.judgement = msgspec.structs.replace(CLEAN, verdict=Verdict.QUARANTINE, answer=Answer.ASK)
    desk.hook()
    desk.intake._adapters["x"].event = shell_call("git push --force", surface=Surface.WRAPPER, event="shell/run", tool_use_id="")
    for _ in range(2):
        desk.hook()
    assert desk.replies == [out("quarantine ask"), out("known allow"), out("submitted ask")]
    assert desk.pipeline.judged == len(desk.recorded) == 2


def test_a_report_of_the_wrapper_hides_no_report_of_a_hook(shell_call):
    desk = Desk(shell_call("ls", surface=Surface.WRAPPER, event="shell/run", tool_use_id=""))
    desk.hook()
    desk.intake._adapters["x"].event = shell_call("ls")
    desk.hook()
    assert desk.pipeline.judged == len(desk.recorded) == 2
