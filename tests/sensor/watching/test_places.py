"""The table of spots: what an agent, a shell and a system run is in it, and nothing is read to make it but a repository's place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hooks.settings.record import Record
from sensor.paths import locate
from sensor.watching.places import (
    KINDS,
    World,
    agent_of_settings,
    chosen_spots,
    git_folder,
    is_temporary,
    project_spots,
    record_spots,
    repository,
    user_spots,
)
from sensor.watching.survey import fits


@pytest.fixture
def world(tmp_path) -> World:
    return World(home=tmp_path / "home", paths=locate(tmp_path / "home", tmp_path / "prefix"), root=tmp_path / "root", platform="linux")


def kind_of(spots, path: Path) -> str:
    """The kind that a file directly in a spot's folder gets."""
    return next((spot.kind for spot in spots if spot.folder == str(path.parent) and fits(spot, path.name)), "")


@pytest.mark.parametrize(("name", "kind"), [
    (".claude/settings.json", "settings"), (".claude/settings.local.json", "settings"), (".claude/CLAUDE.md", "instructions"), (".claude.json", "mcp"), (".cursor/hooks.json", "hooks"),
    (".cursor/mcp.json", "mcp"), (".codex/config.toml", "settings"), (".config/opencode/opencode.json", "settings"), (".copilot/mcp-config.json", "mcp"), (".bashrc", "shell"), (".zshenv", "shell"),
    (".config/fish/conf.d/x.fish", "shell"), (".gitconfig", "shell"), (".ssh/authorized_keys", "ssh"), (".ssh/known_hosts", ""), (".ssh/known_hosts.old", ""), (".bash_history", ""),
    (".config/systemd/user/x.service", "systemd"), (".config/autostart/x.desktop", "autostart"), (".claude/history.jsonl", ""), (".claude/settings.json.tmp", ""), ("letter.txt", ""),
])
def test_files_of_the_user(world, name, kind):
    assert kind_of(list(user_spots(world)), world.home / name) == kind


@pytest.mark.parametrize(("name", "kind"), [("etc/claude-code/managed-settings.json", "settings"), ("etc/crontab", "cron"), ("etc/cron.d/x", "cron"), ("etc/profile.d/x.sh", "shell"), ("etc/passwd", "")])
def test_files_of_the_machine(world, name, kind):
    assert kind_of(list(user_spots(world)), world.root / name) == kind


def test_folders_of_the_machine_are_named_as_everybody_names_them(tmp_path):
    spots = list(user_spots(World(home=tmp_path, paths=locate(tmp_path, tmp_path / "prefix"), platform="linux")))
    assert any(spot.folder == "/etc" for spot in spots) and not [spot.folder for spot in spots if spot.folder.startswith("//")]


def test_a_mac_has_launch_agents(world):
    mac = list(user_spots(World(home=world.home, paths=world.paths, root=world.root, platform="darwin")))
    for path in (world.home / "Library/LaunchAgents/x.plist", world.root / "Library/LaunchDaemons/x.plist"):
        assert kind_of(mac, path) == "autostart" and kind_of(list(user_spots(world)), path) == ""


def test_our_own_files_but_not_what_changes_all_the_time(world):
    spots = list(user_spots(world))
    for path in (world.paths.config_file, world.paths.policy_file, world.paths.user_rules / "x.yaml", world.paths.bin / "handrail-hook", world.paths.keys / "identity.key"):
        assert kind_of(spots, path) == "handrail"
    for path in (world.paths.state / "usage.json", world.paths.index, world.paths.keys / "pin.json"):
        assert kind_of(spots, path) == ""


def test_a_chosen_configuration_folder(world, tmp_path):
    spots = list(user_spots(World(home=world.home, paths=world.paths, root=world.root, environment={"CLAUDE_CONFIG_DIR": "/else"})))
    assert kind_of(spots, Path("/else/settings.json")) == "settings" and kind_of(spots, Path("/else/.claude.json")) == "mcp" and kind_of(spots, Path("/else/skills/SKILL.md")) == "instructions"


def test_every_kind_is_in_the_list(world, tmp_path):
    spots = [*user_spots(world), *project_spots(str(tmp_path), world), *chosen_spots(("/x",), world.home)]
    assert {spot.kind for spot in spots} <= set(KINDS) and len({spot.id for spot in spots}) == len(set(spots))


