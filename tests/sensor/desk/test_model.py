"""The sensor's side of the model."""

from __future__ import annotations

import json
import socket

import pytest

from sensor.access.risk import ASSESSED_MOST, SessionRisk
from sensor.desk.model import ModelDesk
from sensor.effects import derive_effects
from sensor.model.calls import Caller, Phase
from sensor.model.errors import UsageError
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.settings import ModelSettings

OURS, PERSON = Caller(uid=1, pid=7), Caller(uid=1, pid=8)


class Notes:
    def __init__(self) -> None:
        self.notes, self.places, self.changes = [], [], []

    def note(self, entry):
        self.notes.append((entry.entry.kind, entry.entry.note))
        self.places.append((entry.entry.agent and entry.entry.agent.name, entry.entry.session, entry.entry.tool_use_id))

    def change(self, what, before, after, by, then):
        self.changes.append((what, before, after, by))
        then()


class Desk(ModelDesk):
    def __init__(self, place, settings):
        self.recorded, self.risen, self.settings = Notes(), [], settings
        self.risk = SessionRisk(lambda: 0.0, lambda findings: Verdict.CLEAN)

        def only(pid):
            def check(caller):
                if caller.pid != pid:
                    raise UsageError("refused")
            return check

        super().__init__(place=place, wishes=lambda: self.settings, choose=lambda path, sha256: "/old.gguf", redact=lambda text: text.replace("hunter2", "***"), risk=self.risk,
                         recorder=lambda: self.recorded, ours=only(7), person=only(8), rose=lambda *what: self.risen.append(what))

    def ask(self, op, caller=OURS, **args):
        answers = []
        self.table()[op](args, caller, lambda code, value: answers.append((code, value)))
        return answers[0]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "m.sock", ModelSettings(model_path="/m.gguf"))
    yield desk
    desk.close()


@pytest.fixture
def judged(around, shell_call):
    def make(command, answer=Answer.ALLOW, **changes):
        call = shell_call(command, **changes)
        return JudgedCall(call=call, caller=OURS, judgement=Judgement(verdict=Verdict.CLEAN, answer=answer, would_answer=answer, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, effects=derive_effects(call, around)))
    return make


def test_lines_of_calls_that_may_run_are_sent_without_secrets(desk, judged, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "m.sock"))
        door.settimeout(2)
        for one in (judged("ls"), judged("nc a.example 1", Answer.DENY), judged("nc a.example 1", phase=Phase.AFTER), judged("nc a.example 1", session=""), judged("nc a.example hunter2")):
            desk.judged(one)
        got = json.loads(door.recv(9999))
        assert got == {"agent": "claude-code", "session": "s-1", "call": "toolu_1", "lines": ["nc a.example ***"]} and desk.shown()["lines_sent"] == 1
        desk.settings = ModelSettings()
        desk.judged(judged("nc a.example 1"))
        assert desk.shown()["lines_sent"] == 1 and desk.shown()["state"] == "off"


def test_nobody_there_costs_nothing_but_the_lines(desk, judged):
    desk.judged(judged("nc a.example 1"))
    assert desk.shown()["lines_dropped"] == 1


def test_a_full_queue_does_not_hold_up_the_sensor(desk, judged, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "m.sock"))
        one = judged("nc a.example 1")
        for _ in range(2000):
            desk.judged(one)
        assert desk.shown()["lines_dropped"] > 0


def test_an_assessment_is_risk_and_an_entry_and_has_a_bound(desk):
    for _ in range(10):
        assert desk.ask("model.scored", agent="a", session="s", call="t", weight=0.5, line="nc hunter2")[0] == 0
    assert desk.risk.score("a", "s") == ASSESSED_MOST and desk.risk.level("a", "s") == 0 and desk.risen == []
    assert desk.recorded.notes[0] == ("assessment", "the local model finds `nc ***` risky (0.50 of 1), which adds 20: the risk of the session is 20")
    assert desk.recorded.notes[9] == ("assessment", "the local model finds `nc ***` risky (0.50 of 1), which adds 0: the risk of the session is 40")
    assert set(desk.recorded.places) == {("a", "s", "t")}, "it stands in the timeline of its session, beside its call"


def test_it_can_be_what_lifts_a_session_that_did_more(desk, judged):
    call = judged("ls").call
    desk.risk.note(call, Verdict.BLOCK, "HR-X", False)
    desk.risk.note(call, Verdict.QUARANTINE, "HR-Y", False)
    desk.ask("model.scored", agent="claude-code", session="s-1", weight=0.5)
    assert desk.risen == [("claude-code", "s-1", 80.0)]


@pytest.mark.parametrize("args", [{}, {"agent": "a", "session": "s", "weight": 2}, {"agent": "a", "session": "s", "weight": -0.1}, {"agent": "a", "session": "s", "weight": True}, {"agent": "", "session": "s", "weight": 0.1}])
def test_what_is_no_assessment_is_refused(desk, args):
    with pytest.raises(UsageError):
        desk.ask("model.scored", **args)


def test_only_our_process_assesses_and_only_a_person_chooses(desk):
    for op in ("model.scored", "model.state"):
        with pytest.raises(UsageError, match="refused"):
            desk.ask(op, PERSON, agent="a", session="s", weight=0.1)
    with pytest.raises(UsageError, match="refused"):
        desk.ask("model.use", path="/x.gguf")
    with pytest.raises(UsageError, match="absolute"):
        desk.ask("model.use", PERSON, path="x.gguf")
    assert desk.ask("model.use", PERSON, path="/x.gguf", sha256="ab", by="sam") == (0, {"before": "/old.gguf", "after": "/x.gguf"})
    assert desk.recorded.changes == [("model", "/old.gguf", "/x.gguf ab", "sam")]


def test_the_state_is_shown_and_is_an_entry(desk):
    desk.ask("model.state", state="running", detail="m", cpu_seconds=1.5, asked=3)
    assert desk.shown() | {} == {"model": "/m.gguf", "state": "running", "detail": "m", "cpu_seconds": 1.5, "asked": 3, "lines_sent": 0, "lines_dropped": 0, "raised": 0}
    assert desk.recorded.notes == [("assessment", "the local model: running: m")]
