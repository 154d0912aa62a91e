"""A git remote keeps every checkpoint, and says when the log was put back."""

from __future__ import annotations

import subprocess

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import render_checkpoint
from sensor.audit.outside.git_anchor import AnchorConflict, GitAnchor

SIGNER = MemorySigner(bytes(32))


def note(size, fill=0, log="local/d/0"):
    return render_checkpoint(log, size, bytes([fill]) * 32, SIGNER)


@pytest.fixture
def remote(tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "remote.git")], check=True)
    return str(tmp_path / "remote.git")


def test_notes_are_kept_in_order_and_told_once(tmp_path, remote):
    anchor = GitAnchor(tmp_path / "copies", remote, "handrail-d")
    assert anchor.notes() == ()
    assert [anchor(note(size)) for size in (1, 2, 2, 5)] == [True, True, False, True]
    assert anchor.notes() == (note(1), note(2), note(5))
    assert GitAnchor(tmp_path / "other", remote, "handrail-d").notes() == anchor.notes()


def test_what_is_no_note_is_not_fetched(tmp_path, remote):
    """It would be written into the file that `anchor fetch` is told to write."""
    anchor = GitAnchor(tmp_path / "copies", remote, "handrail-d")
    anchor(b"x\nmode: observe\n")
    anchor(note(4))
    assert anchor.notes() == (note(4),)


def test_installations_do_not_meet(tmp_path, remote):
    first, second = (GitAnchor(tmp_path / name, remote, f"handrail-{name}") for name in "ab")
    assert first(note(3)) and second(note(1, 7)) and first.notes() == (note(3),) and second.notes() == (note(1, 7),)


@pytest.mark.parametrize("later", [note(3), note(5, 9)])
def test_a_log_that_was_put_back_or_forked_is_convicted(tmp_path, remote, later):
    anchor = GitAnchor(tmp_path / "copies", remote, "handrail-d")
    anchor(note(5))
    with pytest.raises(AnchorConflict):
        anchor(later)
    assert anchor.notes() == (note(5),)


def test_the_next_log_of_the_device_goes_on(tmp_path, remote):
    anchor = GitAnchor(tmp_path / "copies", remote, "handrail-d")
    assert anchor(note(5)) and anchor(note(1, log="local/d/1"))


def test_an_earlier_log_behind_a_later_one_is_convicted(tmp_path, remote):
    """The later log was removed, and the first one put back or begun anew."""
    anchor = GitAnchor(tmp_path / "copies", remote, "handrail-d")
    anchor(note(5, log="local/d/1"))
    with pytest.raises(AnchorConflict, match="a later log"):
        anchor(note(9))


def test_a_remote_that_is_away_or_looks_like_an_option(tmp_path):
    for name in (str(tmp_path / "none.git"), "--upload-pack=touch x"):
        with pytest.raises(OSError):
            GitAnchor(tmp_path / "copies", name, "handrail-d")(note(1))


def test_a_remote_has_its_time_for_everything_together(tmp_path, remote, monkeypatch):
    """Each command alone would be in time, and a few slow remotes would take the time of all other anchors."""
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nsleep 1.2\nfor last; do :; done\nexec sh -c \"$last\"\n")
    ssh.chmod(0o700)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setattr("sensor.audit.outside.git_anchor.SECONDS", 2)
    with pytest.raises(OSError, match="git push did not end"):
        GitAnchor(tmp_path / "copies", f"host.example:{remote}", "handrail-d")(note(1))
