"""Uninstalling leaves the log, the user's own rule files, and nothing else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from hooks.settings import connection
from hooks.settings.formats import Scope
from hooks.settings.servers import ServerPlace, apply, plan_wrapping
from sensor.host.checks.agents import connect, connected_agents
from sensor.host.files.hook_client import client_path, proxy_path
from sensor.host.files.progress import Progress
from sensor.host.files.shell_files import apply_shells, plan_shells
from sensor.host.install import Options, Setup, install
from sensor.host.uninstall import NotInstalled, uninstall
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Mode
from sensor.paths import Paths, locate


@pytest.fixture
def paths(own_home, monkeypatch, tmp_path) -> Paths:
    """An installation in the usual folders, not started, with a log; bash loads completions by itself."""
    monkeypatch.setattr("sensor.host.files.completions.BASH_COMPLETION", tmp_path)
    paths = locate(own_home)
    install(Setup(options=Options(venv=Path(sys.prefix), start=False), paths=paths, home=own_home, progress=Progress(io.StringIO())))
    (paths.log / "0").mkdir(parents=True)
    (paths.log / "0/journal-000000000000.jsonl").write_text("{}\n")
    (paths.state / "index.db").write_text("derived")
    return paths


def remove(paths: Paths, home: Path, **options: bool) -> str:
    out = io.StringIO()
    uninstall(paths, home, Progress(out), **options)
    return out.getvalue()


def left(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() or path.is_symlink())


def test_log_and_keys_stay(paths, own_home):
    (paths.log / "reserve").write_bytes(bytes(4096))  # kept free for a running sensor, of no use to anybody else
    said = remove(paths, own_home)
    assert left(own_home) == [".local/state/handrail/keys/" + name for name in ("identity.key", "identity.pub")] + [".local/state/handrail/log/0/journal-000000000000.jsonl"]
    assert f"kept: {paths.log}" in said


def test_nothing_stays_when_the_log_goes_too(paths, own_home):
    assert (own_home / ".local/share/bash-completion/completions/handrail").is_symlink()
    remove(paths, own_home, keep_log=False)
    assert list(own_home.iterdir()) == []


def test_rule_files_of_the_user_stay(paths, own_home):
    (paths.user_rules / "mine.yaml").write_text("rules: []\n")
    assert "your rule files" in remove(paths, own_home, keep_log=False)
    assert left(own_home) == [".config/handrail/rules.d/mine.yaml"]


def test_folders_of_others_stay(paths, own_home):
    (own_home / ".local/bin/other").write_text("")
    remove(paths, own_home, keep_log=False)
    assert left(own_home) == [".local/bin/other"]


def test_hooks_are_taken_out(paths, own_home):
    connect(paths, own_home, "cursor", Mode.ENFORCE)
    assert "Hooks of cursor" in remove(paths, own_home) and not (own_home / ".cursor").exists()


def test_start_up_files_become_what_they_were(paths, own_home):
    (own_home / ".zshenv").write_bytes(b"A=1")
    apply_shells(paths, plan_shells(paths, own_home, {}, ("zsh", "fish")), shims=True)
    assert (own_home / ".config/fish/conf.d/handrail.fish").exists()
    assert "Shells" in remove(paths, own_home)
    assert (own_home / ".zshenv").read_bytes() == b"A=1" and not (own_home / ".config").exists()


def test_a_start_up_file_that_cannot_be_put_back_keeps_handrail_installed(paths, own_home):
    (own_home / ".zshenv").write_bytes(b"A=1")
    apply_shells(paths, plan_shells(paths, own_home, {}, ("zsh",)))
    (own_home / ".zshenv").chmod(0o444)
    with pytest.raises(HandrailError) as failed:
        remove(paths, own_home)
    assert "shells" in failed.value.message and client_path(paths).exists()


def test_hooks_of_a_project_are_taken_out_too(paths, own_home, tmp_path):
    place = connection.Place(agent="claude-code", home=own_home, state=paths.state, client=client_path(paths), scope=Scope.PROJECT, project=tmp_path / "work")
    connection.apply(connection.plan_connection(place, (9, 9), True))
    assert "Hooks of claude-code, project" in remove(paths, own_home) and not (tmp_path / "work").exists()


def test_hooks_that_cannot_be_taken_out_stop_everything(paths, own_home):
    connect(paths, own_home, "cursor", Mode.ENFORCE)
    file = own_home / ".cursor/hooks.json"
    file.write_text(file.read_text() + "}")
    with pytest.raises(HandrailError, match="stays installed"):
        remove(paths, own_home)
    assert paths.config_file.exists() and [one.agent for one in connected_agents(paths)] == ["cursor"]


def test_twice_says_that_there_is_nothing(paths, own_home):
    remove(paths, own_home)
    with pytest.raises(NotInstalled):
        remove(paths, own_home)


def test_mcp_servers_are_started_on_their_own_again(paths, own_home):
    text = '{"mcpServers": {"a": {"command": "a"}}}'
    (own_home / ".claude.json").write_text(text)
    apply(plan_wrapping(ServerPlace(agent="claude-code", home=own_home, state=paths.state, proxy=proxy_path(paths))))
    assert str(own_home / ".claude.json") in remove(paths, own_home) and (own_home / ".claude.json").read_text() == text
