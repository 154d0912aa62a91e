import threading
import time

import pytest

from sensor.model.calls import Caller
from sensor.model.verdicts import JudgedCall
from sensor.reasoning.usage import UsageDesk, histories
from tests.hooks.test_usage import FULL, line


class Told:
    def __init__(self) -> None:
        self.got, self.came = [], threading.Event()

    def __call__(self, *what) -> None:
        self.got.append(what)
        self.came.set()

    def wait(self):
        assert self.came.wait(60)
        self.came.clear()


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def desk(told):
    desk = UsageDesk(offset=lambda file: 0, deliver=told, seconds=0.02)
    yield desk
    desk.close()


@pytest.fixture
def judged(shell_call):
    def make(transcript, **fields):
        call = shell_call("ls", transcript=str(transcript), **fields)
        return JudgedCall(call=call, caller=Caller(uid=1), judgement=None)  # the desk looks at the call alone

    return make


def test_a_call_leads_to_its_history_and_each_part_is_handed_over_once(desk, told, judged, tmp_path):
    file = tmp_path / "s.jsonl"
    file.write_bytes(FULL)
    desk.judged(judged(file))
    told.wait()
    desk.judged(judged(file))
    with file.open("ab") as more:
        more.write(line("m2", input_tokens=1))
    told.wait()
    assert [one[:4] for one in told.got] == [("claude-code", judged(file).call.session, str(file), end) for end in (len(FULL), file.stat().st_size)]
    assert [used.message for one in told.got for used in one[4]] == ["m1", "m2"]


def test_it_sleeps_until_the_next_call(desk, told, judged, tmp_path, monkeypatch):
    file, looks = tmp_path / "s.jsonl", []
    file.write_bytes(FULL)
    desk.judged(judged(file))
    told.wait()
    wait = desk._stop.wait
    monkeypatch.setattr(desk._stop, "wait", lambda seconds: looks.append(seconds) or wait(seconds))
    time.sleep(0.2)
    assert not looks
    with file.open("ab") as more:
        more.write(line("m2", input_tokens=1))
    desk.judged(judged(file))
    told.wait()
    assert len(looks) == 1


def test_histories_of_sub_agents_belong_to_the_session(tmp_path):
    (tmp_path / "s" / "subagents").mkdir(parents=True)
    (tmp_path / "s" / "subagents" / "agent-1.jsonl").touch()
    assert list(histories(tmp_path / "s.jsonl")) == [tmp_path / "s.jsonl", tmp_path / "s" / "subagents" / "agent-1.jsonl"]


def test_other_agents_and_missing_histories_cost_nothing(desk, told, judged, tmp_path):
    for one in (judged(tmp_path / "s.jsonl", agent="cursor"), judged(tmp_path / "s.txt"), judged("")):
        desk.judged(one)
    assert desk._thread is None
    desk.judged(judged(tmp_path / "none.jsonl"))
    assert not told.came.wait(0.3) and desk._thread is not None


def test_a_start_goes_on_where_the_ledger_stands(told, judged, tmp_path):
    file = tmp_path / "s.jsonl"
    file.write_bytes(FULL + line("m2", input_tokens=1))
    desk = UsageDesk(offset=lambda name: len(FULL), deliver=told, seconds=0.02)
    desk.judged(judged(file))
    told.wait()
    desk.close()
    assert [used.message for one in told.got for used in one[4]] == ["m2"]
