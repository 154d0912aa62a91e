"""Start-up files: one block in, everything else to the byte as it was."""

from __future__ import annotations

import os

import pytest

from hooks.settings.files import SettingsError
from hooks.settings.startup import (
    BEGIN,
    END,
    State,
    inspect_block,
    installed_files,
    plan_block,
    put_block,
    startup_files,
    take_blocks,
)

BEFORE = {
    "text": b"export A=1\nalias ll='ls -l'\n", "no line end": b"export A=1", "empty": b"", "windows": b"A=1\r\nB=2\r\n", "no text": b"\xff\xfe\x00\n# \xe9\n",
    "blank lines": b"\n\n\nA=1\n\n\n", "others' block": b"# >>> conda initialize >>>\nx\n# <<< conda initialize <<<\n",
}


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def zshenv(tmp_path, own_home):
    (one,) = startup_files("zsh", own_home, {}, tmp_path / "data" / "shell")
    return one


def put(state, one):
    put_block(state, plan_block(state, one))


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_it_becomes_what_it_was(state, zshenv, before):
    zshenv.path.write_bytes(before)
    zshenv.path.chmod(0o640)
    put(state, zshenv)
    data = zshenv.path.read_bytes()
    assert data.startswith(before) and data.endswith(zshenv.block) and inspect_block(zshenv) == (State.INSTALLED, "")
    put(state, zshenv)
    assert zshenv.path.read_bytes() == data, "doing it again changes nothing"
    assert take_blocks(state) == ((zshenv.path, "restored"),) and zshenv.path.read_bytes() == before
    assert zshenv.path.stat().st_mode & 0o777 == 0o640 and installed_files(state) == () and take_blocks(state) == ()


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_what_others_write_meanwhile_stays(state, zshenv, before):
    zshenv.path.write_bytes(before)
    put(state, zshenv)
    zshenv.path.write_bytes(b"# first\n" + zshenv.path.read_bytes() + b"export LAST=1\n")
    assert take_blocks(state) == ((zshenv.path, "block removed"),)
    assert zshenv.path.read_bytes() == b"# first\n" + before + (b"" if before.endswith(b"\n") or not before else b"\n") + b"export LAST=1\n"


def test_a_line_break_that_was_ours_goes_with_the_block(state, zshenv):
    zshenv.path.write_bytes(b"A=1")
    put(state, zshenv)
    zshenv.path.write_bytes(zshenv.path.read_bytes() + b"\n")
    assert take_blocks(state) and zshenv.path.read_bytes() == b"A=1\n"


def test_files_and_folders_that_did_not_exist_are_removed(state, own_home, tmp_path):
    (one,) = startup_files("fish", own_home, {}, tmp_path)
    put(state, one)
    assert one.path == own_home / ".config/fish/conf.d/handrail.fish" and one.path.read_bytes() == one.block
    assert take_blocks(state, ("bash", "zsh")) == () and take_blocks(state, ("fish",)) == ((one.path, "deleted"),) and not (own_home / ".config").exists()


def test_links_stay_links(state, zshenv, own_home):
    (own_home / "dotfiles").mkdir()
    (own_home / "dotfiles/zshenv").write_bytes(b"A=1\n")
    zshenv.path.symlink_to("dotfiles/zshenv")
    put(state, zshenv)
    assert os.readlink(zshenv.path) == "dotfiles/zshenv" and BEGIN in (own_home / "dotfiles/zshenv").read_bytes()
    take_blocks(state)
    assert os.readlink(zshenv.path) == "dotfiles/zshenv" and (own_home / "dotfiles/zshenv").read_bytes() == b"A=1\n"


@pytest.mark.parametrize(("data", "text"), [
    (b"A=1\n" + BEGIN + b"\nx\n", ".zshenv:2: a mark"), (END + b"\n", ".zshenv:1: a mark"), ((BEGIN + b"\nx\n" + END + b"\n") * 2, "twice"),
])
def test_marks_that_do_not_pair_are_left_alone(state, zshenv, data, text):
    zshenv.path.write_bytes(data)
    with pytest.raises(SettingsError) as failed:
        plan_block(state, zshenv)
    assert text in failed.value.message and zshenv.path.read_bytes() == data and inspect_block(zshenv)[0] is State.PROBLEM


def test_a_write_protected_file_is_left_alone(state, zshenv):
    zshenv.path.write_bytes(b"A=1\n")
    zshenv.path.chmod(0o444)
    with pytest.raises(SettingsError) as failed:
        put(state, zshenv)
    assert "write-protected" in failed.value.message and "chmod u+w" in failed.value.next_step and zshenv.path.read_bytes() == b"A=1\n"


def test_what_is_no_file_is_left_alone(state, zshenv):
    zshenv.path.mkdir()
    with pytest.raises(SettingsError):
        plan_block(state, zshenv)


def test_a_block_that_was_edited_is_seen_and_mended(state, zshenv):
    zshenv.path.write_bytes(b"A=1\n")
    put(state, zshenv)
    zshenv.path.write_bytes(zshenv.path.read_bytes().replace(b"[ ! -r", b"false && [ ! -r"))
    assert inspect_block(zshenv)[0] is State.ALTERED
    put(state, zshenv)
    assert inspect_block(zshenv) == (State.INSTALLED, "")
    zshenv.path.write_bytes(b"A=1\n")
    assert inspect_block(zshenv)[0] is State.ABSENT and take_blocks(state) == ((zshenv.path, "not in it"),)


@pytest.mark.parametrize(("there", "login"), [((), ".profile"), ((".profile",), ".profile"), ((".bash_login", ".profile"), ".bash_login"), ((".bash_profile", ".profile"), ".bash_profile")])
def test_bash_reads_one_file_per_terminal_and_one_per_login(own_home, tmp_path, there, login):
    for name in there:
        (own_home / name).touch()
    assert [one.path.name for one in startup_files("bash", own_home, {}, tmp_path)] == [".bashrc", login]


def test_folders_that_the_environment_names(own_home, tmp_path):
    assert startup_files("zsh", own_home, {"ZDOTDIR": str(own_home / "z")}, tmp_path)[0].path == own_home / "z/.zshenv"
    assert startup_files("zsh", own_home, {"ZDOTDIR": "/tmp/of-an-editor"}, tmp_path)[0].path == own_home / ".zshenv", "a terminal's own folder is not the user's"
    assert startup_files("fish", own_home, {"XDG_CONFIG_HOME": str(own_home / "c")}, tmp_path)[0].path == own_home / "c/fish/conf.d/handrail.fish"
