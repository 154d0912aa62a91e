"""Asking the sensor: every way in which it may fail to answer is a no, never a yes."""

from __future__ import annotations

import json
import sys
import threading
import time

import pytest
from harness import PYTHON_CLIENT, sending

from hooks.mcp_forms import ALLOW, DENY
from hooks.proxy import link as links
from hooks.proxy.link import UNJUDGED, Link, Told, Waiting
from sensor import wire

CALL = {"hook_event_name": "tools/call", "mcp_client": "claude-code", "mcp_server_name": "files", "tool_name": "write", "tool_input": {"path": "a"}, "cwd": "/", "session_id": "s"}


def reply(**value) -> bytes:
    return wire.render_reply(0, json.dumps(value).encode(), b"")


@pytest.fixture
def conf(tmp_path):
    """Settings of an installation whose sensor cannot be started."""
    (tmp_path / "state").mkdir()
    file = tmp_path / "handrail-hook.conf"
    file.write_text(f"socket={tmp_path / 'sensor.sock'}\nstate={tmp_path / 'state'}\npython={sys.executable}\nclient={PYTHON_CLIENT}\n")
    return file


@pytest.fixture
def sensor(tmp_path, request):
    """Start a small sensor that behaves as told."""
    from harness import FakeSensor

    def start(behave):
        fake = FakeSensor(tmp_path / "sensor.sock", behave)
        request.addfinalizer(fake.close)
        return fake

    return start


@pytest.mark.parametrize(("value", "told"), [({"answer": "allow"}, Told(ALLOW)), ({"answer": "deny", "text": "no"}, Told(DENY, "no")), ({"answer": "warn", "text": "w"}, Told("warn", "w"))])
def test_the_sensors_word_counts(conf, sensor, value, told):
    fake = sensor(sending(reply(**value)))
    assert Link(str(conf)).ask(CALL) == told
    ((header, body),) = fake.requests
    assert wire.parse_header(header) == ("hook", {"agent": "mcp", "len": str(len(body)), "truncated": "0"}) and json.loads(body) == CALL


BAD = {
    "a list for a word": reply(answer=["allow"]), "an object for a word": reply(answer={"allow": 1}), "an empty word": reply(answer=""),
    "silence": wire.render_reply(0, b"", b""), "another word": reply(answer="perhaps"), "no object": wire.render_reply(0, b"[]", b""), "no reason": reply(answer="deny"),
    "not JSON": wire.render_reply(0, b"{", b""), "text that is none": reply(answer="deny", text=7), "another protocol": b"HTTP/1.1 200 OK\r\n\r\n", "cut": reply(answer="allow")[:-3],
    "nothing": b"", "too long": b"x" * 5000, "huge reply": b"HR1 reply exit=0 out=999999999 err=0\n",
}


@pytest.mark.parametrize("piece", BAD.values(), ids=BAD)
def test_a_bad_answer_is_no_answer(conf, sensor, piece):
    sensor(sending(piece))
    told = Link(str(conf)).ask(CALL)
    assert told.word == DENY and not told.by_sensor and told.text


def test_without_the_sensor_the_local_rules_decide_and_keep_the_event(conf, tmp_path):
    told = Link(str(conf)).ask(CALL)
    assert told.word == DENY and not told.by_sensor and "local rules" in told.text
    (record,) = [json.loads(file.read_bytes()) for file in (tmp_path / "state/spool").glob("*.json")]
    assert (record["agent"], record["answer"], record["event"]["mcp_client"], record["event"]["mcp_server_name"]) == ("mcp", "deny", "claude-code", "files")


@pytest.mark.parametrize("mode", ["observe", "enforce"])
def test_without_the_sensor_the_mode_of_the_agent_counts(conf, tmp_path, mode):
    (tmp_path / "state/client-policy.json").write_text(json.dumps({"mode": "enforce" if mode == "observe" else "observe", "agents": {"claude-code": mode}}))
    assert Link(str(conf)).ask(CALL).word == (ALLOW if mode == "observe" else DENY)


@pytest.mark.parametrize("event", ["tools/result", "tools/list"])
def test_without_the_sensor_nothing_else_is_stopped(conf, event):
    assert Link(str(conf)).look({**CALL, "hook_event_name": event}) == Told(ALLOW, by_sensor=False)


def test_a_broken_installation_is_a_no(tmp_path):
    assert Link(str(tmp_path / "missing.conf")).ask(CALL).word == DENY
    (tmp_path / "c").write_text(f"socket={tmp_path / 's'}\npython=/nonexistent\nclient=x\n")
    assert Link(str(tmp_path / "c")).ask(CALL) == Told(DENY, UNJUDGED, by_sensor=False)


def test_a_call_that_is_too_large_is_a_no(conf):
    told = Link(str(conf)).ask({**CALL, "tool_input": {"a": "x" * (16 << 20)}})
    assert told.word == DENY and "16 MiB" in told.text


@pytest.mark.parametrize(("event", "told"), [("tools/list", Told(DENY, links.TOO_LONG)), ("prompts/list", Told(DENY, links.TOO_LONG)), ("tools/result", Told(ALLOW))])
def test_a_definition_that_takes_too_long_to_read_is_a_no(conf, sensor, event, told):
    """Else a server could have its whole list passed on unseen, by one tool that the sensor needs seconds for."""
    sensor(sending(reply(answer="allow")))
    long = {**CALL, "hook_event_name": event, "tool_input": {"description": "read " * 60_000}}
    assert Link(str(conf)).look(long) == told and Link(str(conf)).ask(long) == Told(ALLOW)


