"""The head of the chain: places, classes, rotation, rolling, and what it does when the disk does not."""

from __future__ import annotations

import asyncio
import errno
import threading

import pytest

from sensor.audit.drafts.drafts import draft
from sensor.audit.form.chain import seed
from sensor.audit.form.clock import Clock
from sensor.audit.form.entry import parse
from sensor.audit.form.errors import AuditUnavailable, Cause, EntryRefused
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import World, open_log
from sensor.audit.journal.reader import JournalReader


def entries(state):
    with JournalReader(state.log) as reader:
        return [parse(line.entry) for line in reader.lines()]


def kinds(state):
    return [entry.kind for entry in entries(state)]


def test_entries_are_contiguous_chained_and_placed(state, make_call):
    journal = state.open().journal
    receipts = [journal.append(make_call(number)) for number in range(5)]
    journal.close()
    found = entries(state)
    assert [entry.seq for entry in found] == list(range(7))
    assert [entry.kind for entry in found] == ["log_open", *["call"] * 5, "shutdown"]
    assert found[0].prev == seed(journal.origin).hex()
    assert [receipt.seq for receipt in receipts] == [1, 2, 3, 4, 5]
    assert [receipt.leaf.hex() for receipt in receipts[:-1]] == [entry.prev for entry in found[2:6]]
    assert {entry.log for entry in found} == {journal.origin} and {entry.boot_id for entry in found} == {"boot-1"}
    assert state.codes() == (0, 0)


def test_only_decisions_ask_to_wait(state, make_call):
    journal = state.open().journal
    assert not journal.append(make_call(1)).decision
    assert journal.append(make_call(2, verdict="block", answer="deny")).decision
    assert journal.append(draft("hook_change")).decision
    assert not journal.append(draft("heartbeat")).decision
    journal.close()


def test_power_durability_makes_every_entry_wait(state, make_call):
    journal = state.open(limits=Limits(every_entry_waits=True)).journal
    assert journal.append(make_call(1)).decision
    journal.close()
    assert entries(state)[0].open.durability == "power"


def test_waiting_in_an_event_loop_ends_after_the_sync(state, make_call, faulty):
    journal = state.open(medium=faulty).journal

    async def ask():
        receipts = [journal.append(make_call(number, verdict="block", answer="deny")) for number in range(20)]
        before = faulty.syncs
        await asyncio.gather(*(journal.wait_durable(receipt) for receipt in receipts))
        assert journal.durable >= receipts[-1].end
        return faulty.syncs - before

    assert asyncio.run(ask()) < 20  # one sync for all who wait, not one each
    journal.close()


def test_allowed_entries_are_synced_within_a_second_without_anybody_waiting(state, make_call):
    journal = state.open().journal
    receipt = journal.append(make_call(1))
    assert journal.durable < receipt.end
    done = threading.Event()
    deadline = threading.Event()
    while journal.durable < receipt.end and not done.is_set():
        if deadline.wait(0.05):
            break
        if journal.durable >= receipt.end:
            done.set()
    assert journal.durable >= receipt.end
    journal.close()


def test_rotation_names_the_next_key_and_every_epoch_is_exact(state, make_call):
    journal = state.open(limits=Limits(epoch_entries=4)).journal
    for number in range(10):
        journal.append(make_call(number))
    journal.close()
    rotations = [entry for entry in entries(state) if entry.kind == "key_rotation"]
    assert [(one.rotation.first, one.rotation.last) for one in rotations] == [(0, 5), (5, 10)]
    assert state.codes() == (0, 0)


def test_rotation_by_age(state, make_call):
    journal = state.open().journal
    journal.append(make_call(1))
    state.ticking.pass_s(25 * 3600)
    journal.append(make_call(2))
    journal.close()
    assert "key_rotation" in kinds(state)
    assert len(state.segments()) == 2  # a segment ends after a day as well


def test_full_segments_are_sealed_and_the_next_follows(state, make_call):
    journal = state.open(limits=Limits(segment_bytes=4000)).journal
    for number in range(20):
        journal.append(make_call(number))
    journal.close()
    first, *rest = state.segments()
    assert len(rest) >= 2
    assert first.stat().st_mode & 0o777 == 0o400 and state.segments()[-1].stat().st_mode & 0o777 == 0o600
    assert state.codes() == (0, 0)


