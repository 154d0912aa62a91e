"""Open the log for writing: lock, keys, recovery, a new log after damage, and the first entries of this run."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.audit.drafts.second_scan import SecondScan
from sensor.audit.drafts.summary import Redact
from sensor.audit.form.chain import CompactRange, seed
from sensor.audit.form.clock import Clock, Stamp, micros, system_clock
from sensor.audit.form.errors import LogDamaged, LogLocked
from sensor.audit.form.keys import EpochKey, MemorySigner, device_id, epoch_message, load_or_create_identity, text
from sensor.audit.form.notes import BadNote, number_of, parse_checkpoint
from sensor.audit.form.parts import LogOpen, Predecessor, Tail
from sensor.audit.journal.acceptance import why_unaccepted
from sensor.audit.journal.anchors import Anchor, Publisher
from sensor.audit.journal.checkpoints import CheckpointMaker, LogPlace, PinFacts, last_note, set_torn_aside
from sensor.audit.journal.journal import Head, Journal, Limits, Machinery
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import Pin, PinError, read_pin
from sensor.audit.journal.reader import Position
from sensor.audit.journal.recovery import Recovered, recover
from sensor.audit.journal.segments import list_logs
from sensor.audit.journal.sync import Mark, SyncThread
from sensor.audit.journal.writer import RESERVE_FILE, Reserve, SegmentWriter
from sensor.model.calls import Value
from sensor.paths import make_private

LOCK_FILE = "sensor.lock"
RESERVE_BYTES = 5 * 1024 * 1024
ASIDE = ".corrupt-"

_LOG = logging.getLogger(__name__)


class LogSettings(Value, frozen=True):
    """Where and how to keep the log. `root` is `<state>/log`, `keys` is `<state>/keys`; `redact` scans every entry once more."""

    root: Path
    keys: Path
    org: str = "local"
    version: str = ""
    platform: str = ""
    limits: Limits = Limits()
    reserve_bytes: int = RESERVE_BYTES
    anchors: tuple[Anchor, ...] = ()
    redact: Redact | None = None


class World(msgspec.Struct, frozen=True):
    """Clock, randomness and file calls; tests pass their own."""

    clock: Clock
    random: Callable[[int], bytes] = os.urandom
    medium: Medium = Medium()


class Opened(msgspec.Struct, frozen=True):
    """The journal and what happened at opening. `alarm` is a sentence when the old log was damaged, now or before, until a person accepts it."""

    journal: Journal
    folder: Path
    alarm: str = ""


def open_log(settings: LogSettings, world: World | None = None) -> Opened:
    """Open the newest log, or a new one. Raises LogLocked, KeyFileError, AuditUnavailable, OSError.

    A damaged log is never mended: the damaged file is set aside byte for byte under `*.corrupt-<ns>`, and a log with the
    next number begins, whose first entry names the old log's last checkpoint.
    """
    world = world or World(clock=system_clock())
    make_private(settings.root)
    make_private(settings.keys)
    lock = _lock(settings.root / LOCK_FILE)
    with contextlib.ExitStack() as undo:
        undo.callback(os.close, lock)
        opened = _Opening(settings, world, load_or_create_identity(settings.keys, world.random(32)), lock).run()
        undo.pop_all()
    return opened


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise LogLocked("Another sensor is writing this log.", next_step="Stop it first: handrail status") from error
        raise
    return handle


class _Opening:
    """The steps of one opening, in order."""

    def __init__(self, settings: LogSettings, world: World, identity: MemorySigner, lock: int) -> None:
        self._settings, self._world, self._identity, self._lock = settings, world, identity, lock
        self._device = f"{settings.org}/{device_id(identity.public)}"
        self._publisher = Publisher(settings.anchors) if settings.anchors else None

    def run(self) -> Opened:
        """Recover, or begin a log; write the first entries of this run."""
        logs = list_logs(self._settings.root)
        number = int(logs[-1].name) if logs else 0
        alarm, predecessor, pin, pinned = "", None, None, -1
        try:
            pin = read_pin(self._settings.keys, self._identity.public)
            pinned = number_of(pin.log) if pin is not None else -1
            if pinned > number or (pin is not None and not logs):
                raise LogDamaged(f"log {pinned} is gone although a pin covers {pin.size if pin else 0} entries of it")
            place = self._place(number)
            place.folder.mkdir(mode=0o700, exist_ok=True)
            if any(place.folder.glob(f"*{ASIDE}*")):  # the start that did it was killed before the next log began
                raise LogDamaged(f"a file of log {number} was set aside")
            recovered = recover(place, self._identity.public, pin if pinned == number else None, self._world.clock.boot_id)
            if number and not recovered.size:  # so was the start that began this one, or somebody made it up
                before = max((one for one in (pinned, *(int(log.name) for log in logs[:-1])) if 0 <= one < number), default=number - 1)
                predecessor = self._predecessor(self._place(before), pin, f"log {number} had no entry yet")
        except (LogDamaged, PinError) as error:
            alarm = error.message
            _LOG.error("%s", alarm)
            predecessor = self._set_aside(self._place(number), pin, error)
            place = self._place(max(number, pinned) + 1)
            recovered = _empty(place)
        place.folder.mkdir(mode=0o700, exist_ok=True)
        journal = self._start(place, recovered, predecessor)
        return Opened(journal=journal, folder=place.folder, alarm=alarm or why_unaccepted(place, self._identity.public))

    def _predecessor(self, place: LogPlace, pin: Pin | None, cause: str) -> Predecessor:
        """Where the log at `place` last stood, by the pin or else by its own newest checkpoint."""
        note = last_note(place.folder)
        if pin is not None and number_of(pin.log) >= int(place.folder.name):
            log, size = pin.log, pin.size
        else:
            log, size = place.origin, _size_of(note)
        return Predecessor(log=log, size=size, note_sha256=hashlib.sha256(note).hexdigest() if note else "", cause=cause)

    def _place(self, number: int) -> LogPlace:
        return LogPlace(origin=f"{self._device}/{number}", folder=self._settings.root / str(number), keys=self._settings.keys)

    def _set_aside(self, place: LogPlace, pin: Pin | None, error: Exception) -> Predecessor:
        """Rename the damaged file; say where the old log last stood."""
        cause = error.why if isinstance(error, LogDamaged) else str(error)
        predecessor = self._predecessor(place, pin, cause)
        segment = error.segment if isinstance(error, LogDamaged) else ""
        damaged = place.folder / segment
        if segment and damaged.exists():
            stamp = self._world.clock.wall_ns()
            self._world.medium.replace(damaged, damaged.with_name(f"{segment}{ASIDE}{stamp}"))
            self._world.medium.sync_folder(place.folder)
        return predecessor

    def _start(self, place: LogPlace, recovered: Recovered, predecessor: Predecessor | None) -> Journal:
        world, settings = self._world, self._settings
        set_torn_aside(place.folder, world.medium, Stamp().render(world.clock.wall_ns()))
        reserve = Reserve(settings.root / RESERVE_FILE, settings.reserve_bytes)
        reserve.make()
        writer = SegmentWriter(place.folder, world.medium, reserve)
        tails = self._open_segment(place, writer, recovered)
        signer = MemorySigner(world.random(32))
        key = EpochKey(epoch=recovered.epoch + 1, first=recovered.size, signer=signer, started_ns=world.clock.mono_ns())
        maker = self._maker(place, recovered)
        sync = SyncThread(world.medium, writer.handle, Mark(recovered.published.size, recovered.published_leaf, key), maker)
        head = Head(origin=place.origin, seq=recovered.size, leaf=recovered.leaf, key=key)
        last = recovered.last
        if last is not None and last.boot_id == world.clock.boot_id:
            head.mono_us, head.wall_us = last.mono_us, micros(last.ts)

        def on_close() -> None:
            maker.close()
            if self._publisher is not None:
                self._publisher.close()
            os.close(self._lock)

        machinery = Machinery(writer=writer, sync=sync, medium=world.medium, reserve=reserve, clock=world.clock,
                              random=world.random, limits=settings.limits, on_close=on_close,
                              second_scan=SecondScan(settings.redact) if settings.redact is not None else None)
        begun = micros(recovered.begun_ts) * 1000 if recovered.begun_ts and not tails else world.clock.wall_ns()
        age = max(0, world.clock.wall_ns() - begun)
        journal = Journal(head, machinery, world.clock.mono_ns() - age)
        sync.start()
        opened = self._log_open(place.origin, key, recovered.restarts + 1, predecessor)
        journal.begin_run(opened, tails, unclean=last is not None and last.kind != "shutdown")
        return journal

    def _open_segment(self, place: LogPlace, writer: SegmentWriter, recovered: Recovered) -> tuple[Tail, ...]:
        """Go on in the last segment when it is whole and unsealed, else begin a new one. Returns the tails to declare."""
        path = place.folder / recovered.end.segment
        if recovered.tails:
            *earlier, last = recovered.tails
            writer.adopt(last)
            return (*earlier, *writer.begin(recovered.size, str(self._world.clock.wall_ns())))
        if recovered.size and path.stat().st_mode & 0o200:
            writer.reopen(path.name, recovered.end.offset)
            return ()
        if recovered.size:
            writer.leave(path.name)
        return writer.begin(recovered.size, str(self._world.clock.wall_ns()))

    def _maker(self, place: LogPlace, recovered: Recovered) -> CheckpointMaker:
        stamp = Stamp()
        publishers = (self._publisher,) if self._publisher is not None else ()
        facts = PinFacts(
            tree=CompactRange(recovered.published.size, recovered.published.peaks), leaf=recovered.published_leaf,
            position=recovered.position, boot_id=self._world.clock.boot_id, restarts=recovered.restarts + 1,
            now=lambda: stamp.render(self._world.clock.wall_ns()), anchors=publishers,
        )
        return CheckpointMaker(place, self._identity, self._world.medium, facts)

    def _log_open(self, origin: str, key: EpochKey, restarts: int, predecessor: Predecessor | None) -> LogOpen:
        message = epoch_message(origin, key.epoch, key.first, key.signer.public)
        return LogOpen(
            identity=text(self._identity.public), pk=text(key.signer.public), cert=text(self._identity.sign(message)),
            first=key.first, version=self._settings.version, platform=self._settings.platform,
            durability="power" if self._settings.limits.every_entry_waits else "process", restarts=restarts,
            predecessor=predecessor,
        )


def _size_of(note: bytes) -> int:
    """Entries that a stored checkpoint covers, 0 where there is none or it cannot be read."""
    try:
        return parse_checkpoint(note).size
    except BadNote:
        return 0


def _empty(place: LogPlace) -> Recovered:
    """A log that has no entries yet."""
    start = seed(place.origin)
    return Recovered(size=0, leaf=start, epoch=-1, restarts=-1, published=CompactRange(), published_leaf=start,
                     position=Position(), end=Position(), last=None)

