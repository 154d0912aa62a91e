"""What anchors remember, held against what is here: by the checkpoints alone."""

from __future__ import annotations

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import render_checkpoint
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import add_accepted
from sensor.audit.journal.checkpoints import CHECKPOINTS_FILE, LogPlace
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.remembered import END, what_is_gone

SIGNER = MemorySigner(bytes(32))


def note(size, log="local/d/0", fill=0):
    return render_checkpoint(log, size, bytes([fill]) * 32, SIGNER) + b"\n"


@pytest.fixture
def say(tmp_path):
    """A log with checkpoints at 3, 5 and 9 entries, and what is said of it beside an anchor that keeps `notes`."""
    folder = tmp_path / "log/0"
    folder.mkdir(parents=True)
    (folder / "journal-000000000000.jsonl").touch()
    (folder / CHECKPOINTS_FILE).write_bytes(note(3) + note(5) + note(9))

    def say(*notes, name="kept.txt"):
        (tmp_path / name).write_bytes(b"".join(notes))
        return what_is_gone(tmp_path / "log", "local/d/0", SIGNER.public, (tmp_path / "none.txt", tmp_path / name))

    return say


@pytest.mark.parametrize("notes", [
    (), (note(3), note(5), note(9)), (note(5),), (note(12, "local/other/0"), note(9)), (note(2),), (b"torn", note(9)), (note(9), note(12)[:20]), (b"garbage\n\nmore\n\n", note(9)),
])
def test_what_is_here_is_no_alarm(say, notes):
    assert say(*notes) == ""


@pytest.mark.parametrize(("notes", "what"), [
    ((note(5), note(12)), "knows 12 entries of log local/d/0, of which 9 are here"), ((note(12), note(9)), "knows 12 entries"), ((note(5, fill=7),), "knows another log local/d/0 of 5 entries"),
    ((note(7), note(9)), "knows another log local/d/0 of 7 entries"), ((note(4, "local/d/1"),), "knows 4 entries of log local/d/1, of which 0 are here"),
])
def test_what_is_gone_or_another_is_said(say, notes, what):
    assert what in say(*notes) and "the anchor kept.txt" in say(*notes) and "handrail verify" in say(*notes)


def test_what_a_person_accepted_is_not_told_again(say, tmp_path):
    assert say(note(12))
    add_accepted(LogPlace(origin="local/d/0", folder=tmp_path / "log/0", keys=tmp_path), (Lost(log="local/d/0", size=12),), SIGNER, Medium())
    assert say(note(12)) == "" and say(note(13))


def test_only_the_ends_of_files_are_read(say, tmp_path):
    notes = [note(size) for size in range(10, 10 + END // 150)]
    (tmp_path / "log/0" / CHECKPOINTS_FILE).write_bytes(b"".join(notes))
    assert len(b"".join(notes)) > END and say(note(2, fill=7), *notes) == "" and say(*notes, note(10**6)) != ""


def test_a_log_whose_checkpoints_are_gone(say, tmp_path):
    (tmp_path / "log/0" / CHECKPOINTS_FILE).unlink()
    assert "of which 0 are here" in say(note(3))
