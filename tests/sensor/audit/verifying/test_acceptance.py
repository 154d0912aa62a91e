"""A loss stays one until an entry and a signed file say that a person accepted it; both verifiers want both."""

from __future__ import annotations

import shutil

import pytest

from sensor.audit.form.keys import load_identity
from sensor.audit.form.notes import whole_notes
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import FILE, add_accepted
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import World
from sensor.audit.journal.pruning import prune
from sensor.audit.journal.segments import segment_name
from sensor.audit.verifying.acceptance import merge
from sensor.audit.verifying.verify import VerifyOptions, verify_newest
from sensor.audit.verifying.verify_bundle import verify_bundle
from sensor.export.bundle import write_log_bundle

LIMITS = Limits(epoch_entries=9, segment_bytes=6000)


def notes(state):
    """What an anchor kept."""
    return tuple(("anchor", note) for _, note in whole_notes((state.log / "checkpoints.txt").read_bytes())[0])


@pytest.fixture
def damaged(sample):
    """A log that was begun anew because its predecessor was cut."""
    path = sample.segments()[-1]
    path.write_bytes(path.read_bytes()[:-400])
    sample.open().journal.close()
    return sample


def test_a_log_that_was_begun_anew_names_what_is_lost(damaged):
    report = damaged.report()
    ((before, size),) = [(one.log, one.size) for one in report.losses]
    assert report.exit_code == 3 and before.endswith("/0") and size > 20
    assert any("begun anew" in reason and "is not where the pin has it" in reason for reason in report.not_proven)


def test_what_was_accepted_is_a_note(damaged, accept):
    accept(damaged)
    report = damaged.report()
    assert report.exit_code == 0 and report.losses == () and damaged.codes() == (0, 0)
    assert any("accepted as lost" in note and "sam: a disk died" in note for note in report.notes)


@pytest.mark.parametrize("how", ["file gone", "file damaged", "smaller", "no entry"])
def test_half_an_acceptance_is_none(damaged, accept, how):
    (lost,) = damaged.report().losses
    if how == "smaller":
        accept(damaged, Lost(log=lost.log, size=lost.size - 1))
    elif how == "no entry":
        place = LogPlace(origin=damaged.report().log, folder=damaged.log, keys=damaged.keys)
        add_accepted(place, (lost,), load_identity(damaged.keys), Medium())
    else:
        accept(damaged)
        path = damaged.log / FILE
        path.unlink() if how == "file gone" else path.write_bytes(path.read_bytes()[:-9])
    assert damaged.codes() == ((1, 1) if how in ("file damaged", "no entry") else (3, 3))


def test_the_acceptance_of_another_log_is_none(damaged, accept):
    accept(damaged)
    kept = (damaged.log / FILE).read_bytes()
    (damaged.log / "checkpoints.txt").unlink()
    damaged.open().journal.close()
    assert damaged.log.name == "2" and damaged.codes() == (3, 3)
    (damaged.log / FILE).write_bytes(kept)
    assert damaged.codes() == (1, 1)


def prune_beginning(state, make_call, archive):
    for _ in range(3):
        opened = state.open(limits=LIMITS)
        for number in range(12):
            opened.journal.append(make_call(number))
        opened.journal.close()
    prune(state.settings(limits=LIMITS), World(clock=state.ticking.clock()), "2999", archive)


def test_an_acceptance_outlives_the_pruning_of_its_entry(damaged, accept, make_call, tmp_path):
    accept(damaged)
    prune_beginning(damaged, make_call, tmp_path)
    assert damaged.segments()[0].name != segment_name(0) and damaged.codes() == (0, 0) and damaged.open().alarm == ""


def test_pruning_does_not_accept(damaged, make_call, tmp_path):
    prune_beginning(damaged, make_call, tmp_path)
    assert damaged.segments()[0].name != segment_name(0) and damaged.codes() == (3, 3) and "begun anew" in damaged.open().alarm


def test_a_bundle_brings_the_acceptance(damaged, accept, tmp_path):
    for code in (3, 0):
        with (tmp_path / "bundle").open("wb") as out:
            write_log_bundle(damaged.log, damaged.keys, out)
        assert verify_bundle(tmp_path / "bundle", VerifyOptions(identity=damaged.public(), workers=1), 0).exit_code == code
        if code:
            accept(damaged)


def test_a_bundle_that_was_made_before_the_entry_had_its_checkpoint_proves_nothing(damaged, tmp_path):
    place = LogPlace(origin=damaged.report().log, folder=damaged.log, keys=damaged.keys)
    add_accepted(place, damaged.report().losses, load_identity(damaged.keys), Medium())
    with (tmp_path / "bundle").open("wb") as out:
        write_log_bundle(damaged.log, damaged.keys, out)
    report = verify_bundle(tmp_path / "bundle", VerifyOptions(identity=damaged.public(), workers=1), 0)
    assert report.exit_code == 3 and any("no entry" in reason for reason in report.not_proven)


def everything(state, kept):
    return verify_newest(state.root, state.keys, VerifyOptions(notes=kept, workers=1), state.ticking.wall // 1000)


def test_a_backup_put_back_whole_is_convicted_until_it_is_accepted(sample, accept, make_call, tmp_path):
    """The log goes on under its own number; what an anchor remembers of the time between is of entries that are gone."""
    backup = tmp_path / "backup"
    shutil.copytree(sample.folder, backup)
    opened = sample.open()
    for number in range(9):
        opened.journal.append(make_call(number, verdict="block", answer="deny"))
        opened.journal.drain()
    opened.journal.close()
    kept = notes(sample)
    shutil.rmtree(sample.folder)
    shutil.copytree(backup, sample.folder)
    sample.open().journal.close()
    report = everything(sample, kept)
    assert report.exit_code == 1 and [(one.log, one.size) for one in report.losses] == [(report.log, int(kept[-1][1].split(b"\n")[1]))]
    accept(sample, *report.losses)
    told = everything(sample, kept)
    assert told.exit_code == 0 and any("a person accepted" in note for note in told.notes)
    later = notes(sample)
    assert everything(sample, (*kept, *later)).exit_code == 0
    path = sample.segments()[-1]
    path.chmod(0o600)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert everything(sample, (*kept, *later)).exit_code == 1


def test_the_largest_of_each_log():
    found = merge((Lost(log="b", size=1), Lost(log="a", size=2)), iter((Lost(log="b", size=3), Lost(log="b", size=2))))
    assert [(one.log, one.size) for one in found] == [("a", 2), ("b", 3)]
