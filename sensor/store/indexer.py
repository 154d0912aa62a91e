"""The indexer: follows the journal and keeps the index. A process of its own and the index's only writer.

Sleeps on a unix datagram socket that the sensor pokes after it wrote; idle means no wake-ups. Checks seq and chain of
every line as it reads and stops in front of the first one that does not fit. An index that is missing, damaged, of
another version or ahead of the journal is made anew from the journal, beside the old file, and renamed into place.
"""

from __future__ import annotations

import gc
import logging
import select
import signal
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import peewee

from sensor.audit.form.chain import seed
from sensor.audit.journal.reader import DamagedLine, JournalReader, Position, first_position, newest_log, read_entry
from sensor.audit.journal.segments import Line, list_logs, segment_name
from sensor.model.calls import Value
from sensor.store import rows, tables
from sensor.store.reading import IndexMissing, open_index
from sensor.store.writer import Indexed, IndexWriter, PlaceRow

BATCH = 1_000
GATHER_SECONDS = 0.1

# What sqlite3 and peewee raise for a file that is not (any more) a database.
DAMAGED = (sqlite3.DatabaseError, peewee.DatabaseError)

logger = logging.getLogger(__name__)


class IndexerConfig(Value):
    """`log` is the folder of all logs, `index` the database, `wakeup` the datagram socket the sensor pokes."""

    log: Path
    index: Path
    wakeup: Path


class BrokenChain(ValueError):
    """A line that does not follow from the one before it."""


def run_indexer(config: IndexerConfig) -> None:
    """Process main: index until SIGTERM or SIGINT. A chain that does not hold is logged once."""
    alarm = Wakeup(config.wakeup)
    signal.signal(signal.SIGTERM, lambda *_: alarm.stop())
    signal.signal(signal.SIGINT, lambda *_: alarm.stop())
    try:
        follow(config, alarm, logger.error)
    finally:
        alarm.close()


class Wakeup:
    """The socket the indexer sleeps on. A pair beside it carries the wish to stop."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._poked = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._poked.bind(str(path))
        path.chmod(0o600)
        self._stop_read, self._stop_write = socket.socketpair()
        self._stopped = False

    def stop(self) -> None:
        """End the sleep for good. Safe in a signal handler."""
        self._stopped = True
        self._stop_write.send(b"x")

    def wait(self) -> bool:
        """Sleep until poked, gather for a moment so that batches fill; False = stop."""
        if not self._stopped:
            select.select([self._poked, self._stop_read], [], [])
        if not self._stopped:
            select.select([self._stop_read], [], [], GATHER_SECONDS)
        try:
            while self._poked.recv(64):
                pass
        except BlockingIOError:
            pass
        return not self._stopped

    def close(self) -> None:
        for end in (self._poked, self._stop_read, self._stop_write):
            end.close()
        self._path.unlink(missing_ok=True)


def follow(config: IndexerConfig, alarm: Wakeup, report: Callable[[str], None]) -> None:
    """Bring the index up to date, then keep it so until the alarm says stop."""
    while not list_logs(config.log):
        if not alarm.wait():
            return
    while True:
        if not is_usable(config):
            rebuild(config)
        try:
            if not _keep_up(config, alarm, report):
                return
        except DAMAGED as error:
            logger.warning("the index is damaged and made anew: %s", error)
            config.index.unlink(missing_ok=True)


def _keep_up(config: IndexerConfig, alarm: Wakeup, report: Callable[[str], None]) -> bool:
    """Follow with one open file; True when somebody removed or replaced it, False when it is time to stop."""
    writer = IndexWriter(config.index)
    try:
        opened, reported = config.index.stat().st_ino, ""
        while True:
            fault = catch_up(config.log, writer)
            if fault != writer.place().fault:
                writer.set_fault(fault)
            if fault and fault != reported:
                report(fault)
            reported = fault
            if not alarm.wait():
                return False
            if not config.index.exists() or config.index.stat().st_ino != opened or begins_too_early(config):
                return True
    finally:
        writer.close()


def rebuild(config: IndexerConfig) -> int:
    """Make the index anew from the journal and put it in place of the old one; return the number of entries."""
    fresh = config.index.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    writer = IndexWriter(fresh, filling=True)
    if fault := catch_up(config.log, writer):
        writer.set_fault(fault)
    entries = writer.place().entries
    writer.finish()
    # A write-ahead log of the old file must not meet the new one.
    for suffix in ("-wal", "-shm"):
        config.index.with_name(config.index.name + suffix).unlink(missing_ok=True)
    fresh.replace(config.index)
    return entries


def is_usable(config: IndexerConfig) -> bool:
    """Whether the index can be continued: readable, of this version, and its last entry is where the journal has it."""
    try:
        with open_index(config.index) as index:
            newest = tables.Entry.select(tables.Entry.id, tables.Entry.segment, tables.Entry.start, tables.Entry.size)
            last = index.row(newest.order_by(tables.Entry.id.desc()).limit(1))
            place = index.row(tables.Place.select(tables.Place.log_no, tables.Place.seq, tables.Place.leaf))
    except IndexMissing as error:
        logger.info("the index is made anew: %s", error.message)
        return False
    if last is None or place is None:
        return last is None and place is None
    if tables.entry_id(place[0], place[1]) != last[0]:
        return False
    if begins_too_early(config):
        logger.info("the index is made anew without the entries that were pruned")
        return False
    try:
        line = read_entry(log_folder(config.log, place[0]), segment_name(last[1]), last[2], last[3])
    except (OSError, DamagedLine) as error:
        logger.info("the index is made anew, its last entry is not in the journal: %s", error)
        return False
    return line.leaf.hex() == place[2]


def begins_too_early(config: IndexerConfig) -> bool:
    """Whether the index holds entries of the newest log that were pruned from the journal. Raises IndexMissing."""
    folder = newest_log(config.log)
    if folder is None:
        return False
    number = int(folder.name)
    with open_index(config.index) as index:
        oldest = index.row(tables.Entry.select(tables.Entry.id).where(tables.Entry.id >= tables.entry_id(number, 0)).order_by(tables.Entry.id).limit(1))
    return oldest is not None and oldest[0] < tables.entry_id(number, first_position(folder).seq)


def log_folder(root: Path, log_no: int) -> Path:
    """Folder of the log with this number. Raises FileNotFoundError."""
    for folder in list_logs(root):
        if int(folder.name) == log_no:
            return folder
    raise FileNotFoundError(f"log {log_no} below {root}")


def catch_up(root: Path, writer: IndexWriter) -> str:
    """Index everything there is now, log after log. Returns why it stopped early, "" when it is up to date."""
    fault = ""
    for folder in list_logs(root):
        place = writer.place()
        log_no = int(folder.name)
        if log_no < place.log_no:
            continue
        if log_no > place.log_no or place.seq < 0:
            start = first_position(folder)
            place = place._replace(log_no=log_no, segment=start.seq, offset=0, seq=start.seq - 1, leaf="", fault="")
        fault = _index_log(folder, writer, place)
    return fault


def _index_log(folder: Path, writer: IndexWriter, place: PlaceRow) -> str:
    """Index what is there. A batch is tens of thousands of values without a cycle: the collector would only walk through them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _index_batches(folder, writer, place)
    finally:
        if collecting:
            gc.enable()


