"""What the fallback does beside deciding: time, words, and agents without forms. The whole of it runs in test_client.py."""

from __future__ import annotations

import json
import shutil
import time

import pytest
from payloads import encoded, pre_tool

from hooks import claude_forms, fallback
from hooks.adapters import CHANNELS
from hooks.safety_core import CORE_FILE


@pytest.fixture
def answer(tmp_path):
    """Ask the fallback about an event, in this process."""

    def ask(event: dict | bytes, agent: str = "claude-code", reason: str = "closed", **conf: str) -> fallback.Answer:
        (tmp_path / "state").mkdir(exist_ok=True)
        settings = {"state": str(tmp_path / "state"), **conf}
        options = {"agent": agent, "truncated": "0"}
        return fallback.answer(options, {name: value.encode() for name, value in settings.items()}, event if isinstance(event, bytes) else encoded(event), reason)

    yield ask
    fallback.signal.setitimer(fallback.signal.ITIMER_REAL, 0)


def test_it_answers_in_the_agents_form(answer):
    out, err, code = answer(pre_tool())
    assert code == 2 and err and json.loads(out)["hookSpecificOutput"]["permissionDecision"] == "deny"
    out, err, code = answer(pre_tool(agent="cursor"), "cursor")
    assert (code, err) == (0, b"") and json.loads(out)["permission"] == "deny"


@pytest.mark.parametrize(("reason", "told"), [("timeout", 1), ("busy", 1), ("absent", 0), ("closed", 0)])
def test_the_supervisor_is_told_of_a_sensor_that_gives_no_answer(answer, tmp_path, monkeypatch, reason, told):
    folders = []
    monkeypatch.setattr(fallback, "wake_supervisor", folders.append)
    monkeypatch.setattr(fallback, "_ask_again", lambda *_: None)
    answer(pre_tool(), reason=reason, socket=str(tmp_path / "run" / "sensor.sock"))
    assert folders == [str(tmp_path / "run")] * told


@pytest.mark.parametrize("broken", ["gone", "a file", "spool a file"])
def test_what_cannot_be_kept_is_asked_about_or_told_of(answer, tmp_path, capsys, broken):
    (tmp_path / "file").touch()
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "spool").touch()
    state = str(tmp_path / {"gone": "none", "a file": "file", "spool a file": "half"}[broken])
    write = {**pre_tool("x", tool_input={"file_path": "/work/shop/a.py", "content": "x"}, cwd="/work/shop"), "tool_name": "Write"}
    assert json.loads(answer(write)[0]).get("hookSpecificOutput", {}).get("permissionDecision") is None
    out, _, _ = answer(write, state=state)
    assert json.loads(out)["hookSpecificOutput"]["permissionDecision"] == "ask" and "nothing can be kept" in out.decode()
    out, _, code = answer(pre_tool("git status"), state=state)
    assert (out, code) == (b"", 0) and capsys.readouterr().err.count("could not be kept") == 2


@pytest.mark.parametrize(("reason", "asked"), [("busy", True), ("timeout", True), ("absent", False)])
def test_a_write_is_asked_about_where_the_sensor_is_there_but_does_not_answer(answer, monkeypatch, reason, asked):
    monkeypatch.setattr(fallback, "_ask_again", lambda *_: None)
    write = {**pre_tool("x", tool_input={"file_path": "/work/shop/a.py", "content": "x"}, cwd="/work/shop"), "tool_name": "Write"}
    out = json.loads(answer(write, reason=reason)[0] or "{}")
    assert (out.get("hookSpecificOutput", {}).get("permissionDecision") == "ask") is asked


def test_an_agent_without_forms_gets_the_exit_code(answer):
    out, err, code = answer(pre_tool(), "codex")
    assert (out, code) == (b"", 2) and err.strip()


def test_forms_exist_for_every_adapter():
    assert set(fallback.FORMS) == set(CHANNELS) - {"shell"}, "a shell without an answer goes on: docs/shell.md"


def test_cursors_mirror_stays_silent(answer, tmp_path):
    mirror = pre_tool(cursor_version="3", conversation_id="c")
    assert answer(mirror)[2] == 2, "nothing of ours is in Cursor's settings"
    shutil.rmtree(tmp_path / "state/spool")
    (tmp_path / "state/agents").mkdir(parents=True)
    (tmp_path / "state/agents/cursor.json").touch()
    assert answer(mirror) == (b"", b"", 0) and not (tmp_path / "state/spool").exists()


def test_what_was_decided_stands_when_the_rest_hangs(answer, monkeypatch):
    monkeypatch.setattr(fallback, "ALARM_SECONDS", 0.3)
    monkeypatch.setattr(fallback.spool, "write_record", lambda *_: time.sleep(30))
    assert answer(pre_tool())[2] == 2


def test_an_early_hang_is_for_the_last_resort(answer, monkeypatch):
    monkeypatch.setattr(fallback, "ALARM_SECONDS", 0.3)
    monkeypatch.setattr(fallback, "_load_core", lambda settings: time.sleep(30))
    with pytest.raises(fallback.Late):
        answer(pre_tool())


def test_another_core_may_be_named(answer, tmp_path):
    core = json.loads(CORE_FILE.read_bytes())
    core["patterns"] = [{"rule": "HR-OWN-1", "on": ["command"], "re": "make", "why": "is our own rule", "remedy": "Do nothing."}]
    (tmp_path / "core.json").write_text(json.dumps(core))
    out, _, _ = answer(pre_tool("make"), core=str(tmp_path / "core.json"))
    assert "HR-OWN-1" in out.decode() and "Do nothing." in out.decode()


def test_texts_of_any_alphabet(answer):
    out, _, _ = answer(pre_tool("sudo rm ü😀"))
    assert json.loads(out)["hookSpecificOutput"]["permissionDecision"] == "deny"


def test_it_tells_how_many_events_wait(answer):
    answer(pre_tool())
    out, _, code = answer(pre_tool("git status"))
    assert code == 0 and "2 events" in json.loads(out)["systemMessage"]


def test_the_budget_of_the_table():
    """Connect 0.05 s, first answer 0.3 s, then at most this: 2 s and a bit in all (threat model, hook client)."""
    assert fallback.ALARM_SECONDS < 2.0 and fallback.WAIT_SECONDS < fallback.ALARM_SECONDS and claude_forms.BLOCKED == 2
