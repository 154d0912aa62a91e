import json
import re
from pathlib import Path

import pytest

from sensor.host.files.manifest import Manifest, save_manifest
from sensor.settings import Settings


def test_an_agent_that_keeps_its_own_mode_is_named_and_not_counted_among_all(own_live, terminal_of):
    terminal = terminal_of(own_live.start().prefix)
    assert terminal.ok("mode", "observe") == "all agents: enforce -> observe\n"
    terminal.ok("mode", "observe", "--agent", "cursor")
    shown = terminal.ok("mode", "enforce")
    assert "all agents" not in shown and "observe -> enforce" in shown and "cursor keeps its own mode: observe. To change it: handrail mode enforce --agent cursor" in shown
    assert terminal.json("mode", "enforce")["agents"] == {"cursor": "observe"}
    error = terminal.error("mode", "observe", "--agent", "cursr")
    assert error.exit_code == 2 and error.next_step == "Known agents: claude-code, cursor"


def test_mode_is_shown_and_changed_and_recorded(terminal, live):
    assert terminal.json("mode")["mode"] == "enforce"
    try:
        assert "enforce -> observe" in terminal.ok("mode", "observe")
        assert terminal.json("mode")["mode"] == "observe"
        assert terminal.json("mode", "enforce", "--agent", "cursor")["after"] == "enforce"
        assert "cursor" in terminal.ok("mode")
    finally:
        terminal.ok("mode", "enforce")
    assert [e["change"]["what"] for e in live.entries() if e["kind"] == "config_change"][:2] == ["mode", "mode of cursor"]


@pytest.mark.parametrize("words", [("mode", "off"), ("service", "fly"), ("config", "--nope")])
def test_wrong_words_are_usage_errors(terminal, words):
    assert terminal.run(*words).exit_code == 2


def test_config_prints_every_setting_with_its_meaning(idle_terminal):
    shown = idle_terminal.json("config")
    keys = {row["key"] for row in shown["settings"]}
    assert {"mode", "limits.burst", "audit.failure", "web.port"} <= keys and len(keys) >= len(Settings.__struct_fields__)
    assert all(row["help"] for row in shown["settings"])
    assert next(row["value"] for row in shown["settings"] if row["key"] == "alerts.desktop") is False
    text = idle_terminal.ok("config")
    assert "config.yaml" in text and re.search(r'alerts.on +\["block", "quarantine",', text) and re.search(r"intake.enabled +true ", text)


def test_a_login_address_is_given_once_the_sensor_answers(terminal, live):
    address = terminal.ok("dashboard", "--no-browser").strip()
    assert address.startswith("http://127.0.0.1:4870/") and live.paths.web_token.stat().st_mode & 0o077 == 0


def test_a_broken_config_names_the_line(idle_terminal, warm_paths):
    warm_paths.config_file.write_text("mode: enforce\nmoed: observe\n")
    error = idle_terminal.error("mode")
    assert "config.yaml:2" in error.message and "mode" in error.message


def test_the_service_is_the_one_that_was_installed(idle_terminal, warm_paths):
    """Installed with --no-service, it stays a background process, also where there is a systemd."""
    save_manifest(warm_paths, Manifest(version="1", installed=1.0, service="background"))
    result = idle_terminal.run("service", "status", "--json")
    assert result.exit_code == 1 and json.loads(result.output)["kind"] == "background"
    shown = json.loads(result.output)
    assert result.exit_code == 1 and (shown["kind"], shown["state"]) == ("background", "stopped")
    assert "Nothing to register" in idle_terminal.ok("service", "install") and idle_terminal.json("service", "install")["files"] == []


class Quiet:
    """A service that does what it is told at once."""

    def __init__(self, told):
        self.start, self.stop, self.restart, self.remove = (lambda word=word: told.append(word) for word in ("start", "stop", "restart", "remove"))
        self.install = lambda: told.append("install") or (Path("/units/handrail.service"),)


def test_every_word_of_the_service_has_json(idle_terminal, monkeypatch):
    told = []
    monkeypatch.setattr("sensor.cli.installation.service.service_for", lambda paths, home: Quiet(told))
    monkeypatch.setattr("sensor.cli.installation.service.wait_until_answering", lambda socket, seconds: 0.25)
    found = {word: idle_terminal.json("service", word) for word in ("start", "stop", "restart", "install", "remove")}
    assert told == list(found) and all(value.pop("schema_version") == 1 for value in found.values())
    running = {"running": True, "seconds": 0.25}
    assert found == {"start": running, "restart": running, "stop": {"running": False}, "install": {"installed": True, "files": ["/units/handrail.service"]},
                     "remove": {"installed": False, "running": False}}
    assert idle_terminal.ok("service", "start") == "running, answered after 0.25 s\n" and idle_terminal.ok("service", "install") == "wrote /units/handrail.service\n"
