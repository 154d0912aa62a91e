"""Finding agents and their versions, with real files and programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooks.discover import KNOWN, find_agents, look_for, parse_version
from hooks.settings.formats import FORMATS


def program(path: Path, output: str = "", sleep: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{sleep}\necho '{output}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(("text", "version"), [
    ("2.1.328 (Claude Code)", (2, 1, 328)), ("3.20.21\nabcdef0123\nx64", (3, 20, 21)), ("1.7", (1, 7)), ("2025.11.06-8fe8a63", ()), ("claude", ()), ("", ()),
    ("v2.1.0", (2, 1, 0)),
])
def test_version_numbers(text, version):
    assert parse_version(text) == version


def test_nothing_there(own_home):
    assert find_agents(own_home, {"PATH": "/nonexistent"}) == ()


def test_a_program_on_path_is_asked(own_home, tmp_path):
    program(tmp_path / "bin/claude", "2.1.300 (Claude Code)")
    (found,) = find_agents(own_home, {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    assert (found.agent, found.version, found.folder) == ("claude-code", (2, 1, 300), "") and "ConfigChange" in found.events
    assert found.version_text == "2.1.300"


def test_a_folder_alone_is_enough(own_home):
    (own_home / ".cursor").mkdir()
    (found,) = find_agents(own_home, {"PATH": "/nonexistent"})
    assert (found.agent, found.program, found.version) == ("cursor", "", ()) and found.version_text == "unknown version"
    assert "workspaceOpen" not in found.events


def test_the_chosen_config_folder_counts(own_home, tmp_path):
    (tmp_path / "config").mkdir()
    found = look_for("claude-code", own_home, {"CLAUDE_CONFIG_DIR": str(tmp_path / "config")})
    assert found.folder == str(tmp_path / "config")


def test_the_package_beside_a_program_knows_best(own_home, tmp_path):
    """As npm and Cursor install it: a link to a program somewhere below its package."""
    real = program(tmp_path / "lib/node_modules/@anthropic-ai/claude-code/cli.js", "wrong 9.9.9")
    (real.parent / "package.json").write_text(json.dumps({"name": "@anthropic-ai/claude-code", "version": "2.1.328"}))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/claude").symlink_to(real)
    program(tmp_path / "app/bin/cursor", "wrong 9.9.9")
    (tmp_path / "app/resources/app").mkdir(parents=True)
    (tmp_path / "app/resources/app/package.json").write_text(json.dumps({"name": "Cursor", "version": "3.20.21"}))
    (tmp_path / "bin/cursor").symlink_to(tmp_path / "app/bin/cursor")
    found = find_agents(own_home, {"PATH": f"{tmp_path}/bin"})
    assert {one.agent: one.version for one in found} == {"claude-code": (2, 1, 328), "cursor": (3, 20, 21)}


def test_a_package_of_something_else_is_not_asked(own_home, tmp_path):
    program(tmp_path / "bin/claude", "2.1.5 (Claude Code)")
    (tmp_path / "package.json").write_text(json.dumps({"name": "my-project", "version": "7.0.0"}))
    assert look_for("claude-code", own_home, {"PATH": f"{tmp_path}/bin"}).version == (2, 1, 5)


def test_a_versioned_file_needs_no_start(own_home, tmp_path):
    real = program(own_home / ".local/share/claude/versions/2.1.330", "wrong 9.9.9")
    (own_home / ".local/bin").mkdir(parents=True)
    (own_home / ".local/bin/claude").symlink_to(real)
    found = look_for("claude-code", own_home, {"PATH": "/nonexistent"})
    assert found.version == (2, 1, 330) and found.program == str(own_home / ".local/bin/claude")


def test_a_program_that_hangs_or_is_broken_has_no_version(own_home, tmp_path, monkeypatch):
    monkeypatch.setattr("hooks.discover.VERSION_SECONDS", 0.2)
    program(tmp_path / "bin/claude", "2.1.5", sleep="exec sleep 30")
    assert look_for("claude-code", own_home, {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}).version == ()
    (tmp_path / "bin/claude").write_bytes(b"\x7fELF broken")
    found = look_for("claude-code", own_home, {"PATH": f"{tmp_path}/bin"})
    assert found.program and found.version == ()


def test_every_agent_with_a_settings_format_can_be_looked_for():
    assert set(KNOWN) == set(FORMATS)
