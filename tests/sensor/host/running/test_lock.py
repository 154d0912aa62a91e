"""One supervisor: the second is told who runs."""

from __future__ import annotations

import os

import pytest

from sensor.host.running.lock import AlreadyRunning, InstanceLock, holder


def test_second_holder_learns_the_first_one(tmp_path):
    path = tmp_path / "run" / "handrail.lock"
    first = InstanceLock(path)
    with pytest.raises(AlreadyRunning) as caught:
        InstanceLock(path)
    assert caught.value.pid == os.getpid()
    assert holder(path) == os.getpid()
    first.release()
    assert holder(path) == 0
    InstanceLock(path).release()


def test_no_file_means_nobody(tmp_path):
    assert holder(tmp_path / "none") == 0


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "target").write_text("keep")
    (tmp_path / "lock").symlink_to(tmp_path / "target")
    with pytest.raises(OSError):
        InstanceLock(tmp_path / "lock")
    assert (tmp_path / "target").read_text() == "keep"
