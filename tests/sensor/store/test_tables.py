"""The schema is complete and its ids order all logs."""

from __future__ import annotations

import peewee

from sensor.store import tables


def test_ids_order_logs_before_seqs():
    assert tables.entry_id(0, 5) < tables.entry_id(1, 0) < tables.entry_id(1, 1) < 2**53
    assert (tables.log_of(tables.entry_id(3, 77)), tables.seq_of(tables.entry_id(3, 77))) == (3, 77)


def test_a_database_without_indexes_is_not_complete(tmp_path):
    database = peewee.SqliteDatabase(str(tmp_path / "x.db"))
    tables.create_tables(database)
    assert database.execute_sql("PRAGMA user_version").fetchone() == (0,)
    tables.create_indexes(database)
    assert database.execute_sql("PRAGMA user_version").fetchone() == (tables.VERSION,)
    names = {row[0] for row in database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")}
    assert len(names) == len(tables.INDEXES)
    database.close()


def test_marks_are_one_token():
    assert tables.mark("agent", "claude-code").isalnum() and tables.mark("agent", "a") != tables.mark("tool", "a")