def test_a_slow_sensor_is_not_waited_for(conf, sensor, monkeypatch):
    monkeypatch.setattr(links, "FIRST_ANSWER_SECONDS", 0.1)
    sensor(sending(linger=2))
    began = time.monotonic()
    told = Link(str(conf)).ask(CALL)
    assert not told.by_sensor and told.late
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("event", ["tools/result", "tools/list", "initialize"])
def test_for_what_a_server_sends_there_is_more_time(conf, sensor, monkeypatch, event):
    monkeypatch.setattr(links, "FIRST_ANSWER_SECONDS", 0.05)

    def behave(connection, header, body):
        time.sleep(0.5)
        connection.sendall(reply(answer="allow"))

    sensor(behave)
    assert Link(str(conf)).look({**CALL, "hook_event_name": event}) == Told(ALLOW)


@pytest.mark.parametrize("event", ["tools/result", "tools/list", "initialize"])
def test_the_word_about_what_is_long_is_waited_for(conf, sensor, event):
    """The sensor says `hold` at once to all that is long: that is no question to a person, and the sensor is not away."""
    def behave(connection, header, body):
        connection.sendall(wire.render_hold(5000))
        time.sleep(0.3)
        connection.sendall(wire.render_hold(5000) + reply(answer="deny", text="an order"))

    sensor(behave)
    assert Link(str(conf)).look({**CALL, "hook_event_name": event}) == Told(DENY, "an order")


@pytest.mark.parametrize("pieces", [(wire.render_hold(60_000),), (wire.render_hold(50),), ()], ids=["holds on", "held shortly", "silent"])
def test_what_a_server_sends_is_late_after_its_time_however_long_the_sensor_wants(conf, sensor, monkeypatch, pieces):
    monkeypatch.setattr(links, "PATIENT_SECONDS", 0.3)
    sensor(sending(*pieces, linger=3))
    began = time.monotonic()
    told = Link(str(conf)).look({**CALL, "hook_event_name": "tools/list"})
    assert told == Told(ALLOW, by_sensor=False, late=True) and time.monotonic() - began < 2.9


@pytest.mark.parametrize("piece", [b"", wire.render_hold(5000), reply(answer="allow")[:-3]], ids=["nothing", "hold", "half"])
def test_a_sensor_that_ends_over_what_a_server_sends_is_not_away(conf, sensor, piece):
    """Else a server passes unseen that knows what ends it."""
    sensor(sending(piece))
    assert Link(str(conf)).look({**CALL, "hook_event_name": "tools/list"}) == Told(ALLOW, by_sensor=False, late=True)


def test_nothing_is_late_in_observe_mode(conf, sensor, tmp_path):
    (tmp_path / "state/client-policy.json").write_text(json.dumps({"mode": "enforce", "agents": {"claude-code": "observe"}}))
    sensor(sending(b""))
    assert Link(str(conf)).look({**CALL, "hook_event_name": "tools/list"}) == Told(ALLOW, by_sensor=False)
    assert Link(str(conf)).look({**CALL, "hook_event_name": "tools/list", "mcp_client": "cursor"}).late


@pytest.mark.parametrize(("word", "is_the_sensors"), [("deny", True), ("warn", True), ("allow", False)])
def test_the_word_of_a_sensor_that_came_back_counts(conf, monkeypatch, word, is_the_sensors):
    """It is not told apart from the local rules when it says yes; these say nothing else of what a server sends."""
    monkeypatch.setattr(Link, "_fall_back", lambda self, body, reason: Told(word, "said" if word != "allow" else "", by_sensor=False))
    assert Link(str(conf)).look({**CALL, "hook_event_name": "tools/list"}).by_sensor is is_the_sensors


def test_an_absent_sensor_is_not_late(conf):
    assert not Link(str(conf)).ask(CALL).late


def test_a_person_is_waited_for(conf, sensor):
    released = threading.Event()

    def behave(connection, header, body):
        connection.sendall(wire.render_hold(5000))
        released.wait(60)
        connection.sendall(wire.render_hold(5000) + reply(answer="allow"))

    sensor(behave)
    link = Link(str(conf))
    waiting = link.ask(CALL)
    assert isinstance(waiting, Waiting)
    released.set()
    assert link.finish(waiting) == Told(ALLOW)


@pytest.mark.parametrize("pieces", [(wire.render_hold(50),), (wire.render_hold(5000),), (wire.render_hold(5000), BAD["silence"])], ids=["late", "gone", "silent"])
def test_a_sensor_that_goes_away_while_a_person_is_asked_is_a_no_that_is_kept_for_the_log(conf, sensor, pieces):
    sensor(sending(*pieces, linger=0.3 if len(pieces) == 1 and b"ms=50\n" in pieces[0] else 0))
    link = Link(str(conf))
    waiting = link.ask(CALL)
    assert isinstance(waiting, Waiting)
    told = link.finish(waiting)
    assert (told.word, told.by_sensor) == (DENY, False)
    (kept,) = (conf.parent / "state/spool").glob("*.json")
    assert b'"write"' in kept.read_bytes()
