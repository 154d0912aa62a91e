import asyncio
import socket

import pytest

from sensor.access.quarantine import HeldCall, State
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.journal.journal import Receipt
from sensor.desk.recorder import JournalRecorder, SpoolFacts
from sensor.model.calls import Caller
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict


class Journal:
    """Takes drafts; durability is in the test's hands."""

    def __init__(self):
        self.drafts, self.waiters, self.full = [], [], False

    def append(self, draft):
        if self.full:
            raise AuditUnavailable(Cause.DISK_FULL, "full")
        self.drafts.append(draft)
        return Receipt(len(self.drafts), b"", len(self.drafts), draft.decision)

    def when_durable(self, end, waiter):
        self.waiters.append(waiter)

    def close(self):
        pass


class Redacted:
    def __init__(self, text):
        self.text, self.kinds, self.count = text, (), 0


@pytest.fixture
def world(tmp_path):
    from sensor.audit.drafts.drafts import CallDrafter

    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(str(tmp_path / "bell"))
    bell.settimeout(2)
    journal = Journal()
    policy = type("P", (), {"digest": "d" * 64, "ruleset": "r" * 64})()
    yield journal, JournalRecorder(journal, CallDrafter(Redacted, lambda n: b"0" * n), lambda: policy, tmp_path / "bell"), bell
    bell.close()


def judged(call, verdict=Verdict.CLEAN, answer=Answer.ALLOW, findings=()):
    judgement = Judgement(verdict=verdict, answer=answer, would_answer=answer, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, findings=findings)
    return JudgedCall(call=call, caller=Caller(uid=1, pid=2), judgement=judgement)


def run(scenario):
    asyncio.run(scenario())


def test_an_allowed_call_is_answered_at_once_and_the_indexer_is_woken(world, shell_call):
    journal, recorder, bell = world

    async def scenario():
        done = []
        recorder.call(judged(shell_call("ls")), 5, done.append)
        assert done == [None] and journal.waiters == []
        await asyncio.sleep(0.1)
        assert bell.recv(8) == b"\n"

    run(scenario)
    entry = journal.drafts[0].entry
    assert (entry.path, entry.lat_us, entry.policy_sha256, entry.ruleset_sha256) == ("live", 5, "d" * 64, "r" * 64)


def test_many_entries_ring_once(world, shell_call):
    _, recorder, bell = world

    async def scenario():
        for _ in range(50):
            recorder.call(judged(shell_call("ls")), 0, lambda error: None)
        await asyncio.sleep(0.1)
        bell.recv(8)
        bell.setblocking(False)
        with pytest.raises(BlockingIOError):
            bell.recv(8)

    run(scenario)


@pytest.mark.parametrize("error", [None, AuditUnavailable(Cause.SYNC, "x")])
def test_a_decision_is_answered_only_when_the_disk_has_spoken(world, shell_call, error):
    journal, recorder, _ = world

    async def scenario():
        done = []
        recorder.call(judged(shell_call("x"), Verdict.BLOCK, Answer.DENY), 0, done.append)
        assert done == []
        journal.waiters[0](error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert done == [error]

    run(scenario)


def test_a_full_disk_is_raised_to_the_intake(world, shell_call):
    journal, recorder, _ = world
    journal.full = True

    async def scenario():
        with pytest.raises(AuditUnavailable):
            recorder.call(judged(shell_call("x")), 0, lambda error: None)

    run(scenario)


def test_a_degraded_judgement_and_a_spooled_one_say_so(world, shell_call):
    journal, recorder, _ = world
    finding = Finding(rule="R", severity=Severity.HIGH, message="m", category="degraded")

    async def scenario():
        recorder.call(judged(shell_call("x"), findings=(finding,)), 0, lambda error: None)
        recorder.spooled(judged(shell_call("x")), SpoolFacts(id="u", ts="2030", mono_us=3), "note", lambda error: None)

    run(scenario)
    assert [draft.entry.path for draft in journal.drafts] == ["degraded", "spool"]
    assert (journal.drafts[1].entry.spool_id, journal.drafts[1].entry.client_mono_us) == ("u", 3)


def test_decisions_and_changes_of_people_are_entries(world):
    journal, recorder, _ = world
    held = HeldCall(id="Q1", consent="c" * 64, agent="a", session="s", tool="Bash", rule="R", reason="", lines=(), created=0, expires=0,
                    state=State.APPROVED, decided_by="sam")

    async def scenario():
        recorder.approval(held, "approve", lambda: None)
        recorder.change("mode", "enforce", "observe", "sam", lambda: None)
        recorder.heartbeat()
        recorder.dropped(2, "two")

    run(scenario)
    assert [draft.entry.kind for draft in journal.drafts] == ["approval", "config_change", "heartbeat", "drop"]
    assert journal.drafts[0].entry.approval.by == "sam" and journal.drafts[1].entry.change.after == "observe"
    assert journal.drafts[3].entry.drops.spool == 2


def test_no_indexer_is_no_failure(world, tmp_path, shell_call):
    _, recorder, bell = world
    bell.close()

    failed = []

    async def scenario():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(context))
        recorder.call(judged(shell_call("ls")), 0, lambda error: None)
        await asyncio.sleep(0.1)

    run(scenario)
    assert not failed