def test_a_clock_step_is_an_entry_and_no_alarm(state, make_call):
    journal = state.open().journal
    for step in (-3600, 10 * 365 * 86400, -20 * 365 * 86400):
        journal.append(make_call(1))
        state.ticking.wall += step * 10**9
        journal.append(make_call(2))
    journal.close()
    jumps = [entry for entry in entries(state) if entry.kind == "clock_jump"]
    assert [round((one.clock.wall_us - one.clock.mono_us) / 1e6) for one in jumps] == [-3600, 315360000, -630720000]
    assert state.codes() == (0, 0)


def test_a_jump_is_noted_before_a_rotation_hides_it(state, make_call):
    journal = state.open(limits=Limits(epoch_entries=3)).journal
    for number in range(8):
        state.ticking.wall += 3600 * 10**9
        journal.append(make_call(number))
    journal.close()
    assert kinds(state).count("clock_jump") == 8 and "key_rotation" in kinds(state)
    assert state.codes() == (0, 0)


def test_sleep_explains_silence_and_a_stopped_sensor_does_not(state, make_call):
    awake = [0]
    clock = state.ticking.clock()
    world = World(clock=Clock(wall_ns=clock.wall_ns, mono_ns=clock.mono_ns, boot_id="boot-1", awake_ns=lambda: awake[0]))
    journal = open_log(state.settings(), world).journal
    awake[0] = state.ticking.mono
    journal.append(make_call(1))
    state.ticking.pass_s(8 * 3600)  # asleep: the clock that stands still meanwhile did not move
    journal.append(make_call(2))
    jump = next(entry for entry in entries(state) if entry.kind == "clock_jump")
    assert jump.clock.slept_us > 7 * 3600 * 10**6
    journal.drain()
    assert state.report(pin=None).problems == () and not any("silence" in reason for reason in state.report(pin=None).not_proven)
    state.ticking.pass_s(8 * 3600)
    awake[0] += 8 * 3600 * 10**9
    journal.append(make_call(3))
    journal.close()
    assert any("silence" in reason for reason in state.report().not_proven)


def test_drift_is_no_jump(state, make_call):
    journal = state.open().journal
    for _ in range(30):
        journal.append(make_call(1))
        state.ticking.wall += 10**9
    journal.close()
    assert "clock_jump" not in kinds(state)


def test_what_is_outside_the_canonical_subset_is_refused_and_changes_nothing(state, make_call):
    journal = state.open().journal
    size = journal.size
    for bad in ({"lat_us": 1.5}, {"session": "\ud800"}, {"lat_us": 2**53}, {"tool": None}):
        with pytest.raises(EntryRefused):
            journal.append(make_call(1, **bad))
    assert journal.size == size
    journal.append(make_call(2))
    journal.close()
    assert state.codes() == (0, 0)


def test_too_long_an_entry_is_cut_and_says_so(state, make_call):
    journal = state.open().journal
    journal.append(make_call(1, effects=("\x00" * 300,) * 40, reason="x" * 500))
    journal.close()
    entry = entries(state)[1]
    assert entry.truncated.bytes > 0 and entry.session == "s-1"


def test_failure_before_a_line_is_complete_restores_the_head(state, make_call, faulty):
    journal = state.open(medium=faulty).journal
    size = journal.size
    faulty.write_errors[faulty.writes + 1] = errno.EIO
    with pytest.raises(AuditUnavailable) as caught:
        journal.append(make_call(1))
    assert caught.value.cause is Cause.IO and (journal.size, journal.lost) == (size, 1)
    journal.append(make_call(2))
    journal.close()
    assert kinds(state) == ["log_open", "gap", "call", "shutdown"]
    assert entries(state)[1].gap.count == 1
    assert state.codes() == (0, 0)


@pytest.mark.parametrize("taken", [1, 9, 200, 400])
def test_nothing_is_written_behind_an_unfinished_line(state, make_call, faulty, taken):
    journal = state.open(medium=faulty).journal
    journal.append(make_call(0))
    faulty.partial = taken
    faulty.write_errors[faulty.writes + 1] = errno.EIO
    with pytest.raises(AuditUnavailable):
        journal.append(make_call(1))
    faulty.write_errors.clear()
    journal.append(make_call(2))
    journal.close()
    found = entries(state)
    assert [entry.kind for entry in found] == ["log_open", "call", "crash_recovered", "gap", "call", "shutdown"]
    assert found[2].tails[0].bytes == taken and found[2].tails[0].cause == "io"
    assert len(state.segments()) == 2
    assert state.codes() == (0, 0)


