"""`handrail status`, with a sensor and without one."""

from __future__ import annotations

import json

import pytest

from hooks.settings.record import Record, save_record
from sensor.cli.health.status import _silent, _used, _waiting, ago
from sensor.host.files.manifest import Manifest, save_manifest
from sensor.paths import make_private


def test_status_of_a_running_sensor(terminal):
    facts = terminal.json("status")
    assert facts["running"] and facts["mode"] == "enforce" and facts["rules"]["count"] > 80
    text = terminal.ok("status")
    for word in ("running (process", "mode", "waiting for you", "rules", "none is connected", "entries of", "http://127.0.0.1:4870", "local model         off"):
        assert word in text


@pytest.mark.parametrize(("connected", "said"), [
    ([], "none is connected, so nothing is protected; install Claude Code or Cursor, then: handrail hooks install"),
    (["claude-code", "cursor"], "claude-code and cursor connected, no call yet (sessions that ran before may need a new start)")])
def test_silence_is_explained(connected, said):
    assert _silent(connected) == said


@pytest.mark.parametrize(("waiting", "liftable", "played", "said"), [
    (0, 0, 0, "none"), (2, 0, 0, "2: handrail quarantine list"),
    (4, 2, 1, "2, and 2 blocked that you may let through (1 test call among them): handrail quarantine list")])
def test_what_waits_is_counted_under_its_verdict(waiting, liftable, played, said):
    assert _waiting(waiting, liftable, played) == said


@pytest.mark.parametrize(("used", "said"), [
    ({}, "6 calls"), ({"cpu_seconds": 0.04}, "6 calls"), ({"cpu_seconds": 61.25, "tokens": 1200, "money": 0.5}, "6 calls, 61.2 CPU seconds, 1,200 tokens, 0.50 in money"),
    ({"limits": [{"what": "calls", "used": 6, "limit": 10}]}, "6 calls (calls: 6 of 10)")])
def test_what_an_agent_used_leaves_out_what_it_did_not(used, said):
    assert _used({"calls": 8, "test_calls": 2, "cpu_seconds": 0.0, "tokens": 0, "money": 0, "limits": [], **used}) == said


def test_core_rules_that_were_weakened_are_told_by_status_and_by_the_list_of_rules(terminal, idle_terminal, live, warm_paths):
    core = next(rule["id"] for rule in terminal.json("rules", "list")["rules"] if rule["core"])
    how = f"{core}: a core rule is lowered to low: mine"
    asked = [(terminal, "status"), (terminal, "rules", "list"), (idle_terminal, "rules", "list")]
    assert not [1 for at, *words in asked if how in at.run(*words).output]
    files = [live.paths.config_file, warm_paths.config_file]
    before = [file.read_bytes() if file.exists() else None for file in files]
    try:
        for file, data in zip(files, before, strict=True):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes((data or b"") + f"\noverrides: {{{core}: {{severity: low, reason: mine}}}}\n".encode())
        live.op("reload")
        assert [at.run(*words).output.count(how) for at, *words in asked] == [1, 1, 1]
        assert "core, weakened" in terminal.ok("rules", "list")
    finally:
        for file, data in zip(files, before, strict=True):
            file.unlink() if data is None else file.write_bytes(data)
        live.op("reload")


def test_status_without_a_sensor_is_a_negative_result_with_a_next_step(idle_terminal):
    result = idle_terminal.run("status")
    assert result.exit_code == 1 and "handrail service start" in result.output
    shown = idle_terminal.run("status", "--json")
    assert shown.exit_code == 1 and json.loads(shown.output)["running"] is False


def test_everything_that_was_changed_is_listed(idle_terminal, warm_paths):
    save_manifest(warm_paths, Manifest(version="1", installed=1.0, service="background", links=("/h/bin/handrail",)))
    save_record(warm_paths.state, Record(agent="cursor", file="/h/.cursor/hooks.json", client="/c", before=None, after_sha256=""))
    make_private(warm_paths.spool)
    (warm_paths.spool / "b-1-1-u-d.json").write_text("{}")
    text = idle_terminal.run("status").output
    for word in ("/h/bin/handrail", "/h/.cursor/hooks.json (hooks of cursor)", str(warm_paths.config), "background", "1 events wait"):
        assert word in text
    facts = json.loads(idle_terminal.run("status", "--json").output)
    assert facts["service"] == "background" and facts["spooled"] == 1 and len(facts["changed"]) == 5


@pytest.mark.parametrize(("seconds", "words"), [(-1, "0 s ago"), (59.9, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (200_000, "2 d ago")])
def test_durations(seconds, words):
    assert ago(seconds) == words
