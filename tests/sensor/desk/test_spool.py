"""The spool of the hook client becomes entries of the log: every event once, nothing removed before it is durable."""

import asyncio
import json
import time

import msgspec
import pytest

from hooks.adapters import ADAPTERS
from hooks.spool import Outcome, Times, render_record, write_record
from sensor.audit.form.errors import AuditUnavailable, Cause, EntryRefused
from sensor.desk.spool import SET_ASIDE, SpoolReader, SpoolRecord, spooled_judgement
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict

OWN = Judgement(verdict=Verdict.FLAG, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)


class Recorder:
    def __init__(self):
        self.taken, self.dropped_events, self.failure, self.full = [], [], None, False

    def spooled(self, judged, spool, note, then):
        if self.full:
            raise AuditUnavailable(Cause.DISK_FULL, "full")
        if judged.call.tool_use_id == "refused":
            raise EntryRefused("it fits into no entry")
        self.taken.append((judged, spool, note))
        then(self.failure)

    def dropped(self, spool, note):
        self.dropped_events.append((spool, note))


def event(command="make", call_id="t1", session="s1"):
    return {"session_id": session, "cwd": "/w", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": call_id,
            "tool_input": {"command": command}}


def keep(folder, answer="deny", rule="HR-LOC-001", mode="enforce", when=1, **more):
    body = event(**more)
    outcome = Outcome("claude-code", answer, rule, mode, "refused", False)
    record = render_record(outcome, body, json.dumps(body).encode(), Times(1_700_000_000_000_000 + when, when, "b" * 16))
    assert write_record(str(folder), record)


def reader(folder, recorder, answered=lambda call: None, earlier=None):
    return SpoolReader(folder, adapters=ADAPTERS, recorder=recorder, uid=1000, judge=lambda call, caller: OWN, answered=answered,
                       recorded=lambda: earlier or {}, names=lambda call: msgspec.structs.replace(call, session=call.session.replace("secret", "tag")))


def collect(spool):
    async def scenario():
        spool.collect()
        for _ in range(40):
            await asyncio.sleep(0)

    asyncio.run(scenario())


def files(folder):
    return sorted(file.name for file in folder.glob("*.json"))


def test_a_secret_in_a_name_becomes_no_entry_but_the_call_is_known_by_it(tmp_path):
    asked = []
    keep(tmp_path, session="a secret")
    recorder = Recorder()
    collect(reader(tmp_path, recorder, answered=lambda call: asked.append(call.session)))
    assert [judged.call.session for judged, _, _ in recorder.taken] == ["a tag"] and asked == ["a secret"]


def test_events_become_entries_in_their_order_and_leave_the_spool(tmp_path):
    for number in range(45):
        keep(tmp_path, when=number, call_id=f"t{number:02d}")
    recorder = Recorder()
    collect(reader(tmp_path, recorder))
    assert [judged.call.tool_use_id for judged, _, _ in recorder.taken] == [f"t{number:02d}" for number in range(45)]
    judged, facts, note = recorder.taken[3]
    assert (judged.judgement.verdict, judged.judgement.answer) == (Verdict.BLOCK, Answer.DENY)
    assert (judged.caller.proof, facts.ts, facts.mono_us) == ("spool", "2023-11-14T22:13:20.000003Z", 3)
    assert "refused" in note and files(tmp_path) == []


@pytest.mark.parametrize(("answer", "rule", "mode", "verdict", "would"), [
    ("allow", "", "enforce", Verdict.FLAG, Answer.ALLOW),  # the sensor's own finding stays visible
    ("allow", "HR-LOC-001", "observe", Verdict.BLOCK, Answer.DENY),
    ("ask", "", "enforce", Verdict.QUARANTINE, Answer.ASK),
    ("deny", "HR-LOC-001", "enforce", Verdict.BLOCK, Answer.DENY),
])
def test_the_judgement_is_the_clients_answer_with_the_worse_verdict(answer, rule, mode, verdict, would):
    record = SpoolRecord(1, "u", 1, 1, 1, "claude-code", Answer(answer), rule, Mode(mode), "absent", False, {})
    judgement = spooled_judgement(OWN, record)
    assert (judgement.verdict, judgement.answer, judgement.would_answer) == (verdict, Answer(answer), would)


@pytest.mark.parametrize(("own", "entries"), [(Answer.DENY, 0), (Answer.ALLOW, 1), (None, 1)])
def test_a_call_that_the_sensor_recorded_is_kept_again_only_when_its_answer_differed(tmp_path, own, entries):
    keep(tmp_path, answer="deny")
    recorder = Recorder()
    collect(reader(tmp_path, recorder, lambda call: own))
    assert len(recorder.taken) == entries and files(tmp_path) == []
    if own is Answer.ALLOW:
        assert "did not reach" in recorder.taken[0][2]


@pytest.mark.parametrize(("own", "entries"), [(Answer.DENY, 0), (Answer.ALLOW, 1)])
def test_a_call_that_an_earlier_run_recorded_is_known_by_its_id(tmp_path, own, entries):
    keep(tmp_path, answer="deny")
    recorder = Recorder()
    collect(reader(tmp_path, recorder, earlier={("claude-code", "s1", "t1", "before"): own}))
    assert len(recorder.taken) == entries and files(tmp_path) == []


