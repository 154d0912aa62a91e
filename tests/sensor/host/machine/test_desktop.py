"""Questions on the desktop, against a stand-in for notify-send that notes its words and answers."""

from __future__ import annotations

import sys

import pytest

from sensor.host.machine import desktop
from sensor.host.machine.desktop import LOOK, REFUSE, Notice, answer, has_buttons, open_page, start, unseen
from sensor.model.errors import HandrailError

NOTICE = Notice(title="Handrail holds a call", text="<b>git</b> push & more")


@pytest.mark.parametrize(("said", "status", "means"), [(REFUSE, 0, REFUSE), (LOOK, 0, LOOK), ("", 0, ""), ("approve", 0, ""), (REFUSE, 1, "")])
def test_a_button_is_an_answer_and_nothing_else_is(notify_send, said, status, means):
    notify_send(said, status)
    assert answer(NOTICE) == means


def test_the_words_of_an_agent_are_no_markup_and_no_options(notify_send):
    words = notify_send()
    answer(Notice(title="t", text=f"--action=x=Allow <b>{'x' * 500}"))
    shown = words.read_text()
    assert "&lt;b&gt;" in shown and "<b>" not in shown and len(shown) < 800
    assert shown.splitlines().index("--") < shown.splitlines().index("t") and "Allow" not in shown.split("\n--\n")[0]


def test_a_notice_that_nobody_answers_ends(notify_send, tmp_path, monkeypatch):
    notify_send()
    (tmp_path / "notify-send").write_text("#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(desktop, "SHOW_SECONDS", 0.2)
    assert answer(NOTICE) == ""


def test_older_desktops_have_no_buttons(notify_send, tmp_path, monkeypatch):
    notify_send(knows="--urgency")
    assert not has_buttons() and not start((sys.executable, "-c", ""))
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    has_buttons.cache_clear()
    assert not has_buttons()
    with pytest.raises(HandrailError, match="not installed"):
        answer(NOTICE)


def test_few_questions_are_open_at_once(notify_send, monkeypatch):
    notify_send()
    monkeypatch.setattr(desktop, "_open", [])
    words = (sys.executable, "-I", "-S", "-c", "import time; time.sleep(30)")
    try:
        assert [start(words) for _ in range(5)] == [True, True, True, False, False]
    finally:
        for process in desktop._open:
            process.kill()
            process.wait()
    assert start((sys.executable, "-I", "-S", "-c", "")) and not start(("/nonexistent/program",))
    desktop._open[0].wait()


@pytest.mark.parametrize(("below_a_unit", "refuses", "asked", "opened"), [(True, False, True, False), (True, True, True, True), (False, False, False, True)])
def test_below_a_unit_the_manager_starts_the_browser(fake_program, monkeypatch, below_a_unit, refuses, asked, opened):
    """A browser cannot work with the limits of the sensor's unit."""
    log = fake_program("systemd-run", f"exit {int(refuses)}")
    monkeypatch.setenv("INVOCATION_ID", "1")
    if not below_a_unit:
        monkeypatch.delenv("INVOCATION_ID")
    own: list[str] = []
    monkeypatch.setattr("webbrowser.open", own.append)
    open_page("http://127.0.0.1:1/q")
    assert ("-m webbrowser http://127.0.0.1:1/q" in log.read_text()) is asked
    assert own == (["http://127.0.0.1:1/q"] if opened else [])


def test_on_macos_no_command_line_holds_the_address(tmp_path):
    url, page = 'http://127.0.0.1:1/login?token=abc&next=/quarantine/"Q1', tmp_path / "dashboard.html"
    assert unseen(url, page, "linux") == url and not page.exists()
    page.write_text("an older one, readable by all")
    assert unseen(url, page, "darwin") == page.as_uri() and page.stat().st_mode & 0o777 == 0o600
    text = page.read_text()
    assert text.count("http://127.0.0.1:1/login?token=abc&amp;next=/quarantine/&quot;Q1\"") == 2 and "older" not in text
