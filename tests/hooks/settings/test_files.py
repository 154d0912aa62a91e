"""Reading and replacing one file."""

from __future__ import annotations

import os
import sys

import pytest

from hooks.settings.files import SettingsError, check_writable, delete_file, missing_folders, read_file, write_file


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "folder" / "settings.json"
    path.parent.mkdir()
    path.write_bytes(b"before")
    path.chmod(0o640)
    return path


def test_mode_stays_and_nothing_is_left_behind(file):
    write_file(read_file(file), b"after")
    assert file.read_bytes() == b"after" and file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(file.parent) == ["settings.json"]


def test_a_link_stays_a_link(file, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to("folder/settings.json")
    write_file(read_file(link), b"after")
    assert link.is_symlink() and file.read_bytes() == b"after"


def test_a_link_to_a_file_that_does_not_exist_yet(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "dotfiles" / "settings.json")
    read = read_file(link)
    assert not read.exists
    write_file(read, b"new")
    assert link.is_symlink() and (tmp_path / "dotfiles/settings.json").read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(file):
    os.chown(file, 1234, 1234)
    write_file(read_file(file), b"after")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)


def test_a_new_file_is_private(tmp_path):
    path = tmp_path / "a" / "b" / "settings.json"
    assert missing_folders(path.parent) == (str(tmp_path / "a"), str(tmp_path / "a" / "b"))
    write_file(read_file(path), b"new")
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("act", [lambda file: write_file(file, b"ours"), delete_file], ids=["write", "delete"])
def test_a_change_in_between_is_not_lost(file, act):
    read = read_file(file)
    file.write_bytes(b"theirs")
    with pytest.raises(SettingsError, match="another program"):
        act(read)
    assert file.read_bytes() == b"theirs" and os.listdir(file.parent) == ["settings.json"]


def test_a_full_disk_leaves_the_file_as_it_was(file, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        write_file(read_file(file), b"after")
    assert file.read_bytes() == b"before" and os.listdir(file.parent) == ["settings.json"]


def test_a_write_protected_file_is_respected(file):
    file.chmod(0o440)
    with pytest.raises(SettingsError, match="write-protected") as caught:
        check_writable(read_file(file))
    assert "chmod u+w" in caught.value.next_step


def test_a_file_where_a_folder_should_be(file):
    with pytest.raises(SettingsError, match="not a folder"):
        check_writable(read_file(file / "below" / "settings.json"))


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="not a file"):
        read_file(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="not a file"):
        read_file(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_file(tmp_path / "loop")


@pytest.mark.parametrize("act", [lambda file: write_file(file, b"{}"), delete_file])
def test_a_way_that_leads_elsewhere_by_now_is_not_gone(tmp_path, act):
    """A project's folder is exchanged for a link while its settings are put back: nothing may be made, replaced or deleted where it leads."""
    (tmp_path / "project/.claude").mkdir(parents=True)
    (tmp_path / "project/.claude/settings.local.json").write_text("{}")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/settings.local.json").write_text("theirs")
    file = read_file(tmp_path / "project/.claude/settings.local.json")
    os.rename(tmp_path / "project/.claude", tmp_path / "project/before")
    (tmp_path / "project/.claude").symlink_to(tmp_path / "elsewhere")
    touched = (tmp_path / "elsewhere").stat().st_mtime_ns
    with pytest.raises(SettingsError):
        act(file)
    assert (tmp_path / "elsewhere").stat().st_mtime_ns == touched and os.listdir(tmp_path / "elsewhere") == ["settings.local.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.parametrize("name", ["mem", "pagemap"])
def test_a_link_to_a_file_that_says_it_is_empty(tmp_path, name):
    """The first cannot be read from its beginning, the second has no end that memory could hold."""
    (tmp_path / "link").symlink_to(f"/proc/self/{name}")
    with pytest.raises(SettingsError):
        read_file(tmp_path / "link")
