"""What was kept of a device's other logs must be here, byte for byte, wherever the newest log began."""

from __future__ import annotations

import shutil

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import parse_checkpoint, render_checkpoint, whole_notes
from sensor.audit.journal.opening import World
from sensor.audit.journal.pin import PRUNED_FILE
from sensor.audit.journal.pruning import prune
from sensor.audit.journal.segments import segment_name
from sensor.audit.verifying.other_logs import Stamp, missing_logs


def kept(state):
    """Every checkpoint of the log, as an anchor keeps them."""
    return tuple(Stamp(name="anchor", note=note, at_us=0) for _, note in whole_notes((state.log / "checkpoints.txt").read_bytes())[0])


def rows(state, notes):
    return [one.problem.row for one in missing_logs(state.root, state.public(), notes, None)]


def test_a_log_that_is_here_is_no_problem(sample):
    assert len(kept(sample)) > 3 and rows(sample, kept(sample)) == []


def test_bytes_behind_the_newest_note_do_not_matter(sample):
    notes = kept(sample)
    with sample.segments()[-1].open("ab") as file:
        file.write(b"anything")
    assert rows(sample, notes) == []


@pytest.mark.parametrize("how", ["last line cut", "last line damaged", "segment gone", "folder gone", "a file in its place"])
def test_a_log_that_ends_too_early_or_is_gone(sample, how):
    notes, last = kept(sample), sample.segments()[-1]
    lines = last.read_bytes().splitlines(keepends=True)
    public = sample.public()
    if how.startswith("last line"):
        last.write_bytes(b"".join(lines[:-1]) + (b"" if how.endswith("cut") else b"x" * 20 + b"\n"))
    elif how == "segment gone":
        last.unlink()
    else:
        shutil.rmtree(sample.log)
        if how.startswith("a file"):
            (sample.root / "0").touch()
    (one,) = missing_logs(sample.root, public, notes, None)
    problem, size = one.problem, parse_checkpoint(notes[-1].note).size
    assert one.lost.size == size and problem.row == "N5" and f"covers {size} entries" in problem.what


def test_other_entries_of_the_same_number(sample):
    notes = kept(sample)
    first = sample.segments()[0]
    first.write_bytes(first.read_bytes().replace(b"make test-1", b"make tesT-1"))
    assert rows(sample, notes) == ["N6"]


def test_each_log_is_told_once(sample):
    origin = parse_checkpoint(kept(sample)[0].note).origin[:-1]
    notes = tuple(Stamp(name="anchor", note=render_checkpoint(f"{origin}{number}", size, bytes(32), MemorySigner(bytes(32))), at_us=0)
                  for number in (3, 12) for size in (1, 5, 9))
    assert [one.problem.what.split(",")[0] for one in missing_logs(sample.root, sample.public(), notes, None)] == [
        f"anchor covers 9 entries of log {origin}12", f"anchor covers 9 entries of log {origin}3"]


def test_what_was_pruned_is_vouched_for_by_its_signature(sample, tmp_path):
    notes = kept(sample)
    prune(sample.settings(), World(clock=sample.ticking.clock()), "2999", tmp_path)
    assert sample.segments()[0].name != segment_name(0) and rows(sample, notes) == []
    (sample.log / PRUNED_FILE).unlink()
    assert rows(sample, notes) in (["N5"], ["N6"])
