"""What doctor says about MCP servers, and that nothing of the proxy stays behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooks.settings.files import SettingsError
from hooks.settings.servers import ServerPlace, apply, changed_files, plan_wrapping
from sensor.host.checks.checkup import Place
from sensor.host.checks.mcp_check import mcp_servers, unwrap_all
from sensor.host.files.hook_client import place_client, proxy_path

SERVERS = json.dumps({"mcpServers": {"a": {"command": "a"}, "b": {"url": "https://x.example"}}})


@pytest.fixture
def place(plan, own_home) -> Place:
    place_client(plan.paths)
    return Place(paths=plan.paths, home=own_home, now=0.0)


def wrap(place: Place, agent: str = "claude-code", project: Path | None = None) -> Path:
    servers = ServerPlace(agent=agent, home=place.home, state=place.paths.state, proxy=proxy_path(place.paths), project=project)
    servers.file.parent.mkdir(exist_ok=True)
    servers.file.write_text(SERVERS)
    apply(plan_wrapping(servers))
    return servers.file


def found(place: Place) -> list[tuple[str, str]]:
    return [(check.outcome, check.detail) for check in mcp_servers(place)]


def test_nothing_set_up(place):
    assert found(place) == [("ok", "none is set up")]


def test_servers_that_could_go_through_the_proxy(place):
    (place.home / ".claude.json").write_text(SERVERS)
    assert found(place) == [("ok", "0 of 2 through the proxy; 1 more could be: handrail mcp wrap")]
    wrap(place)
    assert found(place) == [("ok", "1 of 2 through the proxy")]


def test_a_missing_proxy_keeps_servers_from_starting(place):
    wrap(place)
    proxy_path(place.paths).unlink()
    ((outcome, detail),) = found(place)
    assert outcome == "fail" and "missing" in detail


def test_a_broken_file(place):
    (place.home / ".claude.json").write_text("{")
    assert found(place)[0][0] == "warn"


def test_everything_is_unwrapped(place, tmp_path):
    files = [wrap(place), wrap(place, "cursor"), wrap(place, project=tmp_path)]
    assert sorted(unwrap_all(place.paths, place.home)) == sorted(map(str, files))
    assert [file.read_text() for file in files] == [SERVERS] * 3 and changed_files(place.paths.state) == () and unwrap_all(place.paths, place.home) == ()


def test_a_file_that_cannot_be_unwrapped_is_not_forgotten(place):
    file = wrap(place)
    file.write_text(file.read_text() + "}")
    with pytest.raises(SettingsError):
        unwrap_all(place.paths, place.home)
    assert changed_files(place.paths.state) == (file,)


def test_a_file_that_is_gone_is_forgotten(place, tmp_path):
    wrap(place, project=tmp_path).unlink()
    assert unwrap_all(place.paths, place.home) == () and changed_files(place.paths.state) == ()


def test_withheld_tools_are_pointed_out(place, monkeypatch):
    answers = {"tools": [{"tool": "read", "server": "notes", "withheld": "HR-DEF-001"}, {"tool": "write", "server": "notes", "withheld": ""}]}
    monkeypatch.setattr("sensor.host.checks.mcp_check.ask", lambda socket, op: answers)
    (_, (outcome, detail)) = found(place)
    assert outcome == "warn" and "1 withheld" in detail and "read of notes" in detail and "write" not in detail
