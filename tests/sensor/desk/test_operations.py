import itertools

import msgspec
import pytest

from sensor.access.quarantine import HeldCall, Quarantine, State
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.operations import Operations, shell_question
from sensor.desk.requests import require_person
from sensor.model.calls import Caller
from sensor.model.verdicts import Mode

ME = Caller(uid=1)
DECIDED: list[HeldCall] = []


class Control:
    mode = Mode.ENFORCE

    def status(self):
        return {"version": "x"}

    def set_mode(self, mode, agent):
        before, self.mode = self.mode, mode
        return before.value, mode.value

    def reload(self):
        return "a", "b"

    def rules(self):
        return [{"id": "R"}]

    def rule(self, rule_id):
        return {"id": rule_id}

    def allow(self, name, allowance):
        self.allowed, before = getattr(self, "allowed", {}), getattr(self, "allowed", {}).get(name)
        self.allowed = {key: one for key, one in self.allowed.items() if key != name} | ({name: allowance} if allowance else {})
        return before

    def allowances(self):
        return getattr(self, "allowed", {})

    def judge_dry(self, call):
        return {"command": call.action.command, "cwd": call.cwd}


class Recorder:
    def __init__(self):
        self.entries, self.fails = [], False

    def approval(self, held, action, then, by=None):
        if self.fails:
            raise AuditUnavailable(Cause.DISK_FULL, "full")
        self.entries.append((action, held.id, held.decided_by))
        then()

    def change(self, what, before, after, by, then):
        self.entries.append((what, before, after, by))
        then()

    def verified(self, what):
        self.entries.append(what)


@pytest.fixture
def world(tmp_path):
    numbers = itertools.count(1)
    queue = Quarantine(tmp_path / "q.json", lambda: 0.0, lambda: f"Q{next(numbers)}")
    queue.hold(HeldCall(id="", consent="secret-digest", agent="a", session="s", tool="Bash", rule="R", reason="why", lines=(), created=0, expires=0))
    recorder = Recorder()
    return queue, recorder, Operations(queue, Control(), recorder, decided=DECIDED.append, person=lambda caller: require_person(caller, lambda pid: "it comes from claude-code (process 7)" if pid == 666 else ""))


def ask(operations, op, caller=ME, **args):
    answers = []
    operations.answer(msgspec.json.encode({"op": op, "args": args}), caller, lambda code, value: answers.append((code, value)))
    assert len(answers) == 1, "exactly one answer"
    return answers[0]


def test_the_queue_is_listed_without_the_digest_that_releases(world):
    code, value = ask(world[2], "quarantine.list", state="pending")
    assert code == 0 and [call["id"] for call in value["calls"]] == ["Q1"]
    assert "consent" not in value["calls"][0]


@pytest.mark.parametrize("op, state, action", [("quarantine.approve", State.APPROVED, "approve"), ("quarantine.reject", State.REJECTED, "reject")])
def test_a_decision_is_recorded_with_who_made_it(world, op, state, action):
    queue, recorder, operations = world
    assert ask(operations, op, id="Q1", by="sam")[0] == 0
    assert queue.find("Q1").state is state
    assert recorder.entries == [(action, "Q1", "sam")]


def test_a_decision_that_cannot_be_recorded_is_not_made(world):
    queue, recorder, operations = world
    recorder.fails = True
    code, value = ask(operations, "quarantine.approve", id="Q1", by="sam")
    assert code == 3 and "cannot be written" in value["error"]
    assert queue.find("Q1").state is State.PENDING and queue.release("secret-digest") is None


@pytest.mark.parametrize("op, args", [
    ("nonsense", {}), ("quarantine.approve", {}), ("quarantine.approve", {"id": 7}), ("quarantine.approve", {"id": "Q9"}),
    ("quarantine.approve", {"id": "Q1", "scope": "forever"}), ("mode.set", {"mode": "off"}), ("explain", {"command": "x" * 70000, "cwd": "/"}),
])
def test_a_wrong_request_is_refused_and_changes_nothing(world, op, args):
    queue, recorder, operations = world
    code, value = ask(operations, op, **args)
    assert code == 2 and value["error"]
    assert recorder.entries == [] and queue.find("Q1").state is State.PENDING


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"op": 1}', b'{"op":"ping","more":1}'])
def test_garbage_is_a_usage_error(world, body):
    answers = []
    world[2].answer(body, ME, lambda code, value: answers.append(code))
    assert answers == [2]


def test_changes_of_mode_and_rules_are_recorded(world):
    _, recorder, operations = world
    assert ask(operations, "mode.set", mode="observe", by="sam") == (0, {"before": "enforce", "after": "observe"})
    assert ask(operations, "mode.set", mode="observe", agent="cursor", by="sam")[0] == 0
    assert ask(operations, "reload", by="sam")[0] == 0
    assert [entry[0] for entry in recorder.entries] == ["mode", "mode of cursor", "rules and settings"]


def test_simple_questions(world):
    operations = world[2]
    assert ask(operations, "ping") == (0, {"ok": True})
    assert ask(operations, "status")[1]["version"] == "x"
    assert ask(operations, "rules.list")[1] == {"rules": [{"id": "R"}]}
    assert ask(operations, "rules.show", id="R")[1] == {"id": "R"}
    assert ask(operations, "explain", command="ls", cwd="/tmp")[1] == {"command": "ls", "cwd": "/tmp"}
    assert ask(operations, "quarantine.show", id="Q1")[1]["id"] == "Q1"


def test_a_question_can_be_denied_and_asked_like_a_real_call():
    call = shell_question("ls", "/", "cursor")
    assert call.abilities.deny and call.abilities.ask and call.agent == "cursor"


@pytest.mark.parametrize("op, args", [
    ("quarantine.approve", {"id": "Q1"}), ("quarantine.reject", {"id": "Q1"}), ("mode.set", {"mode": "observe"}), ("reload", {}),
])
def test_what_only_a_person_may_do_is_refused_below_an_agent(world, op, args):
    queue, recorder, operations = world
    code, value = ask(operations, op, Caller(uid=1, pid=666), **args)
    assert code == 2 and "claude-code (process 7)" in value["error"] and "terminal" in value["next_step"]
    assert recorder.entries == [] and queue.find("Q1").state is State.PENDING


def test_whoever_waits_hears_of_a_decision_after_it_is_recorded(world):
    _, recorder, operations = world
    DECIDED.clear()
    recorder.fails = True
    ask(operations, "quarantine.approve", id="Q1")
    assert DECIDED == []
    recorder.fails = False
    ask(operations, "quarantine.approve", id="Q1")
    assert [held.id for held in DECIDED] == ["Q1"]


def test_a_verification_is_noted_by_a_person_only(world):
    assert ask(world[2], "verify.note", what="verified: 5 entries")[0] == 0
    code, value = ask(world[2], "verify.note", caller=msgspec.structs.replace(ME, pid=666), what="verified: 5 entries")
    assert code == 2 and "only a person" in value["error"] and world[1].entries == ["verified: 5 entries"]
