"""Pruning keeps the proof: what is left verifies, the archive holds the rest byte for byte, and a forged cut is found."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import tarfile

import pytest

from sensor.audit.form.entry import parse
from sensor.audit.form.errors import LogLocked
from sensor.audit.form.keys import load_identity
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import World
from sensor.audit.journal.pin import PRUNED_FILE, PRUNED_TAG, write_signed
from sensor.audit.journal.pruning import NothingToPrune, draft_prune, prepare, prune
from sensor.audit.journal.reader import JournalReader, first_position
from sensor.audit.verifying.verify import VerifyOptions
from sensor.audit.verifying.verify_bundle import verify_bundle
from sensor.audit.verifying.verify_chain import verify_chain
from sensor.export.bundle import write_entries_bundle, write_log_bundle
from sensor.export.records import Selection

LIMITS = Limits(epoch_entries=9, segment_bytes=6000)


def do_prune(state, tmp_path, before="2999"):
    archive = tmp_path / "archive"
    archive.mkdir(exist_ok=True)
    state.ticking.pass_s(1)
    return prune(state.settings(limits=LIMITS), World(clock=state.ticking.clock()), before, archive)


def entries(state):
    with JournalReader(state.log) as reader:
        return [parse(line.entry) for line in reader.lines()]


@pytest.fixture
def pruned(sample, tmp_path):
    before = {path.name: path.read_bytes() for path in sample.segments()}
    return sample, do_prune(sample, tmp_path), before


def test_what_is_left_is_verified_and_the_archive_holds_the_rest(pruned):
    state, result, before = pruned
    report = state.report()
    assert report.exit_code == 0 and state.codes() == (0, 0), report
    assert report.first == result.last > 0 and report.signatures_checked == report.entries - report.first
    left = {path.name for path in state.segments()}
    with tarfile.open(result.archive) as tar:
        archived = {info.name: tar.extractfile(info).read() for info in tar}
    assert archived == {name: before[name] for name in archived} and set(archived) == set(before) - left
    with open(result.archive, "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == result.archive_sha256
    told = next(entry for entry in entries(state) if entry.kind == "prune")
    assert (told.prune.from_seq, told.prune.to_seq, told.prune.archive_sha256) == (0, result.last, result.archive_sha256)


def test_the_sensor_goes_on_and_can_be_pruned_again(pruned, make_call, tmp_path):
    state, first, _ = pruned
    journal = state.open(limits=LIMITS).journal
    for number in range(30):
        journal.append(make_call(number))
    journal.close()
    assert state.codes() == (0, 0)
    second = do_prune(state, tmp_path)
    assert second.first == first.last < second.last and state.report().exit_code == 0


def test_without_a_pin_the_log_is_read_from_the_cut(pruned):
    state, _, _ = pruned
    (state.keys / "pin.json").unlink()
    opened = state.open(limits=LIMITS)
    assert opened.alarm == ""
    opened.journal.close()
    assert state.codes() == (0, 0)


def test_bundles_of_a_pruned_log(pruned, tmp_path):
    state, _, _ = pruned
    path = tmp_path / "x.bundle"
    for write in (lambda out: write_log_bundle(state.log, state.keys, out), lambda out: write_entries_bundle(state.log, state.keys, Selection(session="s-1"), out)):
        with open(path, "wb") as out:
            write(out)
        report = verify_bundle(path, VerifyOptions(identity=state.public(), workers=1), state.ticking.wall // 1000)
        assert report.exit_code == 0, report


def test_a_quick_look_at_a_pruned_log(pruned):
    state, _, _ = pruned
    report = verify_chain(state.log, VerifyOptions(identity=state.public()), 0)
    assert report.exit_code == 3 and report.problems == ()


FORGED = {
    "no state": lambda s: (s.log / PRUNED_FILE).unlink(),
    "another size": lambda s: change(s, "size", 1), "another root": lambda s: change(s, "root", "00" * 32), "another key": lambda s: change(s, "pk", "A" * 43 + "="),
    "one more segment gone": lambda s: s.segments()[0].unlink(),
}


def change(state, name, value):
    path = state.log / PRUNED_FILE
    content = json.loads(path.read_text())
    content["pin"][name] = value
    path.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")))


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_cut_is_found(pruned, make_call, name):
    state, _, _ = pruned
    journal = state.open(limits=LIMITS).journal
    for number in range(20):
        journal.append(make_call(number))
    journal.close()
    FORGED[name](state)
    assert state.codes() == (1, 1)
    assert state.report(identity=b"").exit_code in (1, 3)


def test_a_head_cut_off_without_pruning_is_found_although_an_older_state_is_signed(pruned, make_call, tmp_path):
    """The state of an earlier cut must not excuse a later one."""
    state, _, _ = pruned
    journal = state.open(limits=LIMITS).journal
    for number in range(40):
        journal.append(make_call(number))
    journal.close()
    for path in state.segments()[:2]:
        path.unlink()
    assert state.codes() == (1, 1)


def test_only_old_published_whole_segments_go(sample, tmp_path):
    with pytest.raises(NothingToPrune):
        do_prune(sample, tmp_path, before="2000")
    assert len(entries(sample)) > 30 and sample.report().exit_code == 0


def test_not_beside_a_running_sensor(sample, tmp_path):
    journal = sample.open(limits=LIMITS).journal
    with pytest.raises(LogLocked):
        do_prune(sample, tmp_path)
    journal.close()


@pytest.mark.parametrize("removed", [-1, 0, 1], ids=["behind the entry", "behind the signed state", "behind the first file"])
def test_a_crash_in_between_leaves_more_than_is_needed_never_less(sample, tmp_path, make_call, removed):
    """As the running sensor does it: entry, signed state, files; the process ends somewhere between."""
    journal = sample.open(limits=LIMITS).journal
    identity = load_identity(sample.keys)
    place = LogPlace(origin=journal.origin, folder=sample.log, keys=sample.keys)
    prepared = prepare(place, identity.public, "2999", tmp_path)
    journal.append(draft_prune(prepared))
    journal.drain()
    if removed >= 0:
        write_signed(sample.log / PRUNED_FILE, PRUNED_TAG, prepared.state, identity, Medium())
        for path in sample.segments()[:removed]:
            path.unlink()
    journal.close()
    assert sample.codes() == (0, 0)
    goes_on = sample.open(limits=LIMITS)
    assert goes_on.alarm == ""
    for number in range(12):
        goes_on.journal.append(make_call(number))
    goes_on.journal.close()
    assert sample.codes() == (0, 0)
    again = do_prune(sample, tmp_path)
    assert again.last > prepared.last or again.first == 0
    assert sample.codes() == (0, 0) and sample.report().first == again.last


@pytest.fixture
def place(sample):
    journal = sample.open(limits=LIMITS).journal
    journal.close()
    return LogPlace(origin=journal.origin, folder=sample.log, keys=sample.keys)


def test_the_name_of_the_archive_is_durable_before_the_log_says_so(place, tmp_path, monkeypatch):
    """Else a power loss takes the archive after it has taken the files."""
    synced, sync = [], os.fsync

    def noting(handle):
        synced.append((os.path.realpath(f"/dev/fd/{handle}"), len(list(tmp_path.glob("*.tar")))))
        sync(handle)

    monkeypatch.setattr("os.fsync", noting)
    prepare(place, load_identity(place.keys).public, "2999", tmp_path)
    assert synced[-1] == (str(tmp_path), 1)


def test_an_archive_that_does_not_fit_leaves_nothing_behind(place, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError):
            prepare(place, load_identity(place.keys).public, "2999", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.glob("*.tar*")) == []
    assert prepare(place, load_identity(place.keys).public, "2999", tmp_path).last


def test_a_file_that_is_put_before_the_cut_is_read_by_nobody(pruned):
    """The verifier begins at the cut; what reads for reports, exports and the index must begin there too."""
    state, result, before = pruned
    honest = [line.entry for line in read_all(state)]
    name, data = max((name, data) for name, data in before.items() if not (state.log / name).exists())
    (state.log / name).write_bytes(data.replace(b'"clean"', b'"block"'))
    assert state.codes() == (0, 0)
    assert [line.entry for line in read_all(state)] == honest and first_position(state.log).seq == result.last


def read_all(state):
    with JournalReader(state.log) as reader:
        return list(reader.lines())
