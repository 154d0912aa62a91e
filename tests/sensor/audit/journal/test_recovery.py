"""Ends of a log: unfinished lines at every byte, lost sectors, corruption, rollback. Nothing is ever repaired in place."""

from __future__ import annotations

import hashlib
import json
import shutil
import time

import pytest

from sensor.audit.form.entry import parse
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import read_pin
from sensor.audit.journal.reader import JournalReader
from tests.sensor.audit.killing import copy_as_killed


def entries(folder):
    with JournalReader(folder) as reader:
        return [parse(line.entry) for line in reader.lines()]


def test_kill_without_a_tail_goes_on_in_the_segment(killed):
    killed.open().journal.close()
    found = entries(killed.log)
    assert [entry.kind for entry in found] == ["log_open", "call", "call", "call", "log_open", "crash_recovered", "shutdown"]
    assert found[5].tails == () and found[4].open.restarts == 1 and found[4].epoch == 1
    assert len(killed.segments()) == 1
    assert killed.codes() == (0, 0)


def last_line(state):
    return state.segments()[-1].read_bytes().splitlines(keepends=True)[-1]


@pytest.mark.parametrize("step", range(8))
def test_the_last_line_cut_at_every_byte(killed, tmp_path, step):
    line = last_line(killed)
    original = killed.segments()[-1].read_bytes()
    for cut in range(1 + step, len(line), 8):
        folder = tmp_path / f"cut-{cut}"
        shutil.copytree(killed.folder, folder)
        copy = type(killed)(folder, killed.ticking)
        kept = original[: len(original) - cut]
        copy.segments()[-1].write_bytes(kept)
        opened = copy.open()
        assert opened.alarm == ""
        opened.journal.close()
        found = entries(copy.log)
        kinds = [entry.kind for entry in found]
        assert kinds == ["log_open", "call", "call", "log_open", "crash_recovered", "shutdown"]
        tail = found[4].tails[0]
        bytes_left = len(line) - cut
        assert (tail.bytes, tail.offset, tail.cause) == (bytes_left, len(kept) - bytes_left, "crash")
        assert tail.sha256 == hashlib.sha256(kept[-bytes_left:]).hexdigest()
        first, _ = copy.segments()
        assert first.read_bytes() == kept and first.stat().st_mode & 0o777 == 0o400
        assert copy.codes() == (0, 0)
        shutil.rmtree(folder)


def test_cut_at_the_end_of_a_line_is_just_a_shorter_log(killed):
    path = killed.segments()[-1]
    path.write_bytes(path.read_bytes()[: -len(last_line(killed))])
    killed.open().journal.close()
    assert [entry.kind for entry in entries(killed.log)][:4] == ["log_open", "call", "call", "log_open"]
    assert killed.codes() == (0, 0)