def test_a_file_stays_until_its_entry_is_durable(tmp_path):
    keep(tmp_path)
    recorder = Recorder()
    recorder.failure = AuditUnavailable(Cause.SYNC, "x")
    spool = reader(tmp_path, recorder)
    collect(spool)
    assert len(files(tmp_path)) == 1
    recorder.failure = None
    collect(spool)
    assert files(tmp_path) == []


def test_a_full_disk_leaves_the_spool_alone(tmp_path):
    keep(tmp_path)
    keep(tmp_path, when=2, call_id="t2")
    recorder = Recorder()
    recorder.full = True
    spool = reader(tmp_path, recorder)
    collect(spool)
    assert len(files(tmp_path)) == 2
    recorder.full = False
    collect(spool)
    assert len(recorder.taken) == 2 and files(tmp_path) == []


@pytest.mark.parametrize("data", [b"", b"{", b'{"v":1}', b"\xff", b'{"v":1,"uuid":"u","agent":"nobody"}', b"[" * 100_000])
def test_garbage_is_set_aside_and_counted_and_the_rest_goes_on(tmp_path, data):
    (tmp_path / "a-0.json").write_bytes(data)
    keep(tmp_path)
    recorder = Recorder()
    collect(reader(tmp_path, recorder))
    assert [count for count, _ in recorder.dropped_events] == [1] and len(recorder.taken) == 1
    assert (tmp_path / SET_ASIDE / "a-0.json").read_bytes() == data


def test_one_file_that_cannot_be_taken_over_does_not_hold_up_the_others(tmp_path):
    """Whoever plants one file could else keep from the log what was decided while the sensor was away."""
    keep(tmp_path, when=0, call_id="refused")
    for number in range(1, 45):
        keep(tmp_path, when=number, call_id=f"t{number:02d}")
    (good, *_) = (json.loads(file.read_text()) for file in sorted(tmp_path.glob("*.json"))[1:])
    for name, changes in {"a1": {"wall_us": 10**18}, "a2": {"wall_us": -1}, "a3": {"mono_us": 2**60}, "a4": {"pid": -1}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**good, **changes}))
    (tmp_path / "a5\udcff.json").write_text("{}")
    (tmp_path / "lost-decisions").mkdir()
    (tmp_path / "lost-allowed").symlink_to(tmp_path / "a1.json")
    recorder = Recorder()
    collect(reader(tmp_path, recorder))
    assert len(recorder.taken) == 44 and files(tmp_path) == [] and len(recorder.dropped_events) == 6
    assert all(note.isascii() for _, note in recorder.dropped_events) and len(list((tmp_path / SET_ASIDE).iterdir())) == 6


def test_links_and_pipes_are_not_followed(tmp_path):
    secret = tmp_path.parent / "secret"
    secret.write_text("{}")
    (tmp_path / "a.json").symlink_to(secret)
    recorder = Recorder()
    collect(reader(tmp_path, recorder))
    assert recorder.taken == [] and secret.exists()


def test_lost_events_are_counted_once(tmp_path):
    (tmp_path / "lost-decisions").write_bytes(b"...")
    recorder = Recorder()
    spool = reader(tmp_path, recorder)
    collect(spool)
    collect(spool)
    assert [count for count, _ in recorder.dropped_events] == [3] and not list(tmp_path.glob("lost-*"))


def test_mirrored_events_that_nobody_else_reported_are_entries(tmp_path):
    """The client keeps none where Cursor has hooks of ours."""
    keep(tmp_path)
    file = next(tmp_path.glob("*.json"))
    record = msgspec.json.decode(file.read_bytes())
    record["event"] |= {"cursor_version": "2.0", "conversation_id": "c"}
    file.write_bytes(msgspec.json.encode(record))
    recorder = Recorder()
    collect(reader(tmp_path, recorder))
    assert len(recorder.taken) == 1 and files(tmp_path) == []


def test_a_running_sensor_takes_the_spool_at_start_and_when_it_grows(own_live):
    own_live.paths.spool.mkdir(parents=True)
    keep(own_live.paths.spool, call_id="before")
    own_live.start()
    keep(own_live.paths.spool, when=2, call_id="while", answer="ask", rule="")

    def taken():
        return {entry["tool_use_id"]: entry["verdict"] for entry in own_live.entries() if entry["kind"] == "spool_ingest"}

    deadline = time.monotonic() + 60
    while len(taken()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert taken() == {"before": "block", "while": "quarantine"}
    assert own_live.bash("ls", "live")[0] == 0


def test_a_call_answered_into_the_void_by_a_killed_sensor_is_one_entry(own_live):
    own_live.start()
    own_live.bash("rm -rf / --no-preserve-root", "void")
    own_live.kill()
    own_live.paths.spool.mkdir(parents=True, exist_ok=True)
    record = {**event("rm -rf / --no-preserve-root", "void"), "cwd": str(own_live.prefix)}
    outcome = Outcome("claude-code", "deny", "HR-LOC-001", "enforce", "closed", False)
    assert write_record(str(own_live.paths.spool), render_record(outcome, record, b"{}", Times(1_700_000_000_000_000, 1, "b" * 16)))
    own_live.start()
    deadline = time.monotonic() + 60
    while files(own_live.paths.spool) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert files(own_live.paths.spool) == []
    assert [entry["answer"] for entry in own_live.entries() if entry.get("tool_use_id") == "void"] == ["deny"]
