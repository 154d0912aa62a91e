"""The read side of the index: short-lived read-only connections for pages and commands.

Opened per request, so that a rebuilt index (a new file under the same name) is seen at once. Never checkpoints.
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from pathlib import Path
from typing import Any

import peewee

from sensor.model.errors import HandrailError
from sensor.store import tables


class IndexMissing(HandrailError):
    """There is no complete index to read: not made yet, being rebuilt, of another version, or damaged."""


class Index:
    """A read-only connection. `rows` runs a peewee query."""

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self._database = database

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def rows(self, query: peewee.Query) -> list[tuple[Any, ...]]:
        """All rows of a query as tuples. Raises IndexMissing when the file turns out to be damaged."""
        try:
            return self._database.execute(query).fetchall()  # type: ignore[no-any-return]
        except (peewee.DatabaseError, sqlite3.DatabaseError) as error:
            raise _missing(str(error)) from error

    def row(self, query: peewee.Query) -> tuple[Any, ...] | None:
        """The first row, None when there is none."""
        found = self.rows(query)
        return found[0] if found else None


def open_index(path: Path) -> Index:
    """Open the index read-only. Raises IndexMissing."""
    uri = f"file:{urllib.parse.quote(str(path))}?mode=ro"
    database = peewee.SqliteDatabase(uri, uri=True, timeout=2, pragmas={
        "query_only": 1, "wal_autocheckpoint": 0, "cache_size": -16_000, "mmap_size": 1 << 30, "temp_store": "memory",
    })
    try:
        if not path.is_file():
            raise _missing("it does not exist yet")
        database.connect()
        (version,) = database.execute_sql("PRAGMA user_version").fetchone()
    except (peewee.DatabaseError, sqlite3.DatabaseError) as error:
        database.close()
        raise _missing(str(error)) from error
    if version != tables.VERSION:
        database.close()
        raise _missing("it is being built" if version == 0 else f"it has version {version}")
    return Index(database)


def _missing(why: str) -> IndexMissing:
    return IndexMissing(
        f"The index cannot be read: {why}",
        next_step="Handrail makes it anew by itself while it runs: `handrail run`. By hand: `handrail index rebuild`",
    )
