"""The write side of the index: one connection, which writes and checkpoints; nobody else does either.

`add` is called with up to a thousand rows and stores the place behind them in the same transaction, so that every entry
is indexed exactly once whatever happens in between.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import peewee

from sensor.model.names import REHEARSALS
from sensor.store import tables

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US

_COLUMNS = tuple(field.column_name for field in tables.Entry._meta.sorted_fields)
_INSERT_ENTRY = f"INSERT INTO entries ({','.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})"
_INSERT_SESSION = """
INSERT INTO sessions (agent, session, first, last, started, ended, entries, calls, flags, quarantines, blocks, parent, cwd)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (agent, session) DO UPDATE SET last = excluded.last, ended = max(ended, excluded.ended),
  entries = entries + excluded.entries, calls = calls + excluded.calls, flags = flags + excluded.flags,
  quarantines = quarantines + excluded.quarantines, blocks = blocks + excluded.blocks,
  parent = CASE parent WHEN '' THEN excluded.parent ELSE parent END,
  cwd = CASE cwd WHEN '' THEN excluded.cwd ELSE cwd END
"""
_PLACE = "INSERT OR REPLACE INTO place (id, log_no, segment, offset, seq, leaf, entries, ts, fault) VALUES (1,?,?,?,?,?,?,?,?)"


class EntryRow(NamedTuple):
    """One row of `entries`, in the order of its columns. A plain tuple, because 50,000 a second are made."""

    id: int
    ts: int
    kind: str
    agent: str
    session: str
    subagent: str
    tool: str
    tool_kind: str
    phase: str
    tool_use: str
    verdict: int
    answer: str
    rule: str
    summary: str
    reason: str
    hold: str
    took_us: int
    segment: int
    start: int
    size: int


class Indexed(NamedTuple):
    """What one journal line adds to the index."""

    row: EntryRow
    words: str
    rules: tuple[str, ...]
    parent: str
    cwd: str


class PlaceRow(NamedTuple):
    """How far the index is; see `tables.Place`."""

    log_no: int = 0
    segment: int = 0
    offset: int = 0
    seq: int = -1
    leaf: str = ""
    entries: int = 0
    ts: int = 0
    fault: str = ""


class IndexWriter:
    """An open index file that may be written."""

    def __init__(self, path: Path, *, filling: bool = False) -> None:
        """Open or create. `filling`: a new file nobody reads yet, built without a log and without indexes."""
        self.path = path
        self._database = peewee.SqliteDatabase(str(path), pragmas={
            "journal_mode": "off" if filling else "wal", "synchronous": "off" if filling else "normal",
            "cache_size": -32_000, "temp_store": "memory", "mmap_size": 0,
        })
        self._database.connect()
        if not self._database.get_tables():
            tables.create_tables(self._database)
            if not filling:
                tables.create_indexes(self._database)
        self._raw: sqlite3.Connection = self._database.connection()
        path.chmod(0o600)

    def finish(self) -> None:
        """Add the indexes to a filled file and make it durable; then it may take the place of the old one."""
        tables.create_indexes(self._database)
        self.close()
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        self._database.close()

    def place(self) -> PlaceRow:
        row = self._raw.execute("SELECT log_no, segment, offset, seq, leaf, entries, ts, fault FROM place").fetchone()
        return PlaceRow(*row) if row else PlaceRow()

    def add(self, batch: list[Indexed], place: PlaceRow) -> None:
        """Store the batch and the place behind it, all or nothing."""
        raw = self._raw
        raw.execute("BEGIN IMMEDIATE")
        try:
            raw.executemany(_INSERT_ENTRY, [item.row for item in batch])
            raw.executemany("INSERT INTO search (rowid, words) VALUES (?,?)", [(item.row.id, item.words) for item in batch])
            raw.executemany(
                "INSERT OR IGNORE INTO matches (rule, entry) VALUES (?,?)",
                [(rule, item.row.id) for item in batch for rule in item.rules],
            )
            self._add_counts(batch)
            raw.executemany(_INSERT_SESSION, _sessions(batch))
            raw.execute(_PLACE, place)
            raw.execute("COMMIT")
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")

    def _add_counts(self, batch: list[Indexed]) -> None:
        minutes: Counter[tuple[int, bool, int]] = Counter()
        agents: Counter[tuple[int, bool, str, int]] = Counter()
        rules: Counter[tuple[int, bool, str]] = Counter()
        judged = Counter(
            (row.ts // MINUTE_US, row.session.startswith(REHEARSALS), row.agent, row.verdict, fired) for row, _, fired, *_ in batch
            if row.verdict != tables.NOT_JUDGED
        )
        for (minute, played, agent, verdict, fired), n in judged.items():
            hour = minute * MINUTE_US // HOUR_US
            minutes[minute, played, verdict] += n
            agents[hour, played, agent, verdict] += n
            for rule in fired:
                rules[hour, played, rule] += n
        for table, key, counts in (
            ("minutes", "minute, played, verdict", minutes), ("agent_hours", "hour, played, agent, verdict", agents),
            ("rule_hours", "hour, played, rule", rules),
        ):
            marks = ",".join("?" * (key.count(",") + 2))
            self._raw.executemany(
                f"INSERT INTO {table} ({key}, n) VALUES ({marks}) ON CONFLICT DO UPDATE SET n = n + excluded.n",
                [(*values, n) for values, n in counts.items()],
            )

    def set_fault(self, fault: str) -> None:
        """Say why indexing stopped in front of the next line."""
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.execute(_PLACE, self.place()._replace(fault=fault))
        self._raw.execute("COMMIT")


def _sessions(batch: list[Indexed]) -> list[tuple[object, ...]]:
    """One row of roll-up per session of the batch."""
    found: dict[tuple[str, str], list[object]] = {}
    for item in batch:
        row = item.row
        if not row.session:
            continue
        known = found.get((row.agent, row.session))
        if known is None:
            known = found[row.agent, row.session] = [row.id, row.id, row.ts, row.ts, 0, 0, 0, 0, 0, "", ""]
        known[1] = row.id
        known[3] = max(known[3], row.ts)  # type: ignore[call-overload]
        known[4] += 1  # type: ignore[operator]
        if row.verdict >= 0:
            known[5] += row.phase == "before"  # type: ignore[operator]
            if row.verdict > 0:
                known[5 + row.verdict] += 1  # type: ignore[operator]
        known[9] = known[9] or item.parent
        known[10] = known[10] or item.cwd
    return [(*key, *values) for key, values in found.items()]
