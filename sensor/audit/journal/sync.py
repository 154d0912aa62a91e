"""The thread that makes lines durable: one fdatasync for all who wait, and due checkpoints behind it.

It sleeps without a timeout while nothing is unsynced and nothing is unpublished, so an idle sensor has no wake-ups.
While replies wait it syncs back to back (a call covers every line written before it began: group commit without any
artificial delay); otherwise at most a second after the oldest unsynced write.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.form.keys import EpochKey
from sensor.audit.journal.medium import Medium

LAG_S = 1.0
MAX_UNSYNCED = 8 * 1024 * 1024
PUBLISH_ENTRIES = 256
PUBLISH_S = 60.0
RETRY_S = 5.0

_LOG = logging.getLogger(__name__)

Waiter = Callable[["AuditUnavailable | None"], None]


class Mark(NamedTuple):
    """State of the log after a write: entries, last leaf, key of the last entry's epoch. Made once per entry."""

    size: int
    leaf: bytes
    key: EpochKey


class Publisher(Protocol):
    """Makes a checkpoint of a durable state; runs in the sync thread. Raises AuditUnavailable."""

    def publish(self, mark: Mark) -> None:
        """Check, sign, store and pin."""


class SyncThread:
    """Owns durability of the open segment. `written` and `switch` are called by the one writer."""

    def __init__(self, medium: Medium, handle: int, mark: Mark, publisher: Publisher) -> None:
        """Start with a segment whose `mark.size` entries are durable and published."""
        self._medium, self._handle, self._publisher = medium, handle, publisher
        self._mark = self._durable_mark = mark
        self._published = self._urgent_at = mark.size
        self._retry_at = 0.0
        self._lines: list[bytes] = []
        self._bytes = 0
        self._oldest = 0.0
        self._unpublished_since = 0.0
        self._waiters: list[tuple[int, Waiter]] = []
        self._retired: list[int] = []
        self._wake = threading.Condition()
        self._idle = False
        self._stopping = False
        self.failure: AuditUnavailable | None = None
        self._thread = threading.Thread(target=self._run, name="handrail-sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def durable(self) -> int:
        """How many entries are durable."""
        return self._durable_mark.size

    def written(self, mark: Mark, line: bytes, urgent: bool) -> None:
        """Take note of a complete line. `urgent` = make a checkpoint as soon as it is durable."""
        with self._wake:
            self._mark = mark
            self._lines.append(line)
            self._bytes += len(line)
            if self._oldest == 0.0:
                self._oldest = time.monotonic()
            if self._unpublished_since == 0.0:
                self._unpublished_since = self._oldest
            if urgent:
                self._urgent_at = mark.size
            if self._idle and (urgent or len(self._lines) == 1 or self._bytes > MAX_UNSYNCED):
                self._wake.notify()

    def when_durable(self, size: int, waiter: Waiter) -> None:
        """Call `waiter(None)` once `size` entries are durable, `waiter(error)` if that fails. At once if already so.

        The call comes from the sync thread: an event loop hands it on with `call_soon_threadsafe`.
        """
        with self._wake:
            if self.failure is None and size > self.durable and not self._stopping:
                self._waiters.append((size, waiter))
                if self._idle:
                    self._wake.notify()
                return
            error = self.failure
            if error is None and size > self.durable:
                error = AuditUnavailable(Cause.CLOSED, "the log was closed")
        waiter(error)

    def switch(self, handle: int) -> None:
        """Go on with another segment; the writer has synced the old one, or gives it up after a failure."""
        with self._wake:
            self._retired.append(self._handle)
            self._handle = handle

    def settle(self) -> None:
        """The writer has synced everything written so far by itself."""
        with self._wake:
            self._lines, self._bytes, self._oldest = [], 0, 0.0
            self.failure = None
            mark = self._mark
            self._wake.notify()
        self._release(mark)

    def unsynced(self) -> tuple[int, list[bytes]]:
        """After a failure: how many entries are surely on the medium, and the lines behind them."""
        with self._wake:
            return self.durable, list(self._lines)

    def stop(self) -> None:
        """Sync and publish what is left, then end. Idempotent."""
        with self._wake:
            if self._stopping:
                return
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()
        for handle in (*self._retired, self._handle):
            self._medium.close(handle)
        self._retired = []

    def _run(self) -> None:
        while self._wait():
            self._sync()
            if self.failure is None and self._publish_due():
                self._publish()

    def _wait(self) -> bool:
        """Sleep until there is work; False at the end."""
        with self._wake:
            while True:
                pause = self._pause()
                if self._stopping:
                    return self.failure is None and (bool(self._lines) or self._publish_due())
                if pause is not None and pause <= 0:
                    return True
                self._idle = True
                self._wake.wait(pause)
                self._idle = False

    def _pause(self) -> float | None:
        """Seconds until something is due; None = nothing is."""
        if self.failure is not None:
            return None
        now = time.monotonic()
        due = []
        if self._lines:
            if self._waiters or self._urgent_at > self.durable or self._bytes > MAX_UNSYNCED:
                return 0.0
            due.append(self._oldest + LAG_S - now)
        if self._published < self.durable:
            due.append(self._publish_at() - now)
        return min(due) if due else None

    def _publish_at(self) -> float:
        """When the durable, unpublished entries get their checkpoint (0 = at once)."""
        at_once = self._urgent_at > self._published or self.durable - self._published >= PUBLISH_ENTRIES
        return max(self._retry_at, 0.0 if at_once else self._unpublished_since + PUBLISH_S)

    def _sync(self) -> None:
        with self._wake:
            handle, mark, batch = self._handle, self._mark, self._lines
            retired, self._retired = self._retired, []
            self._lines, self._bytes, self._oldest = [], 0, 0.0
        for old in retired:
            self._medium.close(old)
        if not batch:
            return
        try:
            self._medium.sync(handle)
        except OSError as error:
            _LOG.error("fdatasync of the journal failed: %s", error)
            self._fail(batch, AuditUnavailable(Cause.SYNC, error.strerror or "sync failed"))
            return
        self._release(mark)

    def _release(self, mark: Mark) -> None:
        """Everything up to `mark` is durable: answer those who waited for it."""
        with self._wake:
            if mark.size > self.durable:
                self._durable_mark = mark
            ready = [waiter for size, waiter in self._waiters if size <= mark.size]
            self._waiters = [pair for pair in self._waiters if pair[0] > mark.size]
        for waiter in ready:
            waiter(None)

    def _fail(self, batch: list[bytes], error: AuditUnavailable) -> None:
        """Never sync that descriptor again: some file systems mark the lost pages clean."""
        with self._wake:
            self._lines = batch + self._lines
            self.failure = error
            waiting, self._waiters = self._waiters, []
        for _, waiter in waiting:
            waiter(error)

    def _publish_due(self) -> bool:
        if self._published >= self.durable:
            return False
        return (self._stopping and self._retry_at == 0.0) or time.monotonic() >= self._publish_at()

    def _publish(self) -> None:
        mark = self._durable_mark
        try:
            self._publisher.publish(mark)
        except AuditUnavailable as error:
            _LOG.error("checkpoint at %d not made: %s", mark.size, error.message)
            self._retry_at = time.monotonic() + RETRY_S
            if error.cause is Cause.CORRUPT:
                self._fail([], error)
            return
        with self._wake:
            self._published = mark.size
            self._retry_at = 0.0
            self._unpublished_since = 0.0 if self._mark.size == mark.size else time.monotonic()
