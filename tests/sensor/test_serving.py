"""What a sensor starts and ends, and what it does when its settings change under it."""

from __future__ import annotations

import signal
import socket
import time

from sensor.host.running.reload import SETTLE_SECONDS

DENY = "rm -rf / --no-preserve-root"


def test_a_busy_http_port_costs_the_door_and_not_the_hooks(own_live):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", own_live.port))
        holder.listen()
        own_live.start()
        assert own_live.bash(DENY, "x")[0] == 2
        assert f"port {own_live.port} is held by process" in own_live.op("status")["doors"]["http"]


def test_it_ends_cleanly_on_a_signal(own_live):
    own_live.start()
    own_live.process.send_signal(signal.SIGINT)
    assert own_live.process.wait(60) == 0
    assert own_live.entries()[-1]["kind"] == "shutdown"
    own_live.process = None


def test_what_was_only_in_memory_is_written_at_the_end_and_taken_up_again(own_live):
    own_live.start()
    assert own_live.bash("git push --force origin main", "held")[1]["hookSpecificOutput"]["permissionDecision"] == "ask"
    (waiting,) = own_live.op("quarantine.list", state="pending")["calls"]
    own_live.stop()
    own_live.start()
    assert [call["id"] for call in own_live.op("quarantine.list", state="pending")["calls"]] == [waiting["id"]]


def test_settings_that_change_are_in_force_and_one_entry_and_those_that_stay_are_none(own_live):
    own_live.start()
    text = own_live.paths.config_file.read_text()
    own_live.paths.config_file.write_text("# only a remark\n" + text)
    time.sleep(3 * SETTLE_SECONDS)
    own_live.paths.config_file.write_text(text.replace("mode: enforce", "mode: observe"))
    deadline = time.monotonic() + 60
    while own_live.op("status")["mode"] != "observe" and time.monotonic() < deadline:
        time.sleep(0.05)
    own_live.stop()
    assert [entry["change"]["what"] for entry in own_live.entries() if entry.get("change", {}).get("by") == "file change"] == ["rules and settings"]
