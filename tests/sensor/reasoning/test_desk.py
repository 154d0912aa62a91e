"""Reasoning of calls: found late, in the right history, redacted, committed to; and silence where the agent gives none."""

from __future__ import annotations

import json
import threading
import time

import pytest

from hooks.adapters import ADAPTERS
from hooks.transcripts import Reasoned
from sensor.audit.form.entry import parse, render
from sensor.model.verdicts import JudgedCall
from sensor.reasoning import desk as desk_module
from sensor.reasoning.desk import ReasoningDesk, look_up, written

SECRET = "ghp_" + "a1B2c3D4e5" * 3 + "a1B2c3"


class Hidden:
    """Takes out one word, as the redactor does with secrets."""

    def __call__(self, text):
        class Result:
            pass

        result = Result()
        result.text, result.count, result.kinds = text.replace(SECRET, "[token]"), text.count(SECRET), ("github-token",) * (SECRET in text)
        result.taken = ()
        return result


def call(path, number="t1", event="PreToolUse", **more):
    body = {"session_id": "s1", "hook_event_name": event, "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": number, "transcript_path": str(path), **more}
    return ADAPTERS["claude-code"].parse_event(json.dumps(body).encode(), False)


def line(number, *blocks):
    return json.dumps({"type": "assistant", "message": {"id": "m" + number, "content": [*blocks, {"type": "tool_use", "id": number, "name": "Bash", "input": {}}]}}) + "\n"


def thought(text):
    return {"type": "thinking", "thinking": text, "signature": "c2ln"}


@pytest.fixture
def desk(monkeypatch):
    """A desk that waits milliseconds, what it delivered, and an event per delivery."""
    monkeypatch.setattr(desk_module, "TRIES", (0.01, 0.02, 0.05))
    delivered, arrived = [], threading.Event()

    def deliver(draft):
        delivered.append(draft.entry)
        arrived.set()

    made = ReasoningDesk(redact=Hidden(), random=lambda count: bytes(count), now=time.monotonic, deliver=deliver)
    yield made, delivered, arrived
    made.close()


def judged(call):
    return JudgedCall(call=call, judgement=None, caller=None)


def test_an_entry_holds_the_redacted_text_and_a_commitment_to_the_original(desk, tmp_path):
    made, delivered, arrived = desk
    path = tmp_path / "s1.jsonl"
    path.write_text(line("t1", thought(f"I use {SECRET} now."), {"type": "text", "text": "Looking."}))
    made.judged(judged(call(path)))
    assert arrived.wait(60)
    (entry,) = delivered
    assert entry.kind == "reasoning" and entry.summary.text == "[thinking]\nI use [token] now.\n\n[said]\nLooking." and entry.redacted.count == 1
    assert (entry.session, entry.tool_use_id, entry.ref.tool_use_id, entry.agent.name) == ("s1", "t1", "t1", "claude-code")
    assert len(entry.reasoning.commit) == 64 and entry.reasoning.source == "transcript" and entry.reasoning.bytes > 30
    assert SECRET.encode() not in render(entry) and parse(render(entry)) == entry


def test_a_history_that_is_written_late_is_read_again(desk, tmp_path, monkeypatch):
    made, delivered, arrived = desk
    looked = []

    def look(one):
        looked.append(one.tool_use_id)
        return Reasoned("late", "") if len(looked) == 3 else None

    monkeypatch.setattr(desk_module, "look_up", look)
    made.judged(judged(call(tmp_path / "s1.jsonl")))
    assert arrived.wait(60) and delivered[0].summary.text == "[thinking]\nlate" and looked == ["t1"] * 3


def test_what_gives_no_entry(desk, tmp_path):
    made, delivered, arrived = desk
    path = tmp_path / "s1.jsonl"
    path.write_text(line("empty", thought("")) + line("after", thought("x")) + line("seen", thought("yes")))
    for one in (call(path, "empty"), call(path, "after", "PostToolUse"), call("", "seen"), call(path, ""), call(path, "seen")):
        made.judged(judged(one))
    assert arrived.wait(60)
    made.close()
    assert [entry.tool_use_id for entry in delivered] == ["seen"]


def test_a_sub_agent_has_a_history_of_its_own(tmp_path):
    path = tmp_path / "s1.jsonl"
    path.write_text(line("t2", thought("main")))
    below = tmp_path / "s1" / "subagents" / "agent-a7.jsonl"
    below.parent.mkdir(parents=True)
    below.write_text(line("t1", thought("mine")))
    assert look_up(call(path, agent_id="a7")).thinking == "mine" and look_up(call(path, "t2", agent_id="a7")).thinking == "main"
    assert look_up(call(path, agent_id="../../x")) is None and look_up(call(tmp_path / "secret.txt")) is None


def test_more_than_can_wait_is_counted(desk, monkeypatch, tmp_path):
    made, _, _ = desk
    monkeypatch.setattr(desk_module, "WAITING", 0)
    made.judged(judged(call(tmp_path / "s.jsonl")))
    assert made.dropped == 1


def test_both_parts_stand_under_their_names():
    assert written(Reasoned("a", "b")) == "[thinking]\na\n\n[said]\nb" and written(Reasoned("", "b")) == "[said]\nb" and written(Reasoned("", "")) == ""


def cursor(event, **fields):
    return ADAPTERS["cursor"].parse_event(json.dumps({"conversation_id": "c1", "generation_id": "g1", "hook_event_name": event, **fields}).encode(), False)


def test_what_cursor_says_in_events_becomes_the_reasoning_of_the_next_call(desk):
    made, delivered, arrived = desk
    made.judged(judged(cursor("afterAgentThought", text=f"I use {SECRET} now.", duration_ms=900)))
    made.judged(judged(cursor("afterAgentResponse", text="Looking.")))
    assert not delivered
    made.judged(judged(cursor("preToolUse", tool_name="Shell", tool_input={"command": "ls"}, tool_use_id="tool_1")))
    assert arrived.wait(60)
    (entry,) = delivered
    assert entry.summary.text == "[thinking]\nI use [token] now.\n\n[said]\nLooking." and entry.reasoning.source == "event"
    assert (entry.agent.name, entry.session, entry.tool_use_id, entry.redacted.count) == ("cursor", "c1", "tool_1", 1) and len(entry.reasoning.commit) == 64
    assert SECRET.encode() not in render(entry) and parse(render(entry)) == entry


def test_a_call_of_cursor_that_nothing_was_said_before_has_no_reasoning(desk):
    made, delivered, _ = desk
    made.judged(judged(cursor("preToolUse", tool_name="Shell", tool_input={"command": "ls"}, tool_use_id="tool_1")))
    time.sleep(0.2)
    assert not delivered
