"""Readers: read-only, and a missing or unfinished index is said, not raised as a database error."""

from __future__ import annotations

import peewee
import pytest

from sensor.store import tables
from sensor.store.reading import IndexMissing, open_index
from sensor.store.tables import Entry
from sensor.store.writer import IndexWriter


def test_readers_cannot_write(indexed, entry):
    index = indexed([entry(0)])
    with pytest.raises(IndexMissing, match="readonly"):
        index.rows(Entry.delete())
    assert index.rows(Entry.select(peewee.fn.COUNT(Entry.id))) == [(1,)]


@pytest.mark.parametrize("case", ["missing", "folder", "garbage", "unfinished", "other version"])
def test_what_cannot_be_read_is_missing(tmp_path, case):
    path = tmp_path / "index.db"
    if case == "folder":
        path.mkdir()
    elif case == "garbage":
        path.write_bytes(b"x" * 5000)
    elif case in ("unfinished", "other version"):
        IndexWriter(path, filling=True).close()
        if case == "other version":
            database = peewee.SqliteDatabase(str(path))
            database.execute_sql(f"PRAGMA user_version = {tables.VERSION + 1}")
            database.close()
    with pytest.raises(IndexMissing, match="handrail run"):
        open_index(path)


def test_a_reader_sees_what_is_written_while_it_reads(tmp_path, entry, indexed):
    index = indexed([entry(0)])
    assert index.row(Entry.select(Entry.id)) == (0,)
    assert index.row(Entry.select(Entry.id).where(Entry.id == 5)) is None


def test_odd_folder_names_open(tmp_path):
    folder = tmp_path / "a b?c#d%20"
    folder.mkdir()
    IndexWriter(folder / "index.db").close()
    open_index(folder / "index.db").close()
