"""A file that takes the place of another."""

from __future__ import annotations

import stat

import pytest

from sensor.host.files.replacing import replace_file


@pytest.mark.parametrize("mode", [0o600, 0o700])
def test_who_has_the_old_file_open_keeps_it_and_nothing_else_is_left(tmp_path, mode):
    (tmp_path / "bin").mkdir()
    file = tmp_path / "bin/client"
    file.write_bytes(b"old")
    with file.open("rb") as running:
        replace_file(file, b"new", mode)
        assert running.read() == b"old"
    assert file.read_bytes() == b"new" and stat.S_IMODE(file.stat().st_mode) == mode and list(file.parent.iterdir()) == [file]


def test_a_link_that_lies_in_the_way_is_not_followed(tmp_path):
    (tmp_path / "other").write_bytes(b"theirs")
    (tmp_path / ".client.new").symlink_to(tmp_path / "other")
    replace_file(tmp_path / "client", b"ours", 0o600)
    assert (tmp_path / "other").read_bytes() == b"theirs" and (tmp_path / "client").read_bytes() == b"ours"
