"""The sync thread against a real file: who waits is answered after the sync that covers him, and not when it fails."""

from __future__ import annotations

import errno
import threading

import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.form.keys import EpochKey, MemorySigner
from sensor.audit.journal.sync import PUBLISH_ENTRIES, Mark, SyncThread

KEY = EpochKey(epoch=0, first=0, signer=MemorySigner(bytes(32)), started_ns=0)


class Published:
    """Remembers what was published; raises `error` while it is set."""

    def __init__(self):
        self.sizes, self.error, self.seen = [], None, threading.Event()

    def publish(self, mark):
        if self.error is not None:
            self.seen.set()
            raise self.error
        self.sizes.append(mark.size)
        self.seen.set()


@pytest.fixture
def thread(tmp_path, faulty):
    published = Published()
    handle = faulty.create(tmp_path / "journal-0")
    sync = SyncThread(faulty, handle, Mark(0, b"", KEY), published)
    sync.start()
    yield sync, handle, published
    sync.stop()


class Waiting:
    def __init__(self):
        self.errors, self.done = [], threading.Event()

    def __call__(self, error):
        self.errors.append(error)
        self.done.set()

    def result(self):
        assert self.done.wait(60)
        return self.errors[0]


def write(sync, size, urgent=False):
    sync.written(Mark(size, bytes([size % 256]) * 32, KEY), b"line\n", urgent)


def test_a_waiter_is_answered_once_after_a_sync(thread, faulty):
    sync, handle, _ = thread
    write(sync, 1)
    waiting = Waiting()
    sync.when_durable(1, waiting)
    assert waiting.result() is None
    assert sync.durable == 1 and handle in faulty.synced_handles and len(waiting.errors) == 1


def test_what_is_durable_is_answered_at_once(thread):
    sync, _, _ = thread
    waiting = Waiting()
    sync.when_durable(0, waiting)
    assert waiting.errors == [None]


def test_nobody_is_answered_before_his_size(thread):
    sync, _, _ = thread
    write(sync, 1)
    early, late = Waiting(), Waiting()
    sync.when_durable(2, late)
    sync.when_durable(1, early)
    assert early.result() is None and not late.done.is_set()
    write(sync, 2)
    assert late.result() is None


def test_a_failed_sync_answers_with_the_error_and_keeps_the_lines(thread, faulty):
    sync, _, _ = thread
    faulty.sync_errors[1] = errno.EIO
    write(sync, 1)
    waiting = Waiting()
    sync.when_durable(1, waiting)
    assert waiting.result().cause is Cause.SYNC
    assert sync.durable == 0 and sync.unsynced() == (0, [b"line\n"])
    later = Waiting()
    sync.when_durable(1, later)
    assert later.result().cause is Cause.SYNC
    calls = faulty.syncs
    write(sync, 2)
    assert faulty.syncs == calls  # that descriptor is never synced again


def test_after_the_writer_mended_it_goes_on(thread, faulty, tmp_path):
    sync, _, _ = thread
    faulty.sync_errors[1] = errno.EIO
    write(sync, 1)
    waiting = Waiting()
    sync.when_durable(1, waiting)
    waiting.result()
    sync.switch(faulty.create(tmp_path / "journal-1"))
    sync.settle()
    assert sync.failure is None and sync.durable == 1
    write(sync, 2)
    again = Waiting()
    sync.when_durable(2, again)
    assert again.result() is None


@pytest.mark.parametrize(("count", "urgent"), [(1, True), (PUBLISH_ENTRIES, False)])
def test_checkpoints_at_once_or_by_number(thread, count, urgent):
    sync, _, published = thread
    for size in range(1, count + 1):
        write(sync, size, urgent and size == count)
    waiting = Waiting()
    sync.when_durable(count, waiting)
    waiting.result()
    assert published.seen.wait(60) and published.sizes[-1] <= sync.durable
    sync.stop()
    assert published.sizes[-1] == count


def test_a_quiet_log_is_published_at_the_end(thread):
    sync, _, published = thread
    write(sync, 1)
    assert published.sizes == []
    sync.stop()
    assert published.sizes == [1]


def test_corruption_seen_while_publishing_stops_the_log(thread):
    sync, _, published = thread
    published.error = AuditUnavailable(Cause.CORRUPT, "changed")
    write(sync, 1, urgent=True)
    assert published.seen.wait(60)
    sync._thread.join(0.05)
    deadline = threading.Event()
    for _ in range(200):
        if sync.failure is not None:
            break
        deadline.wait(0.01)
    assert sync.failure.cause is Cause.CORRUPT


def test_a_checkpoint_that_cannot_be_stored_does_not_stop_the_log(thread):
    sync, _, published = thread
    published.error = AuditUnavailable(Cause.DISK_FULL, "no space")
    write(sync, 1, urgent=True)
    assert published.seen.wait(60)
    write(sync, 2)
    waiting = Waiting()
    sync.when_durable(2, waiting)
    assert waiting.result() is None and sync.failure is None
    published.error = None


def test_a_closed_log_answers_closed(thread):
    sync, _, _ = thread
    sync.stop()
    waiting = Waiting()
    sync.when_durable(5, waiting)
    assert waiting.errors[0].cause is Cause.CLOSED
    sync.stop()
