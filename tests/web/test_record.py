"""The log page and the mode."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from sensor.audit.verifying.report import Anchor, VerifyReport
from web.record import as_rows, newest_anchors


def test_the_page_says_what_is_checked_and_what_is_not(person):
    text = person.get("/log").get_data(as_text=True)
    for words in ("every link checked", "could be deleted unseen", "The pin lies on this machine", "handrail verify", "up to date", "Switch to observe", ">start<"):
        assert words in text, words


def test_a_break_of_the_chain_is_shown(person, config, run):
    import shutil

    from sensor.store.writer import IndexWriter
    from web.app import create_app

    shutil.copy(config.index, run / "index.db")
    writer = IndexWriter(run / "index.db")
    writer.set_fault("log 0: the chain does not hold at seq 5")
    writer.close()
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    other = type(person)(create_app(type(config)(**{**facts, "index": run / "index.db"})), config).log_in()
    for path in ("/log", "/"):
        assert b"does not hold at seq 5" in other.get(path).data


def test_each_anchor_is_shown_with_its_newest_state():
    anchors = tuple(Anchor(name=name, size=size, ts="2026-03-02T09:00:00.000000Z") for name, size in (
        ("kept.txt", 3), ("kept.txt", 9), ("timestamp of CN=a at 2026-03-02", 4), ("timestamp of CN=a at 2026-03-03", 7)))
    assert [(one.name, one.size) for one in newest_anchors(VerifyReport(anchors=anchors))] == [("kept.txt", 9), ("timestamp of CN=a at 2026-03-03", 7)]


def test_the_window_outside_this_machine_is_shown_after_a_check(person):
    person.post("/log/verify")
    checker = person.app.extensions["handrail"].verification
    end = time.monotonic() + 60
    while checker.check.is_running and time.monotonic() < end:
        time.sleep(0.02)
    text = person.get("/log").get_data(as_text=True)
    assert "Window outside" in text and "no anchor outside this machine" in text and "on this machine" in text


@pytest.mark.parametrize(("said", "style", "shown"), [
    ("verified: 32 entries", "good", "verified: 32 entries"), ("tampered: 32 entries", "bad", "tampered: 32 entries"), ("not_proven: 1 entries", "warn", "not proven: 1 entries")])
def test_a_check_of_the_command_line_is_told_with_its_outcome(person, monkeypatch, said, style, shown):
    seen = SimpleNamespace(log=0, seq=7, ts=0, summary=f"{said}, checkpoint 32, window 87 s, 0 entries")
    monkeypatch.setattr("web.record.record.newest", lambda index, kind: seen)
    part = person.get("/log").get_data(as_text=True).partition("Full check</dt>")[2].partition("</dd>")[0]
    assert f'class="{style}"' in part and shown in part and "checkpoint" not in part and "#7</a>" in part


def test_the_mode_is_set_by_the_sensor(person, sensor):
    assert person.post("/mode", {"mode": "observe"}).headers["Location"] == "/log?done=observe"
    assert sensor.changes() == [("mode.set", {"mode": "observe", "by": "dev (dashboard)"})]
    assert b"Switch to enforce" in person.get("/log").data


@pytest.mark.parametrize("mode", ["", "off", "ENFORCE"])
def test_other_modes_do_not_exist(person, sensor, mode):
    assert person.post("/mode", {"mode": mode}).status_code == 400 and sensor.changes() == []


def test_status_rows_leave_out_what_is_not_said():
    assert as_rows({"mode": "enforce", "rules": {"count": 3, "sha256": "ab" * 32}, "problems": [], "doors": {"http": "x"}, "unknown": 1}) == [
        ("Mode", "enforce"), ("Rules", "3"), ("Rule set", "abababababababab"), ("Doors", "http x")]