def _index_batches(folder: Path, writer: IndexWriter, place: PlaceRow) -> str:
    start = Position(segment=segment_name(place.segment), offset=place.offset, seq=place.seq + 1)
    with JournalReader(folder, start) as reader:
        while True:
            before = reader.position
            try:
                lines = reader.read(BATCH)
                fault = ""
            except DamagedLine as error:
                # What lies in front of the damage is good: read it line by line.
                lines, fault = _lines_before(folder, before), f"{folder.name}: {error.message}"
            batch, place, broken = _to_batch(lines, place)
            if batch:
                writer.add(batch, place)
            if broken or fault:
                return broken or fault
            if not lines:
                return ""


def _lines_before(folder: Path, start: Position) -> list[Line]:
    lines: list[Line] = []
    with JournalReader(folder, start) as reader:
        try:
            while len(lines) < BATCH and (one := reader.read(1)):
                lines += one
        except DamagedLine:
            pass
    return lines


def _to_batch(lines: list[Line], place: PlaceRow) -> tuple[list[Indexed], PlaceRow, str]:
    """Rows of the lines that fit the chain, the place behind them, and what is wrong with the first that does not."""
    batch: list[Indexed] = []
    log_no, leaf, broken = place.log_no, place.leaf, ""
    name, segment = "", 0
    for line in lines:
        if line.segment != name:
            name, segment = line.segment, int(line.segment[8:20])
        try:
            lean = rows.parse_lean(line.entry)
            _check(lean, line, leaf)
            batch.append(rows.to_indexed(lean, tables.entry_id(log_no, line.seq), (segment, line.offset, line.length)))
        except (msgspec.MsgspecError, BrokenChain) as error:
            broken = f"log {log_no}: the chain does not hold at seq {line.seq}: {error}"
            break
        leaf = line.leaf.hex()
    if batch:
        last = lines[len(batch) - 1]
        place = PlaceRow(log_no, int(last.segment[8:20]), last.offset + last.length, last.seq, leaf, place.entries + len(batch), batch[-1].row.ts, "")
    return batch, place, broken


def _check(lean: rows.Lean, line: Line, leaf: str) -> None:
    if lean.seq != line.seq:
        raise BrokenChain(f"the entry says seq {lean.seq}")
    expected = seed(lean.log).hex() if lean.seq == 0 else leaf
    if expected and lean.prev != expected:
        raise BrokenChain("its link is not the hash of the entry before it")
