"""Live rows: as they come, under the filter, with a cap, and given back when the reader goes."""

from __future__ import annotations

import datetime
import json

import pytest

from sensor.store.indexer import IndexerConfig, catch_up, rebuild
from sensor.store.writer import IndexWriter
from web import live
from web.app import create_app


@pytest.fixture
def moving(tmp_path, dataset, config, monkeypatch):
    """A dashboard over a journal that grows: (story, writer, config)."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    story = dataset.Story(tmp_path / "log", datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc))
    story.flush()
    rebuild(IndexerConfig(log=tmp_path / "log", index=tmp_path / "index.db", wakeup=tmp_path / "w"))
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    writer = IndexWriter(tmp_path / "index.db")
    yield story, writer, type(config)(**{**facts, "log": tmp_path / "log", "index": tmp_path / "index.db", "streams": 2})
    writer.close()


@pytest.fixture
def watcher(moving, visitor):
    """Logged in at that dashboard."""
    return type(visitor)(create_app(moving[2]), moving[2]).log_in()


def call(story, command: str, verdict: str = "clean"):
    from sensor.audit.form.parts import AgentFacts, Summary

    story.add(agent=AgentFacts(name="cursor"), session="s", tool="Bash", tool_kind="shell", phase="before", verdict=verdict, answer="allow", summary=Summary(action="shell", text=command))


def grow(moving) -> None:
    story, writer, config = moving
    story.flush()
    assert catch_up(config.log, writer) == ""


def next_rows(stream) -> dict[str, object]:
    for chunk in stream:
        if b"event: rows" in chunk:
            return json.loads(chunk.decode().split("data: ", 1)[1])
    raise AssertionError("the stream ended")


def test_new_rows_come_once_under_the_filter(moving, watcher):
    answer = watcher.client.get("/live?verdict=block&after=0", headers={"Host": "127.0.0.1:4870"}, buffered=False)
    assert answer.mimetype == "text/event-stream"
    stream = iter(answer.response)
    assert b"retry" in next(stream)
    call(moving[0], "echo quiet")
    call(moving[0], "rm -rf /srv", "block")
    grow(moving)
    message = next_rows(stream)
    assert message["count"] == 1 and message["id"] == 2 and "rm -rf /srv" in message["html"] and "echo quiet" not in message["html"]
    call(moving[0], "rm -rf /opt", "block")
    grow(moving)
    message = next_rows(stream)
    assert message["count"] == 1 and "rm -rf /opt" in message["html"]
    answer.close()


def test_streams_are_capped_and_given_back(watcher):
    def open_one():
        return watcher.client.get("/live", headers={"Host": "127.0.0.1:4870"}, buffered=False)

    first, second, third = open_one(), open_one(), open_one()
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 503)
    first.close()
    again = open_one()
    assert again.status_code == 200
    second.close()
    again.close()


def test_a_stream_ends_when_its_reader_is_gone(watcher):
    answer = watcher.client.get("/live", headers={"Host": "127.0.0.1:4870"}, buffered=False, environ_overrides={"waitress.client_disconnected": lambda: True})
    assert list(answer.response) == [b"retry: 3000\n\n"]
    answer.close()


def test_pages_without_a_stream_can_ask(moving, watcher):
    assert watcher.get("/fragment/events?after=0").data.strip() == b""
    call(moving[0], "echo hello")
    grow(moving)
    assert b"echo hello" in watcher.get("/fragment/events?after=0").data


def test_every_stream_ends_with_the_server(moving, watcher):
    watcher.app.extensions["handrail"].streams.ending.set()
    answer = watcher.client.get("/live", headers={"Host": "127.0.0.1:4870"}, buffered=False)
    assert list(answer.response) == [b"retry: 3000\n\n"]
    answer.close()
