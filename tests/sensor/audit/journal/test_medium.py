"""File calls: new files are private and exclusive, links are not followed, writes go to the end."""

from __future__ import annotations

import os
import sys

import pytest

from sensor.audit.journal.medium import Medium


def test_new_files_are_private_and_never_an_existing_one(tmp_path):
    medium = Medium()
    handle = medium.create(tmp_path / "a")
    assert medium.write(handle, b"one") == 3
    medium.close(handle)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        medium.create(tmp_path / "a")


def test_writes_go_to_the_end_whatever_others_wrote(tmp_path):
    medium = Medium()
    first = medium.create(tmp_path / "a")
    second = medium.reopen(tmp_path / "a")
    for handle, data in ((first, b"1"), (second, b"2"), (first, b"3")):
        medium.write(handle, data)
    medium.sync(first)
    medium.sync_folder(tmp_path)
    assert (tmp_path / "a").read_bytes() == b"123"
    medium.close(first)
    medium.close(second)


def test_links_are_not_followed(tmp_path):
    (tmp_path / "target").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for call in (Medium().create, Medium().reopen):
        with pytest.raises(OSError):
            call(tmp_path / "link")
    with pytest.raises(FileNotFoundError):
        Medium().reopen(tmp_path / "none")


def test_replace_takes_the_name(tmp_path):
    (tmp_path / "a").write_bytes(b"new")
    (tmp_path / "b").write_bytes(b"old")
    Medium().replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"new" and not (tmp_path / "a").exists()


def test_macos_asks_for_a_full_sync(tmp_path, monkeypatch):
    """fsync stops at the drive's cache there: the call must be F_FULLFSYNC."""
    import fcntl

    asked = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda handle, command: asked.append(command))
    monkeypatch.setattr(os, "fdatasync", lambda handle: asked.append("fdatasync"))
    Medium().sync(3)
    assert asked == [51]
