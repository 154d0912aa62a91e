"""Texts that come in events of their own belong to the next call of their session and turn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooks.adapters import ADAPTERS
from hooks.transcripts import Reasoned
from sensor.reasoning.spoken import MAX_TEXT, SESSIONS, Spoken

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "payloads" / "cursor"


def event(name, turn="g1", session="c1", **fields):
    return ADAPTERS["cursor"].parse_event(json.dumps({"conversation_id": session, "generation_id": turn, "hook_event_name": name, **fields}).encode(), False)


def thought(text, **more):
    return event("afterAgentThought", text=text, duration_ms=9, **more)


def response(text, **more):
    return event("afterAgentResponse", text=text, **more)


def use(number="t1", **more):
    return event("preToolUse", tool_name="Shell", tool_input={"command": "ls"}, tool_use_id=number, **more)


def heard(*calls):
    spoken = Spoken()
    assert all(spoken.hear(call) for call in calls)
    return spoken


def test_thoughts_and_responses_belong_to_the_next_call_once():
    spoken = heard(thought("First."), response("I look."), thought("Then."))
    assert spoken.take(use()) == Reasoned(thinking="First.\nThen.", said="I look.")
    assert spoken.take(use("t2")) is None


@pytest.mark.parametrize("call", [
    use(turn="g2"), use(session="c2"), use(number=""), event("postToolUse", tool_name="Shell", tool_input={"command": "ls"}, tool_use_id="t1"),
], ids=["another turn", "another session", "no id", "a result"])
def test_nothing_else_takes_them(call):
    assert heard(thought("First.")).take(call) is None


def test_a_new_turn_forgets_the_one_before():
    spoken = heard(thought("Old."), thought("New.", turn="g2"))
    assert spoken.take(use(turn="g2")) == Reasoned(thinking="New.", said="")
    spoken = heard(thought("Old."))
    assert spoken.take(use(turn="g2")) is None and spoken.take(use()) is None


@pytest.mark.parametrize(("before", "told"), [
    ((), Reasoned(thinking="", said="I list.")), (("Hm.",), Reasoned(thinking="Hm.", said="I list.")),
])
def test_what_is_said_with_a_call_belongs_to_it(before, told):
    assert heard(*map(thought, before)).take(use(agent_message="I list.")) == told
    assert heard(response("I list. Wait.")).take(use(agent_message="I list.")) == Reasoned(thinking="", said="I list. Wait.")
    assert heard(thought("Other turn.", turn="g9")).take(use(agent_message="I list.")) == Reasoned(thinking="", said="I list.")


def test_other_events_are_no_speech():
    spoken = Spoken()
    assert not spoken.hear(use()) and not spoken.hear(event("stop", status="completed")) and not spoken.hear(event("beforeSubmitPrompt", prompt="x"))


def test_it_stays_small():
    spoken = heard(*(thought("x" * 5000) for _ in range(9)), thought("the end"))
    told = spoken.take(use())
    assert len(told.thinking) == MAX_TEXT and told.thinking.endswith("the end")
    spoken = heard(*(thought("x", session=f"c{number}") for number in range(SESSIONS + 1)))
    assert spoken.take(use(session="c0")) is None and spoken.take(use(session=f"c{SESSIONS}")) is not None


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded payloads of agents are not beside this checkout")
@pytest.mark.parametrize("name", ["afterAgentThought", "afterAgentResponse"])
def test_recorded_events(name):
    paths = sorted(FIXTURES.glob(f"{name}-*.json"))
    assert len(paths) >= 3
    for path in paths:
        fields = json.loads(path.read_bytes())
        call = ADAPTERS["cursor"].parse_event(path.read_bytes(), False)
        spoken = heard(call)
        told = spoken.take(use(turn=call.turn, session=call.session))
        text = fields.get("text", "")
        assert (told is None and not text) or text in (told.thinking, told.said), path.name
