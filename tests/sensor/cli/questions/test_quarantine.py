import itertools
import os
import subprocess
import sys

import pytest

from sensor.cli.questions.quarantine import _first_line

NUMBERS = itertools.count()


@pytest.fixture
def held(live):
    """The id of a call that waits; each is its own call."""
    def hold() -> str:
        number = next(NUMBERS)
        live.bash(f"git push --force origin main # {number}", f"toolu_q{number}")
        return str(live.op("quarantine.list", state="pending")["calls"][0]["id"])

    return hold


def test_a_held_call_is_listed_shown_and_approved(terminal, live, held):
    call = held()
    listed = terminal.json("quarantine", "list")["calls"]
    assert call in [one["id"] for one in listed] and "consent" not in listed[0]
    assert call in terminal.ok("quarantine", "list") and "git push --force" in terminal.ok("quarantine", "show", call)
    said = terminal.ok("quarantine", "approve", call, "--reason", "my branch")
    assert "passes once" in said
    assert terminal.json("quarantine", "show", call)["state"] == "approved"
    assert [entry["approval"]["action"] for entry in live.entries() if entry["kind"] == "approval"] == ["approve"]


def test_the_list_names_the_file_of_a_call_and_not_its_raw_arguments():
    call = {"lines": [["arguments", '{"file_path":"/h/.ssh/id_ed25519"}'], ["touches", "reads /h/.ssh/id_ed25519"], ["folder", "/h"]]}
    assert _first_line(call) == "reads /h/.ssh/id_ed25519"
    assert _first_line({"lines": [["command", "ls"], ["touches", "reads /h"]]}) == "ls"
    assert _first_line({"lines": [["arguments", '{"team":"a"}'], ["folder", "/h"]]}) == '{"team":"a"}' and _first_line({"lines": []}) == ""


def test_a_rejected_call_is_not_asked_again(terminal, held):
    call = held()
    assert f"Rejected {call}" in terminal.ok("quarantine", "reject", call)
    error = terminal.error("quarantine", "reject", call)
    assert "rejected" in error.message and error.exit_code == 2
    assert "passes once" in terminal.ok("quarantine", "approve", call), "a refusal can be taken back"


def test_approve_has_a_short_form(terminal, held):
    assert "until the session ends" in terminal.ok("approve", held(), "--scope", "session")


def test_an_unknown_id_says_where_to_look(terminal):
    error = terminal.error("quarantine", "show", "QZZZZZ")
    assert "handrail quarantine list" in error.next_step


def test_an_allowance_is_made_shown_used_and_revoked(terminal, live, held):
    call = held()
    command = dict(live.op("quarantine.show", id=call)["lines"])["command"]
    made = terminal.json("quarantine", "allow", call, "--days", "2", "--reason", "how we publish", "--yes")
    assert made["reason"] == "how we publish" and command in made["call"] and "consent" not in made
    assert live.bash(command, "toolu_a0")[1] == {}, "what waited is released"
    assert live.bash(command, "toolu_a1", session_id="another")[1] == {} and live.bash(command, "toolu_a2", session_id="third")[1] == {}
    used = next(entry for entry in live.entries() if entry.get("tool_use_id") == "toolu_a1")
    assert used["approval"]["id"] == made["id"] and used["verdict"] == "quarantine" and used["answer"] == "allow"
    for changes in ({"cwd": "/srv"}, {"agent_id": "sub1", "agent_type": "Explore"}):
        assert live.bash(command, f"toolu_{len(changes)}x", session_id="fourth", **changes)[1] != {}
    assert live.bash(command + " ", "toolu_a4", session_id="fifth")[1] != {}
    assert made["id"] in terminal.ok("quarantine", "list", "--all") and made["id"] not in terminal.ok("quarantine", "list")
    assert "revoked" in terminal.ok("quarantine", "revoke", made["id"].lower())
    assert live.bash(command, "toolu_a5", session_id="sixth")[1] != {}
    assert terminal.error("quarantine", "revoke", made["id"]).exit_code == 2
    changes = [entry["change"] for entry in live.entries() if entry["kind"] == "config_change" and "allowance" in entry["change"]["what"]]
    assert [one["after"].split(":")[0] for one in changes] == [f"until {made['expires']}", "revoked"]


def test_an_allowance_needs_a_reason_days_and_a_call_that_waits(terminal, live, held):
    call = held()
    from sensor.ask import SensorRefused

    off = terminal.error("quarantine", "allow", call, "--reason", "it's right", "--days", "3")
    assert off.exit_code == 2 and f"handrail quarantine allow {call} --yes --days 3 --reason " in off.next_step
    for args in ({"days": 0}, {"days": 91}, {"days": True}, {"days": 5, "reason": " "}, {"days": "5"}):
        with pytest.raises(SensorRefused):
            live.op("quarantine.allow", **{"id": call, "reason": "x", **args})
    terminal.ok("quarantine", "reject", call)
    assert terminal.error("quarantine", "allow", call, "--reason", "x", "--yes").exit_code == 2
    assert live.op("quarantine.list")["allowances"] == []


def test_the_button_of_a_notice_refuses_and_no_button_approves(terminal, live, held, notify_send):
    call = held()
    words = notify_send("approve")
    terminal.ok("quarantine", "notice", call)
    assert terminal.json("quarantine", "show", call)["state"] == "pending"
    assert "git push --force" in words.read_text() and "approve" not in words.read_text().lower()
    notify_send("refuse")
    terminal.ok("quarantine", "notice", call)
    decided = terminal.json("quarantine", "show", call)
    assert decided["state"] == "rejected" and decided["decided_by"].endswith("(desktop)")


def test_looking_at_a_notice_opens_the_page_of_its_call(live, held, notify_send, tmp_path):
    held()
    call = held()
    words = notify_send("look")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    subprocess.run([sys.executable, "-m", "sensor.cli.main", "--prefix", str(live.prefix), "quarantine", "notice", call], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "BROWSER": f"{browser} %s"}, timeout=60)
    opened = (tmp_path / "opened").read_text()
    assert opened.startswith("http://127.0.0.1:") and "/login?token=" in opened and opened.endswith(f"&next=/quarantine/{call}")
    assert " more\n" in words.read_text(), "how many wait"


def test_what_is_decided_is_not_shown_any_more(terminal, held, notify_send):
    call = held()
    terminal.ok("quarantine", "reject", call)
    words = notify_send("refuse")
    terminal.ok("quarantine", "notice", call)
    assert not words.exists()


def test_a_held_call_asks_on_the_desktop_by_itself(tmp_path, notify_send):
    import time

    from tests.sensor.live import LiveSensor

    notify_send("refuse")
    sensor = LiveSensor(tmp_path / "q")
    sensor.configure("mode: enforce\nalerts: {desktop: true}\n")
    sensor.start()
    try:
        sensor.bash("git push --force origin main", "toolu_d1")
        deadline = time.monotonic() + 60
        while not (calls := sensor.op("quarantine.list", state="rejected")["calls"]):
            assert time.monotonic() < deadline, "nobody was asked"
            time.sleep(0.05)
        assert calls[0]["note"] == "refused in the notification"
    finally:
        sensor.stop()
