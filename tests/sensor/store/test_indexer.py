"""The indexer against a journal on disk: once each, in order, never past a break, made anew when in doubt."""

from __future__ import annotations

import socket
import sqlite3
import tempfile
import threading
import time
from pathlib import Path

import pytest

from sensor.store import indexer
from sensor.store.indexer import IndexerConfig, Wakeup, catch_up, is_usable, rebuild
from sensor.store.writer import IndexWriter


@pytest.fixture
def config(tmp_path):
    # The name of a unix socket must be short.
    with tempfile.TemporaryDirectory(prefix="hr-") as run:
        yield IndexerConfig(log=tmp_path / "log", index=tmp_path / "index.db", wakeup=Path(run) / "indexer.sock")


@pytest.fixture
def running(config):
    """Start the following loop in a thread: `faults = running()`."""
    started = []

    def start() -> list[str]:
        faults: list[str] = []
        alarm = Wakeup(config.wakeup)
        thread = threading.Thread(target=indexer.follow, args=(config, alarm, faults.append))
        thread.start()
        started.append((alarm, thread))
        return faults

    yield start
    for alarm, thread in started:
        alarm.stop()
        thread.join(60)
        assert not thread.is_alive()
        alarm.close()


def poke(wakeup: Path) -> None:
    """What the sensor does after it has written."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.sendto(b"\n", str(wakeup))


def seqs(config: IndexerConfig) -> list[int]:
    try:
        with sqlite3.connect(f"file:{config.index}?mode=ro", uri=True) as raw:
            return [row[0] for row in raw.execute("SELECT id FROM entries ORDER BY id")]
    except sqlite3.OperationalError:
        return []


def dump(config: IndexerConfig) -> dict[str, list[tuple[object, ...]]]:
    tables = ("entries", "matches", "sessions", "minutes", "agent_hours", "rule_hours", "place")
    with sqlite3.connect(config.index) as raw:
        found = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        found["search"] = raw.execute("SELECT rowid FROM search WHERE search MATCH 'echo'").fetchall()
    return found


def eventually(check, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def test_every_entry_once_over_segments_and_restarts(config, journal):
    for number in range(5):
        journal.append(f"echo {number}")
    rebuild(config)
    assert seqs(config) == [0, 1, 2, 3, 4]
    journal.begin_segment()
    for number in range(3):
        journal.append(f"echo more {number}", verdict="block")
    assert is_usable(config)
    writer = IndexWriter(config.index)
    assert catch_up(config.log, writer) == "" and catch_up(config.log, writer) == ""
    assert writer.place()[:4] == (0, 5, journal.path.stat().st_size, 7)
    writer.close()
    assert seqs(config) == list(range(8))


def test_a_rebuilt_index_equals_the_grown_one(config, journal):
    writer = IndexWriter(config.index)
    for number in range(30):
        journal.append(f"echo {number}", verdict="flag" if number % 7 == 0 else "clean", session=f"s-{number % 3}")
        catch_up(config.log, writer)
    writer.close()
    grown = dump(config)
    config.index.unlink()
    assert rebuild(config) == 30
    assert dump(config) == grown


def test_a_partial_last_line_waits(config, journal):
    journal.append()
    journal.append()
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-20])
    rebuild(config)
    assert seqs(config) == [0]
    journal.path.write_bytes(whole)
    writer = IndexWriter(config.index)
    assert catch_up(config.log, writer) == ""
    writer.close()
    assert seqs(config) == [0, 1]


@pytest.mark.parametrize(("change", "why"), [
    ({"prev": "11" * 32}, "hash of the entry before"), ({"seq": 9}, "says seq 9"),
])
def test_it_stops_in_front_of_a_break(config, journal, change, why):
    journal.append()
    journal.append("rm -rf /", **change)
    journal.append()
    writer = IndexWriter(config.index)
    fault = catch_up(config.log, writer)
    assert why in fault and "seq 1" in fault
    writer.close()
    assert seqs(config) == [0]


def test_it_stops_in_front_of_a_damaged_line_and_keeps_what_lies_before(config, journal):
    for _ in range(3):
        journal.append()
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + lines[1] + b'{"entry" :' + lines[2][9:])
    writer = IndexWriter(config.index)
    assert "seq 2" in catch_up(config.log, writer)
    writer.close()
    assert seqs(config) == [0, 1]


@pytest.mark.parametrize("damage", ["missing", "not a database", "other version", "half built"])
def test_an_unusable_index_is_made_anew(config, journal, running, damage):
    journal.append()
    rebuild(config)
    if damage == "missing":
        config.index.unlink()
    elif damage == "not a database":
        config.index.write_bytes(b"garbage" * 1000)
    else:
        with sqlite3.connect(config.index) as raw:
            raw.execute(f"PRAGMA user_version = {999 if damage == 'other version' else 0}")
    assert not is_usable(config)
    running()
    eventually(lambda: is_usable(config) and seqs(config) == [0])


def test_an_index_ahead_of_the_journal_is_made_anew(config, journal):
    journal.append("kept")
    kept = journal.path.read_bytes()
    journal.append("lost with the power")
    rebuild(config)
    journal.path.write_bytes(kept)
    assert not is_usable(config)
    rebuild(config)
    assert is_usable(config) and seqs(config) == [0]


def test_an_index_of_another_history_is_made_anew(config, journal):
    journal.append("one")
    rebuild(config)
    text = journal.path.read_bytes()
    journal.path.write_bytes(text.replace(b'"text":"one"', b'"text":"two"'))
    assert not is_usable(config)


def test_it_sleeps_until_poked(config, journal, running):
    journal.append()
    running()
    eventually(lambda: seqs(config) == [0])
    journal.append()
    time.sleep(0.3)
    assert seqs(config) == [0]  # nobody poked: no polling
    poke(config.wakeup)
    eventually(lambda: seqs(config) == [0, 1])


def test_it_waits_for_the_first_log(config, running, tmp_path, request):
    running()
    journal = request.getfixturevalue("journal")
    journal.append()
    poke(config.wakeup)
    eventually(lambda: seqs(config) == [0])


def test_a_removed_index_comes_back_while_it_runs(config, journal, running):
    journal.append()
    running()
    eventually(lambda: seqs(config) == [0])
    config.index.unlink()
    poke(config.wakeup)
    eventually(lambda: seqs(config) == [0])


def test_what_was_pruned_while_it_runs_goes(config, journal, running):
    first = journal.path
    for number in range(3):
        journal.append(f"old {number}")
    journal.begin_segment()
    journal.append("new")
    running()
    eventually(lambda: seqs(config) == [0, 1, 2, 3])
    first.unlink()
    journal.append("newer")
    poke(config.wakeup)
    eventually(lambda: seqs(config) == [3, 4])
    assert is_usable(config)


def test_an_index_with_pruned_entries_is_not_continued(config, journal):
    first = journal.path
    journal.append("old")
    journal.begin_segment()
    journal.append("new")
    rebuild(config)
    assert is_usable(config)
    first.unlink()
    assert not is_usable(config)
    rebuild(config)
    assert is_usable(config) and seqs(config) == [1]


def test_a_fault_is_reported_once_and_cleared_by_a_new_log(config, journal, running):
    journal.append()
    journal.append(prev="22" * 32)
    faults = running()
    eventually(lambda: len(faults) == 1)
    poke(config.wakeup)
    time.sleep(0.3)
    assert len(faults) == 1
    follower = type(journal)(config.log, 1)
    follower.append("after the break")
    poke(config.wakeup)
    eventually(lambda: seqs(config) == [0, 1 << 40])


def test_the_index_is_private(config, journal):
    journal.append()
    rebuild(config)
    assert config.index.stat().st_mode & 0o077 == 0