def test_a_project_in_a_repository_above(world, tmp_path):
    (tmp_path / "repo/.git/hooks").mkdir(parents=True)
    (tmp_path / "repo/app").mkdir()
    spots = list(project_spots(str(tmp_path / "repo/app"), world))
    for path in (tmp_path / "repo/CLAUDE.md", tmp_path / "repo/app/CLAUDE.md"):
        assert kind_of(spots, path) == "instructions"
    assert kind_of(spots, tmp_path / "repo/.git/hooks/pre-push") == "git hooks" and kind_of(spots, tmp_path / "repo/.git/config") == "git hooks"
    assert repository(str(tmp_path / "repo/app")) == str(tmp_path / "repo") and repository("/") == ""


def test_a_worktree_and_a_submodule_lead_to_the_folder_with_hooks(tmp_path):
    main = tmp_path / "main/.git"
    (main / "worktrees/w").mkdir(parents=True)
    (main / "worktrees/w/commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w/.git").write_text(f"gitdir: {main}/worktrees/w\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/.git").write_text("gitdir: ../main/.git/modules/sub\n")
    assert git_folder(str(tmp_path / "w")) == str(main) and git_folder(str(tmp_path / "sub")) == str(main / "modules/sub")
    (tmp_path / "sub/.git").write_text("nonsense")
    assert git_folder(str(tmp_path / "sub")) == "" and git_folder(str(tmp_path / "none")) == ""


@pytest.mark.parametrize("words", ["gitdir: /tmp/a\0b", b"gitdir: /tmp/\xff", "gitdir: " + "x" * 100_000])
def test_a_repository_whose_pointer_is_no_path(tmp_path, words):
    (tmp_path / ".git").write_bytes(words if isinstance(words, bytes) else words.encode())
    assert "\0" not in git_folder(str(tmp_path)) and len(git_folder(str(tmp_path))) < 5000


def test_pipes_in_the_place_of_git_hold_nobody_up(tmp_path):
    os.mkfifo(tmp_path / ".git")
    assert git_folder(str(tmp_path)) == ""
    (tmp_path / "w/git").mkdir(parents=True)
    os.mkfifo(tmp_path / "w/git/commondir")
    (tmp_path / "w/.git").write_text("gitdir: git\n")
    assert git_folder(str(tmp_path / "w")) == str(tmp_path / "w/git")


@pytest.mark.parametrize("folder", ["/" + "a" * 300, "/a\0b"])
def test_a_session_in_a_folder_that_cannot_be(folder, world):
    assert repository(folder) == "" and list(project_spots(folder, world))


def test_chosen_files_folders_and_patterns(world):
    (world.home / "infra").mkdir(parents=True)
    found = list(chosen_spots(("~/infra", "~/a.txt", "/etc/*.conf", "relative"), world.home))
    assert [(spot.folder, spot.names, spot.depth) for spot in found] == [(str(world.home / "infra"), ("*",), 3), (str(world.home), ("a.txt",), 0), ("/etc", ("*.conf",), 0)]


def test_settings_files_that_hold_our_entries(world):
    record = Record(agent="claude-code", file="/else/settings.json", client="/c", before=None, after_sha256="")
    assert [(spot.folder, spot.names) for spot in record_spots((record,))] == [("/else", ("settings.json",))]
    assert agent_of_settings(str(world.home / ".claude/settings.json"), world) == "claude-code" and agent_of_settings("/p/.cursor/hooks.json", world) == "cursor"
    assert agent_of_settings(str(world.root / "etc/cursor/hooks.json"), world) == "cursor" and agent_of_settings("/p/.claude/settings.json", world) == "claude-code"
    assert agent_of_settings("/p/.vscode/settings.json", world) == ""


@pytest.mark.parametrize("name", ["x~", ".x.swp", ".settings.json.handrail-12-ab", "x.tmp", "4913", ".#x", "#x#", "sedAb12Cd", ".goutputstream-X1", "settings.json.tmp.123.abc"])
def test_names_of_a_moment(name):
    assert is_temporary(name) and not is_temporary("settings.json") and not is_temporary("SKILL.md")
