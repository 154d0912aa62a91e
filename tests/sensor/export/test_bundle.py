"""Making bundles: of a live log, of a session with the evidence of its keys, and none where nothing could be proved."""

from __future__ import annotations

import io
import tarfile

import pytest

from sensor.audit.form.entry import parse
from sensor.audit.journal.segments import cut_line
from sensor.audit.verifying.verify import VerifyOptions
from sensor.audit.verifying.verify_bundle import verify_bundle
from sensor.export.bundle import NothingToBundle, write_entries_bundle, write_log_bundle
from sensor.export.records import Selection


def members(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def check(state, data, tmp_path):
    path = tmp_path / "x.bundle"
    path.write_bytes(data)
    return verify_bundle(path, VerifyOptions(identity=state.public(), workers=1), state.ticking.wall // 1000)


def test_a_log_that_is_being_written(state, tmp_path):
    journal = state.open().journal
    for number in range(20):
        journal.append(make(number))
    journal.drain()
    last = state.segments()[-1]
    with open(last, "ab") as file:
        file.write(b'{"entry":{"half')  # the sensor is in the middle of a line
    out = io.BytesIO()
    made = write_log_bundle(state.log, state.keys, out)
    assert made.entries == 21 and check(state, out.getvalue(), tmp_path).exit_code == 0
    last.write_bytes(last.read_bytes()[:-15])
    journal.close()


def make(number):
    from sensor.audit.form.entry import EntryDraft, blank
    from sensor.audit.form.parts import Summary

    deny = number % 5 == 4
    entry = blank("call", session=f"s-{number % 2}", summary=Summary(action="shell", text=f"echo {number}"), verdict="block" if deny else "clean", answer="deny" if deny else "allow")
    return EntryDraft(entry=entry, decision=deny)


def test_a_session_brings_the_keys_that_signed_it(sample, tmp_path):
    out = io.BytesIO()
    made = write_entries_bundle(sample.log, sample.keys, Selection(verdict="block"), out)
    entries = [parse(cut_line(line)[0]) for line in members(out.getvalue())["entries.jsonl"].splitlines(keepends=True)]
    assert made.entries == len(entries) and [entry.seq for entry in entries] == sorted({entry.seq for entry in entries})
    assert sum(entry.verdict == "block" for entry in entries) == 3
    shown = {entry.epoch for entry in entries if entry.open} | {entry.epoch + 1 for entry in entries if entry.rotation}
    assert {entry.epoch for entry in entries} <= shown
    assert made.entries < made.checkpoint and check(sample, out.getvalue(), tmp_path).exit_code == 0


@pytest.mark.parametrize("wanted", [Selection(session="s-1"), Selection(), Selection(session="none"), Selection(verdict="notable")])
def test_every_choice_verifies(sample, tmp_path, wanted):
    out = io.BytesIO()
    write_entries_bundle(sample.log, sample.keys, wanted, out)
    report = check(sample, out.getvalue(), tmp_path)
    assert report.exit_code == 0, report


def test_without_a_checkpoint_there_is_nothing_to_prove(sample):
    (sample.log / "checkpoints.txt").unlink()
    for write in (lambda out: write_log_bundle(sample.log, sample.keys, out), lambda out: write_entries_bundle(sample.log, sample.keys, Selection(), out)):
        with pytest.raises(NothingToBundle):
            write(io.BytesIO())


def test_no_key_and_no_path_leaves_the_machine(sample):
    out = io.BytesIO()
    write_log_bundle(sample.log, sample.keys, out)
    assert (sample.keys / "identity.key").read_bytes().splitlines()[1] not in out.getvalue()
    assert str(sample.folder).encode() not in out.getvalue()
