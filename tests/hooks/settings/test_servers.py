"""The files of MCP servers on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooks.settings.files import SettingsError
from hooks.settings.servers import ServerPlace, apply, changed_files, inspect, plan_unwrapping, plan_wrapping
from sensor.model.errors import UsageError

PROXY = Path("/opt/handrail/bin/handrail-mcp")
TEXT = '\ufeff{\n  // mine\n  "mcpServers": {"a": {"command": "npx", "args": ["x"]}, "b": {"url": "https://x.example"}}\n}\n'


@pytest.fixture
def place(own_home) -> ServerPlace:
    return ServerPlace(agent="claude-code", home=own_home, state=own_home / "state", proxy=PROXY)


def test_where_the_files_are(own_home, tmp_path):
    def file(agent, **more):
        return ServerPlace(agent=agent, home=own_home, state=own_home, proxy=PROXY, **more).file

    assert file("claude-code") == own_home / ".claude.json" and file("cursor") == own_home / ".cursor/mcp.json"
    assert file("claude-code", project=tmp_path) == tmp_path / ".mcp.json" and file("cursor", project=tmp_path) == tmp_path / ".cursor/mcp.json"
    assert file("claude-code", environment={"CLAUDE_CONFIG_DIR": "/c"}) == Path("/c/.claude.json")
    with pytest.raises(UsageError, match="unknown agent"):
        file("other")


def test_wrapped_and_back(place):
    place.file.write_text(TEXT)
    place.file.chmod(0o640)
    before = place.file.read_bytes()
    apply(plan_wrapping(place))
    assert json.loads(place.file.read_text().lstrip("\ufeff").replace("// mine", ""))["mcpServers"]["a"]["command"] == str(PROXY)
    assert changed_files(place.state) == (place.file,) and [server.wrapped for server in inspect(place).servers] == [True, False]
    assert not plan_wrapping(place).change
    apply(plan_unwrapping(place.file, place.state, PROXY))
    assert place.file.read_bytes() == before and place.file.stat().st_mode & 0o777 == 0o640 and changed_files(place.state) == ()


def test_a_missing_file_stays_missing(place):
    apply(plan_wrapping(place))
    apply(plan_unwrapping(place.file, place.state, PROXY))
    assert not place.file.exists() and not place.state.exists()


@pytest.mark.parametrize("data", [b"{", b'{"mcpServers": {"a": {"command": "x"', b"\xff{}", b"[]"])
def test_a_file_that_cannot_be_understood_is_left_alone(place, data):
    place.file.write_bytes(data)
    for work in (lambda: plan_wrapping(place), lambda: plan_unwrapping(place.file, place.state, PROXY)):
        with pytest.raises(SettingsError, match=r"\.claude\.json"):
            work()
    assert inspect(place).problem and place.file.read_bytes() == data


def test_a_protected_file_is_left_alone(place):
    place.file.write_text(TEXT)
    place.file.chmod(0o400)
    with pytest.raises(SettingsError, match="write-protected"):
        apply(plan_wrapping(place))
    assert place.file.read_text() == TEXT and changed_files(place.state) == ()


def test_a_file_that_another_program_changed_meanwhile_is_left_alone(place):
    place.file.write_text(TEXT)
    plan = plan_wrapping(place)
    place.file.write_text("{}")
    with pytest.raises(SettingsError, match="changed by another program"):
        apply(plan)
    assert place.file.read_text() == "{}"


def test_a_damaged_record_is_said_to_be(place):
    place.state.mkdir()
    (place.state / "mcp-files.json").write_text("{")
    with pytest.raises(SettingsError, match="cannot be read"):
        changed_files(place.state)


def test_links_stay_links(place, own_home):
    real = own_home / "dotfiles.json"
    real.write_text(TEXT)
    place.file.symlink_to(real)
    apply(plan_wrapping(place))
    assert place.file.is_symlink() and str(PROXY) in real.read_text()
