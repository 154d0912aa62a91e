"""The journal's head: gives every entry its place, chains, signs and writes it. One writer, one thread.

The sensor calls `append(draft)`; when the receipt says `decision`, it waits (`wait_durable`) before it answers:

    receipt = journal.append(draft_call(judged, facts, redact))      # raises AuditUnavailable
    if receipt.decision:
        await journal.wait_durable(receipt)                          # raises AuditUnavailable

Order is by `seq` alone. Whatever fails before a line is complete leaves the head as it was.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import msgspec

from sensor.audit.drafts.second_scan import SecondScan
from sensor.audit.drafts.shorten import render_short
from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.clock import Clock, Stamp
from sensor.audit.form.entry import AuditEntry, EntryDraft, TooLong, blank, render
from sensor.audit.form.errors import AuditUnavailable, Cause, EntryRefused
from sensor.audit.form.keys import ENTRY_TAG, EpochKey, MemorySigner, text
from sensor.audit.form.parts import ClockJump, Gap, LogOpen, Rotation, Tail
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.segments import render_line
from sensor.audit.journal.sync import Mark, SyncThread, Waiter
from sensor.audit.journal.writer import Reserve, SegmentWriter
from sensor.model.calls import Value

JUMP_US = 2_000_000
# Entries that get a checkpoint at once: they matter alone, or the log is idle (heartbeat).
AT_ONCE = frozenset({"heartbeat", "approval", "config_change", "hook_change", "key_rotation", "shutdown", "log_open", "crash_recovered"})


class Receipt(msgspec.Struct, frozen=True):
    """Where an entry landed: `end` is the size of the log with it, `decision` = wait until that is durable."""

    seq: int
    leaf: bytes
    end: int
    decision: bool


class Limits(Value, frozen=True):
    """When segments and epochs end; `every_entry_waits` is `audit.durability: power`."""

    segment_bytes: int = 64 * 1024 * 1024
    segment_s: int = 24 * 3600
    epoch_entries: int = 10_000
    epoch_s: int = 24 * 3600
    every_entry_waits: bool = False


class Head(msgspec.Struct):
    """The end of the chain. `wall_us`/`mono_us` are those of the last entry, 0 = none in this run."""

    origin: str
    seq: int
    leaf: bytes
    key: EpochKey
    wall_us: int = 0
    mono_us: int = 0


class Machinery(msgspec.Struct, frozen=True):
    """What the journal works with; built by `sensor.audit.journal.opening`."""

    writer: SegmentWriter
    sync: SyncThread
    medium: Medium
    reserve: Reserve
    clock: Clock
    random: Callable[[int], bytes]
    limits: Limits
    on_close: Callable[[], None]
    second_scan: SecondScan | None = None


class Journal:
    """The one writer of a log. Not for use by several threads at once."""

    def __init__(self, head: Head, machinery: Machinery, begun_ns: int) -> None:
        """Continue at `head`; `begun_ns` is when the open segment began, on the monotonic clock."""
        self._head, self._m, self._begun_ns = head, machinery, begun_ns
        self._writer, self._sync, self._clock = machinery.writer, machinery.sync, machinery.clock
        self._stamp = Stamp()
        self._slept_ns = machinery.clock.slept_ns(machinery.clock.mono_ns())
        self._pending: tuple[Tail, ...] = ()
        self._failed_segment = ""
        self._lost = self._lost_decisions = 0
        self._lost_cause = ""
        self._closed = False

    @property
    def origin(self) -> str:
        """Name of the log: `<org>/<device_id>/<log_no>`."""
        return self._head.origin

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._head.seq

    @property
    def durable(self) -> int:
        """Number of entries that survive a power loss."""
        return self._sync.durable

    @property
    def lost(self) -> int:
        """Entries refused since the last success; the next one writes them down as a gap."""
        return self._lost

    def begin_run(self, opened: LogOpen, tails: tuple[Tail, ...], unclean: bool) -> None:
        """First entries of this run, durable before anything is answered. Raises AuditUnavailable."""
        # The tails stand in the very first entry: a start that is killed behind it leaves none undeclared.
        self._put(blank("log_open", open=opened, tails=tails), True)
        if unclean or tails:
            self._put(blank("crash_recovered", tails=tails), True)
        self.drain()

    def append(self, draft: EntryDraft) -> Receipt:
        """Commit an entry to the journal (process class). Raises AuditUnavailable, EntryRefused.

        The receipt's `decision` says that the answer must wait for `wait_durable` or `when_durable` as well.
        """
        if self._closed:
            raise AuditUnavailable(Cause.CLOSED, "the log was closed")
        try:
            self._ready()
            return self._put(draft.entry, draft.decision)
        except AuditUnavailable as error:
            self._lost += 1
            self._lost_decisions += draft.decision
            self._lost_cause = error.cause.value
            raise

    def when_durable(self, end: int, waiter: Waiter) -> None:
        """Call `waiter(None)` or `waiter(AuditUnavailable)` from the sync thread, at once if it is already so."""
        self._sync.when_durable(end, waiter)

    async def wait_durable(self, receipt: Receipt) -> None:
        """Wait, without blocking the event loop, until the entry survives a power loss. Raises AuditUnavailable."""
        if self._sync.durable >= receipt.end:
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(error: AuditUnavailable | None) -> None:
            if not done.done():
                done.set_result(None) if error is None else done.set_exception(error)

        def hand_over(error: AuditUnavailable | None) -> None:
            loop.call_soon_threadsafe(settle, error)

        self._sync.when_durable(receipt.end, hand_over)
        await done

    def drain(self) -> None:
        """Block until everything written is durable. Raises AuditUnavailable."""
        done = threading.Event()
        outcome: list[AuditUnavailable | None] = []

        def settle(error: AuditUnavailable | None) -> None:
            outcome.append(error)
            done.set()

        self._sync.when_durable(self._head.seq, settle)
        done.wait()
        if outcome[0] is not None:
            raise outcome[0]

    def close(self) -> None:
        """Write `shutdown`, make everything durable and published, release the log. Idempotent; never raises for I/O."""
        if self._closed:
            return
        try:
            self.append(EntryDraft(entry=blank("shutdown"), decision=True))
        except AuditUnavailable:
            pass  # the next start writes `crash_recovered`; there is nobody left to tell
        self._closed = True
        self._sync.stop()
        self._m.on_close()

    def _put(self, entry: AuditEntry, decision: bool) -> Receipt:
        """Place, chain, sign, write; then move the head."""
        head, key = self._head, self._head.key
        wall_ns = self._clock.wall_ns()
        mono_us = max(self._clock.mono_ns() // 1000, head.mono_us)
        placed = msgspec.structs.replace(
            entry, log=head.origin, seq=head.seq, epoch=key.epoch, prev=head.leaf.hex(), boot_id=self._clock.boot_id,
            mono_us=mono_us, ts=self._stamp.render(wall_ns),
        )
        data = self._render(placed)
        leaf = leaf_hash(data)
        line = render_line(data, key.signer.sign(ENTRY_TAG + leaf))
        self._writer.write(line)
        head.seq += 1
        head.leaf, head.wall_us, head.mono_us = leaf, wall_ns // 1000, mono_us
        self._sync.written(Mark(head.seq, leaf, key), line, entry.kind in AT_ONCE or entry.verdict == "block")
        return Receipt(head.seq - 1, leaf, head.seq, decision or self._m.limits.every_entry_waits)

    def _render(self, placed: AuditEntry) -> bytes:
        """Canonical bytes without a secret, cut to size where needed."""
        scan = self._m.second_scan
        try:
            return _fitted(scan.clean(placed) if scan is not None else placed)
        except NotCanonical as error:
            raise EntryRefused(f"An entry of kind {placed.kind} cannot be written: {error}.") from error

    def _ready(self) -> None:
        """Mend what an earlier failure left, and do what is due, before the next entry."""
        if self._sync.failure is not None:
            self._after_sync_failure()
        if self._writer.torn is not None:
            self._after_torn()
        self._note_jump()
        if self._pending:
            self._put(blank("crash_recovered", tails=self._pending), True)
            self._pending = ()
        if self._lost:
            self._report_lost()
        now, head, limits = self._clock.mono_ns(), self._head, self._m.limits
        if self._writer.offset >= limits.segment_bytes or now - self._begun_ns >= limits.segment_s * 1_000_000_000:
            self._roll()
        if head.seq - head.key.first >= limits.epoch_entries or now - head.key.started_ns >= limits.epoch_s * 1_000_000_000:
            self._rotate()

    def _note_jump(self) -> None:
        """Write down that a clock was set, or that the machine slept, since the last entry. Called before any other entry."""
        head, now = self._head, self._clock.mono_ns()
        slept = self._clock.slept_ns(now)
        if head.mono_us:
            mono = now // 1000 - head.mono_us
            wall = self._clock.wall_ns() // 1000 - head.wall_us
            asleep = max(0, slept - self._slept_ns) // 1000
            if abs(wall - mono) > JUMP_US or asleep > JUMP_US:
                self._put(blank("clock_jump", clock=ClockJump(wall_us=wall, mono_us=mono, slept_us=asleep)), False)
        self._slept_ns = slept

    def _roll(self) -> None:
        """Seal the segment and begin the next. Nothing unsynced stays behind."""
        if self._writer.offset == 0:
            self._begun_ns = self._clock.mono_ns()
            return
        self.drain()
        self._writer.protect()
        self._begin(self._head.seq)

    def _begin(self, first: int) -> None:
        tails = self._writer.begin(first, str(self._clock.wall_ns()))
        self._sync.switch(self._writer.handle)
        self._pending += tails
        self._begun_ns = self._clock.mono_ns()

    def _rotate(self) -> None:
        """End the epoch: its last entry names the next key, then its own key is dropped."""
        head = self._head
        signer = MemorySigner(self._m.random(32))
        rotation = Rotation(first=head.key.first, last=head.seq + 1, next_pk=text(signer.public))
        self._put(blank("key_rotation", rotation=rotation), True)
        head.key = EpochKey(epoch=head.key.epoch + 1, first=head.seq, signer=signer, started_ns=self._clock.mono_ns())

    def _after_torn(self) -> None:
        """A line could not be finished: leave it, and go on in a new segment that declares it."""
        self.drain()
        self._begin(self._head.seq)

    def _after_sync_failure(self) -> None:
        """Write the lines since the last good sync again, byte for byte, into a new segment; start a new epoch.

        The failed descriptor is never synced again: on some file systems the lost pages count as clean afterwards.
        """
        failure = self._sync.failure
        if failure is not None and failure.cause is Cause.CORRUPT:
            raise failure
        durable, lines = self._sync.unsynced()
        if not self._failed_segment:
            self._failed_segment = self._writer.name
            length = sum(len(line) for line in lines)
            torn = self._writer.torn.bytes if self._writer.torn is not None else 0
            self._writer.torn = Tail(segment=self._writer.name, offset=self._writer.offset - length, bytes=length + torn,
                                     cause="sync", entries=len(lines))
        self._begin(durable)
        for line in lines:
            self._writer.write(line)
        self._writer.sync_now()
        self._sync.settle()
        self._failed_segment = ""
        self._note_jump()
        self._rotate()

    def _report_lost(self) -> None:
        """Space is back: take the reserve anew and write down how many entries are missing."""
        self._m.reserve.make()
        gap = Gap(count=self._lost, decisions=self._lost_decisions, cause=self._lost_cause)
        self._put(blank("gap", gap=gap), True)
        self._lost = self._lost_decisions = 0


def _fitted(entry: AuditEntry) -> bytes:
    try:
        return render(entry)
    except TooLong:
        return render_short(entry)
