"""Anchors: what left the state folder convicts whoever changes it, and a slow or failing anchor delays nobody."""

from __future__ import annotations

import shutil
import threading

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import render_checkpoint, split_notes
from sensor.audit.journal.anchors import FileAnchor, Publisher, kept_notes

SIGNER = MemorySigner(bytes(32))


def note(size, log="local/d/0", fill=0):
    return render_checkpoint(log, size, bytes([fill]) * 32, SIGNER)


def test_a_file_keeps_every_note_privately(tmp_path):
    anchor = FileAnchor(tmp_path / "kept.txt")
    for size in (1, 2, 3):
        anchor(note(size))
    assert [data for _, data in split_notes((tmp_path / "kept.txt").read_bytes())[0]] == [note(1), note(2), note(3)]
    assert (tmp_path / "kept.txt").stat().st_mode & 0o777 == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "kept.txt")
    with pytest.raises(OSError):
        FileAnchor(tmp_path / "link")(note(4))


def test_notes_of_one_log_by_size_and_what_is_torn_is_left_out(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_bytes(b"".join(one + b"\n" for one in (note(2), note(1), note(9, "local/d/1"), note(2), note(2, fill=7))) + b"bad\n\nbad\n\n" + note(5)[:20])
    assert [data for _, data in kept_notes(path, "local/d/0")] == [note(1), note(2), note(2, fill=7)]
    with pytest.raises(FileNotFoundError):
        kept_notes(tmp_path / "none", "local/d/0")


def test_publishing_waits_for_nobody_and_gives_the_newest():
    entered, release, seen = threading.Event(), threading.Event(), []

    def slow(data):
        seen.append(data)
        entered.set()
        release.wait(60)

    def broken(data):
        raise OSError("share is gone")

    publisher = Publisher((broken, slow))
    publisher(note(1))
    assert entered.wait(60)
    for size in (2, 3, 4):
        publisher(note(size))
    release.set()
    publisher.close()
    assert seen == [note(1), note(4)]


def test_an_old_state_folder_put_back_whole_is_seen_by_the_kept_notes(state, make_call, tmp_path):
    """Journal, checkpoints, keys and pin are all from yesterday: only what left the folder knows better."""
    kept = tmp_path / "share" / "kept.txt"
    kept.parent.mkdir()
    journal = state.open(anchors=(FileAnchor(kept),)).journal
    journal.append(make_call(1, verdict="block", answer="deny"))
    journal.close()
    shutil.copytree(state.folder, tmp_path / "yesterday")
    journal = state.open(anchors=(FileAnchor(kept),)).journal
    journal.append(make_call(2, verdict="block", answer="deny"))
    journal.close()
    log = journal.origin
    assert state.report(notes=kept_notes(kept, log)).exit_code == 0
    assert {anchor.name for anchor in state.report(notes=kept_notes(kept, log)).anchors} == {"kept.txt", "local pin"}
    shutil.rmtree(state.folder)
    shutil.copytree(tmp_path / "yesterday", state.folder)
    assert state.report().exit_code == 0  # without the kept notes nobody can tell
    assert state.report(notes=kept_notes(kept, log)).exit_code == 1
