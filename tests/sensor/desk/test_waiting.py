"""The decision who waits; the whole way of a waiting call is in test_intake.py and, with real sockets, below."""

import json
import os
import socket
import threading
import time

import msgspec
import pytest

from sensor.ask import SensorRefused
from sensor.desk.waiting import WaitingRoom
from sensor.model.calls import Abilities, Phase
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict
from sensor.settings import ApprovalSettings, Question
from sensor.wire import render_request

HELD = Judgement(verdict=Verdict.QUARANTINE, answer=Answer.ASK, would_answer=Answer.ASK, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, hold="Q1")


@pytest.mark.parametrize(("question", "fields", "changes", "waits"), [
    ("ask", {"ask": True}, {}, False), ("ask", {"ask": False}, {}, True), ("hold", {"ask": True}, {}, True), ("none", {"ask": True}, {}, False),
    ("hold", {"asks_later": True}, {}, False), ("hold", {"ask": True}, {"hold": ""}, False), ("hold", {"ask": True}, {"mode": Mode.OBSERVE}, False),
])
def test_who_waits(shell_call, question, fields, changes, waits):
    room = WaitingRoom(settings=lambda: ApprovalSettings(quarantine=Question(question)), release=lambda consent: None, later=lambda s, f: None, now=lambda: 0.0)
    call = shell_call("x", abilities=Abilities(deny=True, **fields))
    assert room.must_wait(call, msgspec.structs.replace(HELD, **changes)) is waits
    assert not room.must_wait(msgspec.structs.replace(call, phase=Phase.AFTER), HELD)


class Waiting(threading.Thread):
    """A hook client that waits as long as the sensor asks."""

    def __init__(self, live, command, call_id):
        super().__init__(daemon=True)
        self.live, self.answer, self.held = live, b"", threading.Event()
        self.body = json.dumps({"session_id": "s1", "cwd": str(live.prefix), "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": call_id,
                                "tool_input": {"command": command}}).encode()

    def run(self):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(20)
            peer.connect(str(self.live.paths.socket))
            peer.sendall(render_request("hook", self.body, agent="claude-code", truncated=0))
            while chunk := peer.recv(65536):
                self.answer += chunk
                if b"HR1 hold ms=" in self.answer:
                    self.held.set()


def waiting_ids(live):
    return [call["id"] for call in live.op("quarantine.list", state="pending")["calls"]]


def test_an_approval_releases_the_call_that_waits_once(own_live):
    own_live.configure("mode: enforce\napprovals: {quarantine: hold, wait-seconds: 15}\n")
    own_live.start()
    first = Waiting(own_live, "git push --force origin main", "t1")
    first.start()
    assert first.held.wait(60)
    (call,) = own_live.op("quarantine.list")["calls"]
    assert 0 < call["waits"] - time.time() <= 15
    own_live.op("quarantine.approve", id=waiting_ids(own_live)[0], by="sam")
    first.join(60)
    assert b"deny" not in first.answer and b"HR1 reply exit=0" in first.answer
    second = Waiting(own_live, "git push --force origin main", "t2")
    second.start()
    assert second.held.wait(60), "the approval was for one call"
    own_live.op("quarantine.reject", id=waiting_ids(own_live)[0], by="sam")
    second.join(60)
    assert b'"deny"' in second.answer and b"sam refused it" in second.answer
    calls = [(e["tool_use_id"], e["verdict"], e["answer"]) for e in own_live.entries() if e["kind"] == "call"]
    assert [e["peer"]["pid"] for e in own_live.entries() if e["kind"] == "approval"] == [os.getpid()] * 2, "who brought the answer is in the log"
    assert calls == [("t1", "quarantine", "allow"), ("t2", "quarantine", "deny")]


def test_the_end_of_a_session_closes_what_waits_in_it_and_a_lasting_permission_is_still_possible(own_live):
    own_live.configure("mode: enforce\napprovals: {quarantine: hold, wait-seconds: 15}\n")
    own_live.start()
    waiting = Waiting(own_live, "git push --force origin main", "t1")
    waiting.start()
    assert waiting.held.wait(60)
    for session in ("another", "s1"):
        assert len(waiting_ids(own_live)) == 1, "another session's end closes nothing"
        own_live.hook({"session_id": session, "cwd": str(own_live.prefix), "hook_event_name": "SessionEnd", "reason": "other"})
    waiting.join(60)
    assert b'"deny"' in waiting.answer and b"its session ended" in waiting.answer and waiting_ids(own_live) == []
    (call,) = own_live.op("quarantine.list")["calls"]
    assert (call["state"], call["decided_by"]) == ("expired", "the end of its session")
    (entry,) = [one["approval"] for one in own_live.entries() if one["kind"] == "approval"]
    assert (entry["id"], entry["action"], entry["by"]) == (call["id"], "expire", "the end of its session")
    with pytest.raises(SensorRefused, match="is expired"):
        own_live.op("quarantine.approve", id=call["id"], by="sam")
    own_live.op("quarantine.allow", id=call["id"], days=1, reason="ours", by="sam")
    again = Waiting(own_live, "git push --force origin main", "t2")
    again.start()
    again.join(60)
    assert b"deny" not in again.answer and not again.held.is_set()


PUBLISH = "sh publish.sh && git push --force origin main"


def test_a_script_that_changes_while_a_person_is_asked_does_not_run(own_live):
    own_live.configure("mode: enforce\napprovals: {quarantine: hold, wait-seconds: 15}\n")
    own_live.start()
    script = own_live.prefix / "publish.sh"
    script.write_text("make publish\n")
    first = Waiting(own_live, PUBLISH, "t1")
    first.start()
    assert first.held.wait(60)
    script.write_text("rm -rf ~\n")
    own_live.op("quarantine.approve", id=waiting_ids(own_live)[0], by="sam")
    first.join(60)
    assert b'"deny"' in first.answer and b"has changed since the question" in first.answer
    second = Waiting(own_live, PUBLISH, "t2")
    second.start()
    assert second.held.wait(60), "the yes was for another text"
    own_live.op("quarantine.approve", id=waiting_ids(own_live)[0], by="sam")
    second.join(60)
    assert b"deny" not in second.answer and b"HR1 reply exit=0" in second.answer


def test_what_waits_when_the_sensor_ends_is_in_the_log(own_live):
    own_live.configure("mode: enforce\napprovals: {quarantine: hold, wait-seconds: 15}\n")
    own_live.start()
    waiting = Waiting(own_live, "git push --force origin main", "t1")
    waiting.start()
    assert waiting.held.wait(60)
    own_live.stop()
    (entry,) = [entry for entry in own_live.entries() if entry["kind"] == "call"]
    assert (entry["verdict"], entry["answer"]) == ("quarantine", "deny") and "ended before anybody answered" in entry["reason"]


def test_nobody_answers_and_the_call_is_refused_below_the_agents_timeout(own_live):
    own_live.configure("mode: enforce\napprovals: {quarantine: hold, wait-seconds: 1}\n")
    own_live.start()
    began = time.monotonic()
    waiting = Waiting(own_live, "git push --force origin main", "t1")
    waiting.start()
    waiting.join(60)
    assert b'"deny"' in waiting.answer and b"nobody answered in time" in waiting.answer and time.monotonic() - began < 10
    assert own_live.op("quarantine.list")["calls"][0]["waits"] == 0, "no hook waits any more"
    assert len(waiting_ids(own_live)) == 1, "it still waits: a later approval lets the next identical call through"