def test_after_a_power_loss_good_lines_behind_a_hole_are_a_declared_tail(killed):
    path = killed.segments()[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = bytes(len(lines[2]) - 1) + b"\n"
    path.write_bytes(b"".join(lines))
    killed.ticking.boot_id = "boot-2"
    opened = killed.open()
    assert opened.alarm == ""
    opened.journal.close()
    tail = next(one for one in entries(killed.log) if one.kind == "crash_recovered").tails[0]
    assert tail.entries == 1 and tail.decisions == 0
    assert killed.codes() == (0, 0)


def test_a_tail_with_a_decision_is_not_proven(state, make_call, kill):
    opened = state.open()
    while (pin := read_pin(state.keys, state.public())) is None or pin.size < opened.journal.size:  # log_open gets its checkpoint alone
        time.sleep(0.002)
    opened.journal.append(make_call(1))
    opened.journal.append(make_call(2, verdict="quarantine", answer="ask"))
    killed = kill(state, opened, 1)
    path = killed.segments()[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = bytes(len(lines[1]) - 1) + b"\n"
    path.write_bytes(b"".join(lines))
    killed.ticking.boot_id = "boot-2"
    killed.open().journal.close()
    assert killed.codes() == (3, 3)


def test_within_one_boot_a_bad_line_is_corruption(killed):
    path = killed.segments()[-1]
    damaged = path.read_bytes().replace(b"make test-1", b"make tesT-1")
    path.write_bytes(damaged)
    opened = killed.open()
    assert "damaged" in opened.alarm
    opened.journal.close()
    assert opened.folder.name == "1"
    aside = list((killed.root / "0").glob("*.corrupt-*"))
    assert len(aside) == 1 and aside[0].read_bytes() == damaged
    first = entries(opened.folder)[0]
    assert first.open.predecessor.log.endswith("/0") and len(first.open.predecessor.note_sha256) == 64
    assert killed.codes() == (3, 3)


DAMAGE = {
    "a pinned entry flipped": lambda s: flip(s.segments()[-1], -200),
    "truncated": lambda s: s.segments()[-1].write_bytes(s.segments()[-1].read_bytes()[:-400]),
    "newest segment deleted": lambda s: s.segments()[-1].unlink(),
    "all segments deleted": lambda s: [path.unlink() for path in s.segments()],
    "block of zeros": lambda s: zero(s.segments()[-1]),
    "checkpoints deleted": lambda s: (s.log / "checkpoints.txt").unlink(),
    "checkpoints cut": lambda s: (s.log / "checkpoints.txt").write_bytes((s.log / "checkpoints.txt").read_bytes()[:-300]),
    "whole log deleted": lambda s: shutil.rmtree(s.log),
    "pin changed": lambda s: flip(s.keys / "pin.json", 20),
}


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def zero(path):
    data = path.read_bytes()
    path.write_bytes(data[:-512] + bytes(512))


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_starts_a_new_log_and_keeps_the_old_bytes(sample, name):
    DAMAGE[name](sample)
    before = {path.name: path.read_bytes() for path in (sample.root / "0").glob("*")} if (sample.root / "0").exists() else {}
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm and opened.folder.name == "1"
    after = [path.read_bytes() for path in (sample.root / "0").glob("*")]
    assert sorted(before.values()) == sorted(after)
    assert entries(opened.folder)[0].open.predecessor.cause
    assert sample.codes() == (3, 3)


def test_damage_is_not_forgotten_until_a_person_accepts_it(sample, accept):
    """One restart was enough: the alarm was gone, and the verification of the new log a success."""
    DAMAGE["truncated"](sample)
    for _ in range(3):
        opened = sample.open()
        opened.journal.close()
        assert "log 1" in opened.alarm or "damaged" in opened.alarm or "begun anew" in opened.alarm
        assert opened.folder.name == "1" and sample.codes() == (3, 3)
    accept(sample)
    assert sample.codes() == (0, 0)
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm == "" and sample.codes() == (0, 0)
    DAMAGE["checkpoints deleted"](sample)
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm and opened.folder.name == "2" and sample.codes() == (3, 3)


def test_an_old_copy_put_back_is_an_alarm_at_start(sample, make_call, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(sample.log, old)
    opened = sample.open()
    opened.journal.append(make_call(1))
    opened.journal.close()
    shutil.rmtree(sample.root / "0")
    shutil.copytree(old, sample.root / "0")
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm and opened.folder.name == "1"


def test_without_a_pin_the_whole_log_is_read(sample):
    size = len(entries(sample.log))
    (sample.keys / "pin.json").unlink()
    opened = sample.open()
    assert opened.alarm == "" and opened.journal.size == size + 1
    opened.journal.close()
    assert sample.codes() == (0, 0)


def test_only_the_lines_behind_the_pin_are_read(sample):
    """What a checkpoint covers is the verifier's and the fsck's to re-read: a start must not scan the log."""
    flip(sample.segments()[0], 30)
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm == ""
    assert sample.codes() == (1, 1)


def test_a_torn_checkpoint_is_left_and_a_new_file_begins(killed):
    path = killed.log / "checkpoints.txt"
    torn = path.read_bytes()
    path.write_bytes(torn + torn[:-20])
    killed.open().journal.close()
    ended = list(killed.log.glob("checkpoints-*.txt"))
    assert len(ended) == 1 and ended[0].read_bytes() == torn + torn[:-20]
    assert killed.codes() == (0, 0)
    killed.open().journal.close()
    assert killed.codes() == (0, 0)


def test_an_empty_segment_left_by_a_crash_is_used(killed):
    killed.open().journal.close()
    path = killed.log / f"journal-{len(entries(killed.log)):012d}.jsonl"
    path.touch(mode=0o600)
    opened = killed.open()
    opened.journal.close()
    assert opened.alarm == "" and killed.segments()[-1] == path and path.stat().st_size
    assert killed.codes() == (0, 0)


@pytest.mark.parametrize("keep", [1, 2, 3, 4], ids=["origin", "size", "root", "empty line"])
def test_a_checkpoint_torn_behind_a_line_is_a_crash_before_and_after_the_next_start(killed, make_call, keep):
    """The size is larger than the pin's: only a sensor that did not get to the signature writes that."""
    path = killed.log / "checkpoints.txt"
    whole = path.read_bytes()
    lines = whole.replace(b"\n1\n", b"\n4\n", 1).splitlines(keepends=True)
    path.write_bytes(whole + b"".join(lines[:keep]))
    assert killed.report().problems == ()
    killed.open().journal.close()
    assert killed.codes() == (0, 0)


class Copying(Medium):
    """Keeps a copy of the state folder after each file call of a start, as a kill at that moment leaves it."""

    def __init__(self, folder, target):
        self.folder, self.target, self.copies, self.on = folder, target, 0, True

    def _copy(self):
        if self.on:
            copy_as_killed(self.folder, self.target / f"call-{self.copies}")
            self.copies += 1

    def create(self, path):
        handle = super().create(path)
        if path.name.startswith("journal"):
            self._copy()
        return handle

    def write(self, handle, data):
        done = super().write(handle, data)
        if data.startswith(b'{"entry"'):
            self._copy()
        return done


@pytest.mark.parametrize("cut", [0, 7, 400])
def test_a_start_that_is_killed_as_well_leaves_nothing_undeclared(killed, tmp_path, cut):
    path = killed.segments()[-1]
    path.write_bytes(path.read_bytes()[: path.stat().st_size - cut])
    medium = Copying(killed.folder, tmp_path)
    opened = killed.open(medium=medium)
    medium.on = False
    opened.journal.close()
    assert medium.copies >= 2
    for number in range(medium.copies):
        copy = type(killed)(tmp_path / f"call-{number}", killed.ticking)
        again = copy.open()
        assert again.alarm == "", number
        again.journal.close()
        report = copy.report()
        assert report.problems == () and copy.codes()[0] == copy.codes()[1], (number, report)


class Pins(Medium):
    """Keeps every pin that was written."""

    def __init__(self):
        self.pins = []

    def replace(self, source, target):
        super().replace(source, target)
        if target.name == "pin.json":
            self.pins.append(target.read_bytes())


def test_a_start_goes_on_from_any_earlier_pin(state, make_call):
    """After a kill the pin may be older than the journal by anything; a pin right behind a rotation is not in every run."""
    medium = Pins()
    opened = state.open(medium=medium, limits=Limits(epoch_entries=3, segment_bytes=4000))
    for number in range(20):
        opened.journal.append(make_call(number, verdict="block", answer="deny"))
        opened.journal.drain()
        while read_pin(state.keys, state.public()).size < opened.journal.size:
            time.sleep(0.001)
    opened.journal.close()
    ends = {entry.seq + 1: entry.kind for entry in entries(state.log)}
    sizes = [json.loads(pin)["pin"]["size"] for pin in medium.pins]
    assert len(sizes) > 15
    for number, pin in enumerate(medium.pins):
        copy = type(state)(state.folder.with_name(f"pin-{number}"), state.ticking)
        shutil.copytree(state.folder, copy.folder)
        (copy.keys / "pin.json").write_bytes(pin)
        again = copy.open()
        assert again.alarm == "", (sizes[number], ends.get(sizes[number]))
        again.journal.close()
        assert copy.codes() == (0, 0)
