"""`handrail prune`: the old part goes into an archive, the rest verifies, and the index follows."""

from __future__ import annotations

import json

import pytest

from sensor.audit.drafts import draft_heartbeat
from sensor.audit.journal import Limits
from sensor.audit.opening import LogSettings, open_log
from sensor.paths import locate, make_private
from sensor.store.queries import events
from sensor.store.queries.events import Cursor, EventFilter
from sensor.store.reading import open_index
from tests.sensor.cli.conftest import Terminal


@pytest.fixture
def installed(tmp_path):
    """An installation with a log of several segments, nothing running."""
    paths = locate(tmp_path, tmp_path / "p")
    make_private(paths.state)
    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, reserve_bytes=0, limits=Limits(segment_bytes=2000))).journal
    for number in range(20):
        journal.append(draft_heartbeat(f"n{number}"))
    journal.close()
    return paths


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
        seqs = [event.seq for event in events.page(index, EventFilter(), Cursor(limit=200)).events]
    assert min(seqs) == shown["last"]


@pytest.mark.parametrize(("before", "code"), [("", 2), ("soon", 2), ("2000-01-01", 1)])
def test_what_cannot_be_pruned(installed, tmp_path, before, code):
    assert Terminal(tmp_path / "p").error("prune", "--before", before, "--archive", str(tmp_path)).exit_code == code
    assert Terminal(tmp_path / "p").run("verify").exit_code == 0
