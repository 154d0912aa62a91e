"""Making checkpoints: what is signed was read back from the file; a torn note is never followed by another."""

from __future__ import annotations

import errno

import pytest

from sensor.audit.form.chain import CompactRange
from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import parse_checkpoint, render_checkpoint, split_notes
from sensor.audit.journal.checkpoints import CHECKPOINTS_FILE, checkpoint_files, last_note, set_torn_aside
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import read_pin
from sensor.audit.journal.reader import JournalReader

NOTE = render_checkpoint("local/device/0", 3, bytes(32), MemorySigner(bytes(32)))


def test_every_checkpoint_is_the_tree_of_the_journal(sample):
    with JournalReader(sample.log) as reader:
        leaves = [line.leaf for line in reader.lines()]
    notes = [parse_checkpoint(note) for path in checkpoint_files(sample.log) for _, note in split_notes(path.read_bytes())[0]]
    assert len(notes) > 5
    for note in notes:
        tree = CompactRange()
        for leaf in leaves[:note.size]:
            tree.append(leaf)
        assert note.root == tree.root()
    assert read_pin(sample.keys, sample.public()).size == notes[-1].size == len(leaves)


def test_anchors_get_every_note(state, make_call):
    kept = []
    opened = state.open(anchors=(kept.append,))
    opened.journal.append(make_call(1, verdict="block", answer="deny"))
    opened.journal.close()
    assert parse_checkpoint(kept[-1]).size == 3 and kept[-1] == last_note(state.log)


def test_a_bit_that_flips_before_the_checkpoint_is_never_signed(state, make_call):
    opened = state.open()
    for _ in range(6000):
        if opened.journal._sync._published:
            break
        opened.journal._sync._thread.join(0.01)
    opened.journal.append(make_call(1))
    path = state.segments()[-1]
    path.write_bytes(path.read_bytes().replace(b"make test-1", b"make tesT-1"))
    opened.journal.append(make_call(2, verdict="block", answer="deny"))
    opened.journal._sync._thread.join(0.3)
    for _ in range(3000):
        if opened.journal._sync.failure is not None:
            break
        opened.journal._sync._thread.join(0.02)
    assert opened.journal._sync.failure.cause is Cause.CORRUPT
    with pytest.raises(AuditUnavailable):
        opened.journal.append(make_call(3))
    opened.journal.close()
    assert parse_checkpoint(last_note(state.log)).size == 1


def test_a_note_that_could_not_be_finished_begins_another_file(state, make_call, faulty):
    faulty.only = "checkpoints"
    opened = state.open(medium=faulty)
    opened.journal.drain()
    first = opened.journal._sync
    for _ in range(6000):
        if first._published:
            break
        first._thread.join(0.01)
    faulty.write_errors[faulty.writes + 1], faulty.partial = errno.ENOSPC, 40
    opened.journal.append(make_call(1, verdict="block", answer="deny"))
    for _ in range(6000):
        if first._retry_at:
            break
        first._thread.join(0.01)
    first._retry_at = 0.001
    faulty.write_errors.clear()
    opened.journal.append(make_call(2, verdict="block", answer="deny"))
    for _ in range(6000):
        if first._published == 3:
            break
        first._thread.join(0.01)
    opened.journal.close()
    files = checkpoint_files(state.log)
    assert len(files) == 2 and split_notes(files[0].read_bytes())[1] and not split_notes(files[1].read_bytes())[1]
    assert state.codes() == (0, 0)


def test_only_a_torn_file_is_set_aside(tmp_path):
    path = tmp_path / CHECKPOINTS_FILE
    set_torn_aside(tmp_path, Medium(), "2026")
    path.write_bytes(NOTE + b"\n")
    set_torn_aside(tmp_path, Medium(), "2026")
    assert checkpoint_files(tmp_path) == (path,) and last_note(tmp_path) == NOTE
    path.write_bytes(NOTE + b"\n" + NOTE[:20])
    set_torn_aside(tmp_path, Medium(), "2026")
    assert [one.name for one in checkpoint_files(tmp_path)] == ["checkpoints-2026.txt"]
    assert last_note(tmp_path) == NOTE


def test_the_last_note_of_nothing(tmp_path):
    assert last_note(tmp_path) == b""
    (tmp_path / CHECKPOINTS_FILE).write_bytes(NOTE[:30])
    assert last_note(tmp_path) == b""
