"""`handrail watch` and `hooks accept` against a real sensor and a real watcher."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from sensor.cli.main import cli
from sensor.store.indexer import IndexerConfig, rebuild
from tests.sensor.watching.conftest import Watched

FOREIGN = {"hooks": [{"type": "command", "command": "/opt/audit/run --all"}]}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    watched = Watched(tmp_path_factory.mktemp("c")).start()
    yield watched
    watched.end()


@pytest.fixture
def run(place, monkeypatch):
    monkeypatch.setenv("HOME", str(place.home))
    monkeypatch.setenv("USER", "sam")

    def run(*words: str, code: int = 0, typed: str = "") -> str:
        done = CliRunner().invoke(cli, ["--prefix", str(place.home), *words], input=typed)
        assert done.exit_code == code, done.output + str(done.exception)
        return done.output

    return run


def index(place) -> None:
    rebuild(IndexerConfig(log=place.paths.log, index=place.paths.index, wakeup=place.paths.index_wakeup))


def test_status_list_and_events(place, run):
    path = place.write(".bashrc", "x\n")
    place.entry(path)
    index(place)
    said = run("watch", "status")
    assert "running" in said and f"created {path}" in said and "last sweep" in said
    facts = json.loads(run("watch", "status", "--json"))
    assert facts["state"] == "running" and facts["latest"][0]["kind"] == "file_change" and facts["schema_version"] == 1
    assert str(path) in run("watch", "list", "--kind", "shell") and str(path) not in run("watch", "list", "--kind", "ssh")
    (row,) = [one for one in json.loads(run("watch", "list", "--json"))["files"] if one["path"] == str(path)]
    assert (row["kind"], row["size"], len(row["sha256"])) == ("shell", 2, 64)
    assert [one["kind"] for one in json.loads(run("events", "--kind", "files", "--json"))["events"]] == ["file_change"]
    assert "file watch" in run("status")
    number = facts["latest"][0]["seq"]
    shown = run("show", str(number))
    assert "event create" in " ".join(shown.split()) and str(path) in shown


def test_lost_entries_are_said_and_put_back_on_request(place, run):
    path = place.connect()
    place.entry(path, "create")
    path.write_text("{}")
    place.until(lambda: place.sensor.op("status")["watch"]["problems"])
    assert "lost Handrail's entries" in run("watch", "status", code=1) and "hooks: " in run("status")
    assert "claude-code: will be put back" in run("watch", "repair", "--yes")
    place.until(lambda: not place.sensor.op("status")["watch"]["problems"])
    assert "handrail-hook" in path.read_text() and "Nothing is missing" in run("watch", "repair")
    run("watch", "repair", "cursr", "--yes", code=1)
    assert "put back" in run("watch", "repair", "claude-code", typed="y\n") and json.loads(run("watch", "repair", "--json")) == {"schema_version": 1, "asked": []}


def test_entries_of_others_are_shown_and_accepted(place, run):
    path = place.home / ".claude/settings.json"
    settings = json.loads(path.read_text())
    settings["hooks"]["Stop"].append(FOREIGN)
    path.write_text(json.dumps(settings))
    place.until(lambda: place.sensor.op("status")["watch"]["foreign"] == 1)
    assert "/opt/audit/run --all" in run("hooks", "accept", "--list")
    assert "0 of 1" in run("hooks", "accept", typed="n\n")
    (shown,) = json.loads(run("hooks", "accept", "--list", "--json"))["entries"]
    assert (shown["event"], shown["entry"], shown["accepted"]) == ("Stop", "/opt/audit/run --all", False)
    assert "1 of 1 hook entries are known now" in run("hooks", "accept", "--yes", "claude-code")
    place.until(lambda: place.sensor.op("status")["watch"]["foreign"] == 0)
    assert "No hook entry" in run("hooks", "accept", "--list")
    assert next(entry for entry in reversed(place.sensor.entries()) if entry.get("change", {}).get("what") == "1 hook entries of others")["change"]["by"] == "sam"


def test_nothing_is_watched_yet(tmp_path, monkeypatch):
    done = CliRunner().invoke(cli, ["--prefix", str(tmp_path), "watch", "list"])
    assert done.exit_code != 0 and "nothing is watched yet" in str(done.exception)
    assert os.environ["HOME"]
