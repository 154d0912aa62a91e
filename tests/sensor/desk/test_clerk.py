import msgspec
import pytest

from hooks.adapters import ADAPTERS
from sensor.access.credentials import Credentials
from sensor.access.quarantine import HeldCall, Quarantine
from sensor.desk.clerk import HttpClerk, http_call
from sensor.model.calls import Abilities, Caller
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict


class Intake:
    """Keeps what it is given; `judgement` is the answer."""

    def __init__(self):
        self.calls, self.hooks = [], []
        self.judgement = judged(Verdict.CLEAN, Answer.ALLOW)

    def submit(self, call, caller, settled):
        self.calls.append((call, caller))
        settled(self.judgement)

    def answer_hook(self, adapter, body, truncated, caller, respond):
        from sensor.model.verdicts import Reply

        self.hooks.append(body)
        respond(Reply(stdout=b"{}", exit_code=2))


class Callers:
    """Everybody is who they say."""

    def identify(self, agent, payload, given, surface):
        assert surface == "http"
        return Caller(uid=7, proof="claimed", delegation=given.delegation)


def judged(verdict, answer, hold=""):
    return Judgement(verdict=verdict, answer=answer, would_answer=answer, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, reason="why", hold=hold)


@pytest.fixture
def world(tmp_path):
    queue = Quarantine(tmp_path / "q.json", lambda: 0.0, lambda: "QAAA")
    queue.hold(HeldCall(id="", consent="c", agent="a", session="s", tool="Bash", rule="R", reason="why", lines=(), created=0, expires=0))
    intake = Intake()
    return intake, HttpClerk(intake, ADAPTERS, queue, Callers(), lambda: b"x 1\n")


def verdict(clerk, **body):
    answers = []
    clerk.verdict(msgspec.json.encode(body), Credentials(), answers.append)
    return answers[0].status, msgspec.json.decode(answers[0].body)


def test_a_call_of_an_own_integration_is_judged_under_its_own_name(world):
    intake, clerk = world
    status, body = verdict(clerk, agent="my-bot", tool_name="Bash", tool_input={"command": "ls"}, session_id="s", tool_use_id="t")
    call, caller = intake.calls[0]
    assert (status, body["verdict"]) == (200, "clean")
    assert (call.agent, call.action.command, call.session, call.surface.value, caller.proof) == ("my-bot", "ls", "s", "http", "claimed")
    assert not call.abilities.ask


def test_a_folder_that_is_not_told_is_not_made_up(world):
    intake, clerk = world
    verdict(clerk, agent="my-bot", tool_name="Bash", tool_input={"command": "rm -rf ."})
    assert intake.calls[0][0].cwd == "" and intake.calls[0][0].roots == ()


def test_a_held_call_answers_202_with_where_to_poll_and_a_block_403(world):
    intake, clerk = world
    intake.judgement = judged(Verdict.QUARANTINE, Answer.DENY, "QAAA")
    status, body = verdict(clerk, agent="b", tool_name="Bash", tool_input={})
    assert (status, body["poll"], body["id"], body["expires"][-1:]) == (202, "/api/v1/quarantine/QAAA", "QAAA", "Z")
    intake.judgement = judged(Verdict.BLOCK, Answer.DENY)
    assert verdict(clerk, agent="b", tool_name="Bash", tool_input={})[0] == 403


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"tool_name":"Bash"}', b'{"agent":"a"}', b'{"agent":"A B","tool_name":"x"}', b'{"agent":1,"tool_name":"x"}',
                                  b'{"agent":"a","tool_name":1}', b'{"agent":"a","tool_name":"x","cursor_version":"1","conversation_id":"c"}',
                                  b'{"agent":"a","tool_name":"Bash","tool_input":{"command":"rm -rf ~","command":"ls"}}', b'{"agent":"a","tool_name":"Bash","tool_input":{"command":"rm x"},"tool_input":{}}',
                                  b'{"agent":"a","tool_name":"Bash","tool_input":{"command":"ls \\ud800"}}', b'{"agent":"a","tool_name":"Bash","tool_input":{"command":"ls"}} {}',
                                  b'{"agent":"a","tool_name":"Bash","tool_input":{"n":NaN}}'])
def test_what_is_not_a_call_is_refused(world, body):
    intake, clerk = world
    answers = []
    clerk.verdict(body, Credentials(), answers.append)
    assert answers[0].status == 400 and intake.calls == []


def test_hooks_are_answered_in_the_agents_form(world):
    intake, clerk = world
    answers = []
    clerk.hook("claude-code", b"{}", Credentials(), answers.append)
    clerk.hook("nobody", b"{}", Credentials(), answers.append)
    assert [answer.status for answer in answers] == [200, 404]
    assert answers[0].body == b"{}" and intake.hooks == [b"{}"]


def test_a_poll_tells_the_state_and_no_digest(world):
    answers = []
    world[1].held("QAAA", answers.append)
    world[1].held("../etc", answers.append)
    assert msgspec.json.decode(answers[0].body)["state"] == "pending" and b"consent" not in answers[0].body
    assert answers[1].status == 404


def test_metrics_are_text(world):
    answers = []
    world[1].metrics(answers.append)
    assert (answers[0].status, answers[0].body, answers[0].content_type.split(";")[0]) == (200, b"x 1\n", "text/plain")


def test_through_http_nobody_can_be_asked(shell_call):
    assert http_call(shell_call("x", abilities=Abilities(deny=True, ask=True, asks_later=True))).abilities == Abilities(deny=True)