def test_a_first_line_that_could_not_be_finished_leaves_a_renamed_segment(state, make_call, faulty):
    journal = state.open(medium=faulty).journal
    journal.append(make_call(0))
    for _ in range(2):  # the second failure hits the first line of the new segment
        faulty.partial = 20
        faulty.write_errors = {faulty.writes + 1: errno.EIO}
        with pytest.raises(AuditUnavailable):
            journal.append(make_call(1))
    faulty.write_errors = {}
    journal.append(make_call(2))
    journal.close()
    assert len(list(state.log.glob("*.torn-*"))) == 1
    assert len(next(one for one in entries(state) if one.kind == "crash_recovered").tails) == 2
    assert next(one for one in entries(state) if one.kind == "gap").gap.count == 2
    assert state.codes() == (0, 0)


def test_a_full_disk_is_survived_in_the_reserve_then_counted(state, make_call, faulty):
    journal = state.open(medium=faulty, reserve_bytes=4096).journal
    assert (state.root / "reserve").stat().st_size == 4096
    stored, refused = 1, 0
    faulty.full_after = faulty.used + 1000
    for number in range(20):
        try:
            journal.append(make_call(number))
            stored += 1
        except AuditUnavailable as error:
            assert error.cause is Cause.DISK_FULL
            refused += 1
    assert not (state.root / "reserve").exists() and refused
    faulty.full_after = None
    journal.append(make_call(99))
    journal.close()
    gap = next(one for one in entries(state) if one.kind == "gap").gap
    assert gap.count == refused and gap.cause == "disk_full"
    assert kinds(state).count("call") + gap.count == 21
    assert (state.root / "reserve").exists()
    assert state.codes() == (0, 0)


def test_a_failed_sync_is_never_repeated_on_the_same_descriptor(state, make_call, faulty):
    journal = state.open(medium=faulty).journal
    before = journal.append(make_call(0, verdict="block", answer="deny"))
    asyncio.run(journal.wait_durable(before))
    faulty.sync_errors = {faulty.syncs + 1: errno.EIO}
    lost = [journal.append(make_call(number, verdict="block", answer="deny")) for number in (1, 2)]
    for receipt in lost:
        with pytest.raises(AuditUnavailable):
            asyncio.run(journal.wait_durable(receipt))
    bad = faulty.synced_handles[-1]
    count = len(faulty.synced_handles)
    after = journal.append(make_call(3, verdict="block", answer="deny"))
    asyncio.run(journal.wait_durable(after))
    assert bad not in faulty.synced_handles[count:]
    journal.close()
    found = entries(state)
    assert [entry.tool_use_id for entry in found if entry.kind == "call"] == ["toolu_0", "toolu_1", "toolu_2", "toolu_3"]
    tail = next(one for one in found if one.kind == "crash_recovered").tails[0]
    assert tail.cause == "sync" and tail.sha256 == "" and tail.entries == 2
    assert "key_rotation" in [entry.kind for entry in found]
    assert state.codes() == (0, 0)


def test_sync_that_always_fails_never_acknowledges(state, make_call, faulty):
    journal = state.open(medium=faulty).journal
    faulty.sync_errors = dict.fromkeys(range(faulty.syncs + 1, 1000), errno.EIO)
    for number in range(4):
        try:
            receipt = journal.append(make_call(number, verdict="block", answer="deny"))
        except AuditUnavailable:
            continue
        with pytest.raises(AuditUnavailable):
            asyncio.run(journal.wait_durable(receipt))
    faulty.sync_errors = {}
    receipt = journal.append(make_call(9, verdict="block", answer="deny"))
    asyncio.run(journal.wait_durable(receipt))
    journal.close()
    assert state.codes() == (0, 0)


def test_closed_is_an_error_not_a_loss(state, make_call):
    journal = state.open().journal
    journal.close()
    journal.close()
    with pytest.raises(AuditUnavailable) as caught:
        journal.append(make_call(1))
    assert caught.value.cause is Cause.CLOSED
