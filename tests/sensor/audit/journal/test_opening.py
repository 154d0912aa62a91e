"""Opening the log: one writer, a certified key per run, a new log after damage, and times that go on."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from sensor.audit.form.entry import parse
from sensor.audit.form.errors import LogLocked
from sensor.audit.form.keys import epoch_message, from_text, is_signed
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import LOCK_FILE, LogSettings, World, open_log
from sensor.audit.journal.pin import read_pin
from sensor.audit.journal.pruning import prune
from sensor.audit.journal.reader import JournalReader


def entries(folder):
    with JournalReader(folder) as reader:
        return [parse(line.entry) for line in reader.lines()]


def test_a_new_log_opens_with_a_certified_key(state):
    opened = state.open()
    opened.journal.close()
    first = entries(state.log)[0]
    assert opened.alarm == "" and opened.folder == state.root / "0" and first.kind == "log_open" and first.open.restarts == 0
    message = epoch_message(first.log, 0, 0, from_text(first.open.pk, 32))
    assert is_signed(message, from_text(first.open.cert, 64), state.public())
    assert first.open.predecessor is None


def test_a_second_sensor_is_refused_and_harms_nothing(state, make_call):
    first = state.open().journal
    with pytest.raises(LogLocked):
        state.open()
    first.append(make_call(1))
    first.close()
    state.open().journal.close()
    assert state.codes() == (0, 0)


def test_a_second_process_is_refused(state):
    journal = state.open().journal
    code = (
        "import sys; from pathlib import Path; from sensor.audit.journal.opening import *; from sensor.audit.form.errors import LogLocked\n"
        "try: open_log(LogSettings(root=Path(sys.argv[1]), keys=Path(sys.argv[2])))\nexcept LogLocked: sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(state.root), str(state.keys)], check=False)
    assert done.returncode == 7
    journal.close()
    assert (state.root / LOCK_FILE).exists()


def test_files_and_folders_are_private(state):
    state.open().journal.close()
    for path in (state.root, state.keys, *state.root.rglob("*"), *state.keys.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_every_run_is_a_new_epoch_and_counted(state):
    for _ in range(3):
        state.open().journal.close()
    opens = [entry for entry in entries(state.log) if entry.kind == "log_open"]
    assert [entry.epoch for entry in opens] == [0, 1, 2] and [entry.open.restarts for entry in opens] == [0, 1, 2]
    assert len({entry.open.pk for entry in opens}) == 3
    assert state.codes() == (0, 0)


def test_monotonic_time_goes_on_within_a_boot_and_may_fall_with_the_next(state):
    state.open().journal.close()
    state.ticking.mono -= 500_000_000
    state.open().journal.close()
    found = entries(state.log)
    assert [entry.mono_us for entry in found] == sorted(entry.mono_us for entry in found)
    state.ticking.mono, state.ticking.boot_id = 10**9, "boot-2"
    state.open().journal.close()
    assert entries(state.log)[-1].mono_us < found[-1].mono_us
    assert state.codes() == (0, 0)


@pytest.mark.parametrize("step_s", [-3600, 10 * 365 * 86400, -1_800_000_000])
def test_a_clock_that_was_set_while_the_sensor_was_off_is_no_tampering(state, make_call, step_s):
    state.open().journal.close()
    state.ticking.wall += step_s * 10**9
    journal = state.open().journal
    journal.append(make_call(1))
    journal.close()
    assert state.codes() == (0, 0)


def test_what_the_log_says_of_its_platform(state):
    state.open(version="1.2.3", platform="linux", org="acme").journal.close()
    first = entries(state.log)[0]
    assert (first.open.version, first.open.platform, first.open.durability) == ("1.2.3", "linux", "process")
    assert first.log.startswith("acme/") and first.log.endswith("/0")


def test_the_lock_is_given_back_when_opening_fails(state):
    state.open().journal.close()
    key = state.keys / "identity.key"
    key.chmod(0o644)
    with pytest.raises(Exception, match="readable by others"):
        state.open()
    key.chmod(0o600)
    state.open().journal.close()


def kill_while_beginning(state, what):
    """The folder as a start leaves it that was killed while it began log 1."""
    lines = state.segments()[-1]
    lines.write_bytes(lines.read_bytes()[:-400])
    state.open().journal.close()
    folder, later = state.root / "1", state.root / "1" / "journal-000000000000.jsonl"
    whole = later.read_bytes()
    shutil.rmtree(folder)
    if what != "no folder":
        folder.mkdir()
    if what in ("empty segment", "torn line"):
        later.write_bytes(whole[:100] if what == "torn line" else b"")


@pytest.mark.parametrize("what", ["no folder", "empty folder", "empty segment", "torn line"])
def test_a_start_that_is_killed_while_it_begins_a_later_log_does_not_forget_the_one_before(sample, what):
    size = read_pin(sample.keys, sample.public()).size
    kill_while_beginning(sample, what)
    (sample.keys / "pin.json").unlink()  # it was of log 1 by then; the start that was killed had not come to it
    opened = sample.open()
    opened.journal.close()
    before = entries(sample.root / "1")[0].open.predecessor
    assert opened.folder.name == "1" and before.log.endswith("/0") and before.size >= size - 1
    assert sample.codes()[0] == sample.codes()[1] != 1


def test_a_number_that_somebody_made_up_names_the_log_that_there_was(sample, accept, make_call, tmp_path):
    pin = read_pin(sample.keys, sample.public())
    shutil.rmtree(sample.log)
    (sample.root / "9").mkdir(mode=0o700)
    (sample.root / "9" / "journal-000000000000.jsonl").touch(mode=0o600)
    opened = sample.open(limits=Limits(segment_bytes=3000))
    for number in range(12):
        opened.journal.append(make_call(number))
    opened.journal.close()
    before = entries(sample.root / "9")[0].open.predecessor
    assert opened.alarm and (before.log, before.size) == (pin.log, pin.size) and sample.codes() == (3, 3)
    accept(sample)
    assert sample.codes() == (0, 0) and not (sample.root / "8").exists()
    prune(sample.settings(), World(clock=sample.ticking.clock()), "2999", tmp_path)
    opened = sample.open()
    opened.journal.close()
    assert opened.alarm == "" and sample.segments()[0].name != "journal-000000000000.jsonl" and sample.codes() == (0, 0)


def test_an_empty_folder_is_no_log_and_gives_no_number(state):
    (state.root / "4").mkdir(parents=True)
    opened = state.open()
    opened.journal.close()
    assert opened.folder == state.root / "0" and opened.journal.origin.endswith("/0")


def test_a_later_log_damaged_before_its_first_pin_is_named_itself(sample):
    """The pin is of the log before it then."""
    pin = (sample.keys / "pin.json").read_bytes()
    (sample.log / "checkpoints.txt").unlink()
    sample.open().journal.close()
    (sample.keys / "pin.json").write_bytes(pin)
    first = sample.root / "1" / "journal-000000000000.jsonl"
    first.write_bytes(first.read_bytes()[:-300])
    sample.open().journal.close()
    assert entries(sample.root / "2")[0].open.predecessor.log.endswith("/1")


def test_the_systems_own_clock_and_files(tmp_path):
    settings = LogSettings(root=tmp_path / "log", keys=tmp_path / "keys", reserve_bytes=4096)
    opened = open_log(settings)
    assert (tmp_path / "log" / "reserve").stat().st_size == 4096
    opened.journal.close()
    assert [entry.kind for entry in entries(opened.folder)] == ["log_open", "shutdown"]
