"""The index: peewee models of everything that pages and commands read. Derived from the journal, never evidence.

`Entry.id` orders all logs of a device: `log_no << 40 | seq`. Times are microseconds since 1970, UTC. `verdict` is the
number of `sensor.model.verdicts.Verdict`, or NOT_JUDGED for entries that are no call. Lists come from these columns;
details are read from the journal at (`segment`, `start`, `size`). Change VERSION with any change here: an index of
another version is rebuilt.
"""

from __future__ import annotations

import zlib

import peewee
from playhouse.sqlite_ext import FTS5Model, SearchField

VERSION = 4
NOT_JUDGED = -1
SEQ_BITS = 40
SUMMARY_CHARS = 240


class Table(peewee.Model):
    """Base: no database of its own; readers and the indexer each bring theirs."""

    class Meta:
        legacy_table_names = False


class Entry(Table):
    """One entry of the journal."""

    id = peewee.IntegerField(primary_key=True)
    ts = peewee.IntegerField()
    kind = peewee.TextField()
    agent = peewee.TextField()
    session = peewee.TextField()
    subagent = peewee.TextField()
    tool = peewee.TextField()
    tool_kind = peewee.TextField()
    phase = peewee.TextField()
    tool_use = peewee.TextField()
    verdict = peewee.IntegerField()
    answer = peewee.TextField()
    rule = peewee.TextField()
    summary = peewee.TextField()
    reason = peewee.TextField()
    hold = peewee.TextField()
    took_us = peewee.IntegerField()
    segment = peewee.IntegerField()
    start = peewee.IntegerField()
    size = peewee.IntegerField()

    class Meta:
        table_name = "entries"


class Match(Table):
    """A rule that matched in an entry."""

    rule = peewee.TextField()
    entry = peewee.IntegerField()

    class Meta:
        table_name = "matches"
        primary_key = peewee.CompositeKey("rule", "entry")
        without_rowid = True


class Session(Table):
    """Roll-up of one session; `first` is the id of its first entry and its name in addresses."""

    agent = peewee.TextField()
    session = peewee.TextField()
    first = peewee.IntegerField()
    last = peewee.IntegerField()
    started = peewee.IntegerField()
    ended = peewee.IntegerField()
    entries = peewee.IntegerField()
    calls = peewee.IntegerField()
    flags = peewee.IntegerField()
    quarantines = peewee.IntegerField()
    blocks = peewee.IntegerField()
    parent = peewee.TextField()
    cwd = peewee.TextField()

    class Meta:
        table_name = "sessions"
        primary_key = peewee.CompositeKey("agent", "session")
        without_rowid = True


class Minute(Table):
    """Judged calls per minute (since 1970) and verdict, for the live chart. Here and below `played` is 1 of those that Handrail itself played."""

    minute = peewee.IntegerField()
    played = peewee.IntegerField()
    verdict = peewee.IntegerField()
    n = peewee.IntegerField()

    class Meta:
        table_name = "minutes"
        primary_key = peewee.CompositeKey("minute", "played", "verdict")
        without_rowid = True


class AgentHour(Table):
    """Judged calls per hour (since 1970), agent and verdict: few enough rows for a quarter of a year."""

    hour = peewee.IntegerField()
    played = peewee.IntegerField()
    agent = peewee.TextField()
    verdict = peewee.IntegerField()
    n = peewee.IntegerField()

    class Meta:
        table_name = "agent_hours"
        primary_key = peewee.CompositeKey("hour", "played", "agent", "verdict")
        without_rowid = True


class RuleHour(Table):
    """Matches per hour and rule."""

    hour = peewee.IntegerField()
    played = peewee.IntegerField()
    rule = peewee.TextField()
    n = peewee.IntegerField()

    class Meta:
        table_name = "rule_hours"
        primary_key = peewee.CompositeKey("hour", "played", "rule")
        without_rowid = True


class Place(Table):
    """How far the indexer is: the one row, written in the transaction of the rows it speaks of.

    `segment` is the first seq of the segment, `offset` the byte behind the last indexed line, `seq` and `leaf` those of
    that line. `fault` says why the indexer stopped, "" while the chain holds.
    """

    log_no = peewee.IntegerField()
    segment = peewee.IntegerField()
    offset = peewee.IntegerField()
    seq = peewee.IntegerField()
    leaf = peewee.TextField()
    entries = peewee.IntegerField()
    ts = peewee.IntegerField()
    fault = peewee.TextField()

    class Meta:
        table_name = "place"


class Search(FTS5Model):
    """Words of an entry; `rowid` is the entry's id."""

    words = SearchField()

    class Meta:
        table_name = "search"
        options = {"content": "", "detail": "none", "columnsize": 0}


MODELS = (Entry, Match, Session, Minute, AgentHour, RuleHour, Place, Search)

# peewee cannot say partial indexes as briefly as SQL does. Filters by agent, verdict, tool kind and rule need no index
# of their own: their values are words of `Search` (see `mark`), which also answers every combination of them.
INDEXES = (
    "CREATE INDEX entries_session ON entries (session, id, agent, verdict, tool_kind)",
    "CREATE INDEX entries_time ON entries (ts)",
    "CREATE INDEX entries_notable ON entries (id) WHERE verdict > 0",
    "CREATE INDEX entries_kind ON entries (kind, id) WHERE verdict < 0",
    "CREATE INDEX entries_hold ON entries (hold, id) WHERE hold <> ''",
    "CREATE INDEX sessions_last ON sessions (last)",
    "CREATE INDEX sessions_agent ON sessions (agent, last)",
    "CREATE INDEX sessions_seen ON sessions (agent, ended)",
    "CREATE INDEX sessions_ended ON sessions (ended)",
    "CREATE INDEX sessions_name ON sessions (session)",
    "CREATE INDEX sessions_first ON sessions (first)",
    "CREATE INDEX sessions_parent ON sessions (parent) WHERE parent <> ''",
)


def create_tables(database: peewee.SqliteDatabase) -> None:
    """Create every table in an empty database, without secondary indexes: filling is faster without them."""
    with database.bind_ctx(MODELS):
        database.create_tables(MODELS, safe=False)


def create_indexes(database: peewee.SqliteDatabase) -> None:
    """Create the secondary indexes and stamp the database with VERSION: only now it is complete."""
    for statement in INDEXES:
        database.execute_sql(statement)
    database.execute_sql(f"PRAGMA user_version = {VERSION}")


def mark(field: str, value: str) -> str:
    """The word of `Search` that stands for a column's value: `mark("agent", "cursor")`. One token for any value."""
    return f"x{field}{zlib.crc32(value.encode('utf-8', 'replace')):08x}"


def log_of(entry_id: int) -> int:
    return entry_id >> SEQ_BITS


def seq_of(entry_id: int) -> int:
    return entry_id & ((1 << SEQ_BITS) - 1)


def entry_id(log_no: int, seq: int) -> int:
    return log_no << SEQ_BITS | seq
