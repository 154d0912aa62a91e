"""`handrail hooks` on settings files in a HOME of the test's own."""

from __future__ import annotations

import json
import os

import pytest

from hooks.safety_core import CORE_FILE
from sensor.host.files.hook_client import client_path, place_client


@pytest.fixture
def ready(bare, paths, own_home, monkeypatch):
    """A terminal of an installation with a client, and a user who has both agents."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    place_client(paths)
    for folder in (".claude", ".cursor"):
        (own_home / folder).mkdir()
    return bare


def test_install_status_uninstall(ready, own_home):
    settings = own_home / ".claude/settings.json"
    settings.write_text('{"model": "opus"}')
    done = ready.json("hooks", "install")["agents"]
    assert [(one["agent"], one["changed"]) for one in done] == [("claude-code", True), ("cursor", True)]
    states = ready.json("hooks", "status")["agents"]
    assert all(state["connected"] and state["command"].endswith(f"--agent {state['agent']}") for state in states)
    assert "connected" in ready.ok("hooks", "status")
    assert [one["outcome"] for one in ready.json("hooks", "uninstall")["agents"]] == ["restored", "deleted"]
    assert settings.read_text() == '{"model": "opus"}' and not (own_home / ".cursor/hooks.json").exists()


def test_a_found_agent_that_is_not_connected_is_a_negative_result(ready):
    shown = ready.run("hooks", "status")
    assert shown.exit_code == 1 and "handrail hooks install claude-code" in shown.output
    ready.ok("hooks", "install", "claude-code")
    assert ready.run("hooks", "status", "--agent", "claude-code").exit_code == 0


def test_nothing_is_written_on_a_dry_run(ready, own_home):
    shown = ready.ok("hooks", "install", "--dry-run", "cursor")
    assert "+" in shown and "beforeShellExecution" in shown and not (own_home / ".cursor/hooks.json").exists()


def test_a_dry_run_says_what_is_already_so(ready):
    ready.ok("hooks", "install", "cursor")
    shown = ready.ok("hooks", "install", "--dry-run", "cursor")
    assert "cursor: is already connected, nothing would change" in shown and "(its version is not known)" in shown and "unknown version" not in shown


def test_a_second_time_changes_nothing(ready):
    ready.ok("hooks", "install")
    assert [one["changed"] for one in ready.json("hooks", "install")["agents"]] == [False, False]


def test_a_broken_file_stops_only_its_own_agent(ready, own_home):
    (own_home / ".claude/settings.json").write_text('{"a":\n oops}')
    error = ready.error("hooks", "install")
    assert f"{own_home}/.claude/settings.json:2:2:" in error.message and error.exit_code == 3
    assert (own_home / ".cursor/hooks.json").exists()
    shown = ready.run("hooks", "status")
    assert shown.exit_code == 1 and "settings.json:2:2" in shown.output
    result = ready.run("hooks", "install", "--json")
    assert "error" in json.loads(result.output)["agents"][0]


def test_observe_does_not_close(ready, paths, own_home):
    paths.config_file.write_text("mode: observe\n")
    ready.ok("hooks", "install", "cursor")
    assert "failClosed" not in (own_home / ".cursor/hooks.json").read_text()
    paths.config_file.write_text("mode: enforce\n")
    assert ready.json("hooks", "install", "cursor")["agents"][0]["changed"]
    assert "failClosed" in (own_home / ".cursor/hooks.json").read_text()


def test_without_a_client_nothing_is_registered(bare, own_home):
    (own_home / ".cursor").mkdir()
    assert "no hook client" in bare.error("hooks", "install", "cursor").message
    assert not (own_home / ".cursor/hooks.json").exists()


def test_without_an_agent(bare, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    error = bare.error("hooks", "install")
    assert "No coding agent" in error.message and "Install one, then run this again" in error.next_step and "claude-code | cursor" in error.next_step


def test_an_unknown_agent_is_a_usage_error(ready):
    assert ready.error("hooks", "install", "emacs").exit_code == 2


def test_the_safety_core_is_up_to_date(ready):
    assert "up to date" in ready.ok("hooks", "safety-core", "--check")


def test_a_stale_safety_core_is_found(ready, tmp_path, monkeypatch):
    stale = tmp_path / "core.json"
    stale.write_text("{}")
    monkeypatch.setattr("sensor.cli.sources.hooks.CORE_FILE", stale)
    assert "stale" in ready.error("hooks", "safety-core", "--check").message
    ready.ok("hooks", "safety-core")
    assert stale.read_bytes() == CORE_FILE.read_bytes()


def test_a_project_is_connected_shown_and_disconnected(ready, tmp_path):
    project = tmp_path / "work"
    project.mkdir()
    given = ("claude-code", "--scope", "project", "--project", str(project))
    done = ready.json("hooks", "install", *given)["agents"]
    file = project / ".claude/settings.local.json"
    assert [(one["scope"], one["file"]) for one in done] == [("project", str(file))] and "handrail-hook" in file.read_text()
    states = ready.json("hooks", "install", "claude-code") and ready.json("hooks", "status", "claude-code")["agents"]
    assert [(state["file"], state["connected"]) for state in states][1:] == [(str(file), True)]
    assert ready.json("hooks", "uninstall", *given)["agents"][0]["outcome"] == "deleted" and not file.exists()


def test_only_root_writes_the_settings_of_the_machine(ready, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    error = ready.error("hooks", "install", "cursor", "--scope", "managed")
    assert "root" in error.message and "--dry-run" in error.next_step
    assert "beforeShellExecution" in ready.ok("hooks", "install", "cursor", "--scope", "managed", "--dry-run")


def test_root_does_not_register_the_program_of_another_user_for_the_machine(ready, paths, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("sensor.cli.sources.hooks.apply", lambda plan: pytest.fail("the settings of this machine were about to be written"))
    client = client_path(paths)
    if os.getuid() == 0:
        os.chown(client, 65534, 65534)
    error = ready.error("hooks", "install", "cursor", "--scope", "managed")
    assert f"{client} belongs to another user" in error.message and "--dry-run" in error.next_step
