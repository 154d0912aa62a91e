"""`handrail prune`: the old part goes into an archive, the rest verifies, and the index follows."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.journal.reader import first_position
from sensor.paths import locate, make_private
from sensor.settings import SettingsError, load_settings
from sensor.store.queries import events
from sensor.store.queries.events import Cursor, EventFilter
from sensor.store.reading import open_index
from tests.sensor.cli.conftest import Terminal
from tests.sensor.live import LiveSensor


@pytest.fixture
def installed(tmp_path):
    """An installation with a log of several segments, nothing running."""
    paths = locate(tmp_path, tmp_path / "p")
    fill(paths)
    return paths


def fill(paths):
    make_private(paths.state)
    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, reserve_bytes=0, limits=Limits(segment_bytes=2000))).journal
    for number in range(20):
        journal.append(draft_heartbeat(f"n{number}"))
    journal.close()


def test_the_rest_verifies_and_the_index_follows(installed, tmp_path):
    terminal = Terminal(tmp_path / "p")
    archive = tmp_path / "archive"
    archive.mkdir()
    result = terminal.run("prune", "--before", "2999-01-01", "--archive", str(archive), "--json")
    assert result.exit_code == 0, result.output
    shown = json.loads(result.output)
    assert shown["first"] == 0 < shown["last"] and [path.name for path in archive.iterdir()] == [shown["archive"].rsplit("/", 1)[1]]
    assert terminal.run("verify").exit_code == 0
    with open_index(installed.index) as index:
        seqs = [event.seq for wanted in (EventFilter(), EventFilter(kind="heartbeat")) for event in events.page(index, wanted, Cursor(limit=200)).events]
    assert min(seqs) == shown["last"]


@pytest.mark.parametrize(("before", "code"), [("", 2), ("soon", 2), ("2000-01-01", 1)])
def test_what_cannot_be_pruned(installed, tmp_path, before, code):
    assert Terminal(tmp_path / "p").error("prune", "--before", before, "--archive", str(tmp_path)).exit_code == code
    assert Terminal(tmp_path / "p").run("verify").exit_code == 0


@pytest.fixture
def running(installed_short):
    """The sensor over a log of several segments."""
    sensor = LiveSensor(installed_short)
    fill(sensor.paths)
    sensor.start()
    yield sensor
    sensor.stop()


@pytest.fixture
def installed_short():
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        yield Path(folder)


def test_a_running_sensor_does_it_and_goes_on(running, tmp_path):
    terminal, archive = Terminal(running.prefix), tmp_path / "archive"
    archive.mkdir()
    shown = json.loads(terminal.run("prune", "--before", "2999-01-01", "--archive", str(archive), "--json").output)
    assert shown["first"] == 0 < shown["last"] and [path.name for path in archive.iterdir()] == [shown["archive"].rsplit("/", 1)[1]]
    assert first_position(running.paths.log / "0").seq == shown["last"]
    running.hook({"session_id": "s", "hook_event_name": "PreToolUse", "tool_name": "Read", "tool_input": {"file_path": "/tmp/x"}, "tool_use_id": "t", "cwd": "/tmp"})
    entries = running.entries()
    assert [entry["kind"] for entry in entries].count("prune") == 1 and entries[-1]["kind"] == "call"
    result = terminal.run("verify")
    assert result.exit_code == 0 and f"entries before {shown['last']} were pruned" in result.output, result.output
    again = terminal.error("prune", "--before", "2999-01-01", "--archive", str(archive))
    assert again.exit_code == 1 and "No whole segment" in again.message


def test_retention_settings_need_a_folder(installed):
    make_private(installed.config)
    installed.config_file.write_text("audit: {keep-days: 30}\n")
    with pytest.raises(SettingsError, match=r"audit\.archive"):
        load_settings(installed.config_file)


def test_an_archive_of_an_attempt_that_did_not_end_is_taken_over(installed, tmp_path):
    terminal = Terminal(tmp_path / "p")
    words = ("prune", "--before", "2999-01-01", "--archive", str(tmp_path))
    prepared = json.loads(terminal.ok(*words, "--prepare"))
    assert first_position(installed.log / "0").seq == 0
    assert json.loads(terminal.ok(*words, "--prepare")) == prepared
    Path(prepared["archive"]).write_bytes(b"something else")
    assert "another archive" in terminal.error(*words, "--prepare").message and Path(prepared["archive"]).read_bytes() == b"something else"
