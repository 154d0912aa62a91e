"""`handrail shell` on start-up files in a HOME of the test's own."""

from __future__ import annotations

import pytest

from sensor.host.files.hook_client import place_client
from sensor.host.files.shell_files import shell_folder
from sensor.settings import Wish, load_settings


@pytest.fixture
def ready(bare, paths, own_home, monkeypatch):
    """A terminal of an installation with a client, and a user with start-up files."""
    for name in ("ZDOTDIR", "XDG_CONFIG_HOME", "BASH_ENV"):
        monkeypatch.delenv(name, raising=False)
    place_client(paths)
    (own_home / ".bashrc").write_text("alias ll='ls -l'\n")
    return bare


def test_install_status_remove(ready, paths, own_home):
    done = ready.json("shell", "install", "--bash", "--zsh", "--fish", "--shims", "--claude-prefix")["files"]
    assert [(one["shell"], one["changed"]) for one in done] == [("bash", True), ("bash", True), ("zsh", True), ("fish", True)]
    state = ready.json("shell", "status")
    assert {one["state"] for one in state["files"]} == {"installed"} and state["shims"] and state["claude_prefix"] and not state["altered"]
    assert (state["outside"], state["typed"], state["here"]) == ("observe", "off", False)
    assert "installed" in ready.ok("shell", "status")
    assert not any(one["changed"] for one in ready.json("shell", "install", "--bash")["files"])
    ready.ok("shell", "remove", "--zsh")
    assert not (own_home / ".zshenv").exists() and shell_folder(paths).exists()
    assert [one["outcome"] for one in ready.json("shell", "remove")["files"]] == ["restored", "deleted", "deleted"]
    assert (own_home / ".bashrc").read_text() == "alias ll='ls -l'\n" and not (own_home / ".profile").exists() and not shell_folder(paths).exists()
    assert "in no start-up file" in ready.ok("shell", "remove")
    assert ready.ok("shell", "uninstall") == ready.ok("shell", "remove"), "the word of the other groups"


def test_nothing_is_written_on_a_dry_run(ready, paths, own_home):
    shown = ready.ok("shell", "install", "--bash", "--typed", "--dry-run")
    assert "+# >>> handrail shell" in shown and (own_home / ".bashrc").read_text() == "alias ll='ls -l'\n" and not shell_folder(paths).exists()
    assert load_settings(paths.config_file).shell.typed is Wish.OFF


def test_without_a_name_the_shells_that_are_found(ready, own_home, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/zsh").write_text("#!/bin/sh\n")
    (tmp_path / "bin/zsh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert [one["shell"] for one in ready.json("shell", "install")["files"]] == ["zsh"]


def test_what_you_type_is_recorded_only_when_you_say_so(ready, paths):
    ready.ok("shell", "install", "--bash", "--typed")
    assert load_settings(paths.config_file).shell.typed is Wish.OBSERVE


def test_status_without_the_wrapper_is_no_problem(ready):
    assert {one["state"] for one in ready.json("shell", "status")["files"]} == {"absent"}
    assert "To put it there: handrail shell install" in ready.ok("shell", "status")


@pytest.mark.parametrize("harm", ["block", "file", "gone"])
def test_a_wrapper_that_was_altered_is_a_negative_result(ready, paths, own_home, harm):
    ready.ok("shell", "install", "--bash")
    bashrc = own_home / ".bashrc"
    if harm == "block":
        bashrc.write_text(bashrc.read_text().replace("[ ! -r", "false; [ ! -r"))
    elif harm == "file":
        (shell_folder(paths) / "wrapper.bash").write_text("")
    else:
        bashrc.write_text("alias ll='ls -l'\n")
    shown = ready.run("shell", "status")
    assert shown.exit_code == 1 and "handrail shell install" in shown.output
    ready.ok("shell", "install", "--bash")
    assert ready.run("shell", "status").exit_code == 0


def test_a_file_that_cannot_be_changed_is_named(ready, own_home):
    (own_home / ".bashrc").chmod(0o444)
    shown = ready.run("shell", "install", "--bash")
    assert shown.exit_code != 0 and "write-protected" in str(shown.exception)


def test_without_a_client_nothing_is_installed(bare, own_home):
    shown = bare.run("shell", "install", "--bash")
    assert shown.exit_code != 0 and "install.sh" in shown.exception.next_step and not (own_home / ".bashrc").exists()
