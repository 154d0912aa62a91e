"""The write side: all or nothing."""

from __future__ import annotations

import sqlite3

import pytest

from sensor.audit.form.entry import render
from sensor.store import rows
from sensor.store.writer import IndexWriter, PlaceRow


def test_a_batch_is_stored_wholly_or_not_at_all(tmp_path, entry):
    writer = IndexWriter(tmp_path / "index.db")
    good = rows.to_indexed(rows.parse_lean(render(entry(0))), 0, (0, 0, 10))
    writer.add([good], PlaceRow(seq=0, entries=1))
    second = good._replace(row=good.row._replace(id=1))
    with pytest.raises(sqlite3.IntegrityError):
        writer.add([second, good], PlaceRow(seq=2, entries=3))
    assert writer.place().entries == 1
    with sqlite3.connect(tmp_path / "index.db") as raw:
        assert raw.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        assert raw.execute("SELECT n FROM minutes").fetchall() == [(1,)]
    writer.close()


def test_a_fault_is_kept_with_the_place(tmp_path):
    writer = IndexWriter(tmp_path / "index.db")
    writer.add([], PlaceRow(seq=4))
    writer.set_fault("log 0: the chain does not hold at seq 5")
    assert writer.place() == PlaceRow(seq=4, fault="log 0: the chain does not hold at seq 5")
    writer.close()
