"""From two states to an observation: which event, whose bytes, and what a record means for hooks."""

from __future__ import annotations

import errno
import os
import time

import pytest

from hooks.settings.own_writes import note_own_write
from sensor.host.checks.agents import connect
from sensor.host.files.hook_client import client_path
from sensor.model.verdicts import Mode
from sensor.paths import locate, make_private
from sensor.watching.baseline import Baseline
from sensor.watching.observing import WRITE_SECONDS, Noticed, Observer, _real
from sensor.watching.places import Spot, World

NOW = Noticed(since=1, until=2, seen="event")
SPOT = Spot(kind="settings", folder="/", names=("*",))


class Place:
    def __init__(self, home, prefix) -> None:
        self.paths = locate(home, prefix)
        for folder in (self.paths.config, self.paths.state):
            make_private(folder)
        client = client_path(self.paths)
        client.parent.mkdir(parents=True)
        client.write_text("")
        self.home, self.baseline = home, Baseline(self.paths.state)
        self.observer = Observer(World(home=home, paths=self.paths), self.baseline)

    def see(self, path, keep=True, now: float | None = None):
        state = self.observer.read(str(path))
        seen = self.observer.observe(str(path), SPOT, state, NOW, time.time() if now is None else now)
        if seen is not None and keep:
            self.observer.accept(seen, state, SPOT)
        return seen


@pytest.fixture
def place(tmp_path, own_home):
    return Place(own_home, tmp_path / "p")


def test_created_changed_moved_deleted(place):
    path = place.home / "f"
    assert place.see(path) is None
    path.write_text("a")
    created = place.see(path)
    path.write_text("bb")
    changed = place.see(path)
    os.rename(path, place.home / "g")
    moved = place.see(place.home / "g")
    (place.home / "g").unlink()
    gone = place.see(place.home / "g")
    assert [one.event for one in (created, changed, moved, gone)] == ["create", "change", "move", "delete"]
    assert (changed.before, changed.size_before, changed.size_after, moved.source, gone.after) == (created.after, 1, 2, str(path), "")
    assert (created.since, created.until, created.seen, created.uid) == (1, 2, "event", os.getuid()) and place.see(place.home / "g") is None


def test_a_note_speaks_for_one_change_and_only_when_it_is_recorded(place):
    path = place.home / "f"
    note_own_write(place.paths.state, path, b"a", "settings")
    path.write_text("a")
    assert place.see(path, keep=False).own == "settings" and place.see(path).own == "settings"
    path.write_text("b")
    assert place.see(path).own == ""
    path.write_text("a")
    assert place.see(path).own == "", "the same bytes by somebody else later"


def test_a_note_is_found_through_a_link(place):
    (place.home / "real").write_text("")
    (place.home / "link").symlink_to("real")
    place.see(place.home / "link")
    note_own_write(place.paths.state, place.home / "link", b"a", "x")
    (place.home / "real").write_text("a")
    assert place.see(place.home / "link").own == "x"


def test_entries_that_vanish_are_harm_while_they_are_recorded(place):
    connect(place.paths, place.home, "claude-code", Mode.ENFORCE)
    path = place.home / ".claude/settings.json"
    place.observer.refresh()
    place.observer.adopt(str(path), SPOT, False)
    assert place.observer.hook_states(frozenset(), time.time())[0].missing == ()
    path.write_text('{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "x"}]}]}}')
    seen = place.see(path)
    assert seen.hooks.is_harm and len(seen.hooks.foreign) == 1
    (state,) = place.observer.hook_states(frozenset(), time.time())
    assert state.recorded and "PreToolUse" in state.missing and len(state.foreign) == 1
    assert place.observer.hook_states(frozenset({state.foreign[0].sha256}), time.time())[0].foreign == ()
    path.write_text("{}")
    assert place.see(path).hooks.foreign_gone == 1


def test_entries_that_are_being_written_are_not_missed_unless_they_never_come(place):
    connect(place.paths, place.home, "claude-code", Mode.ENFORCE)
    path = place.home / ".claude/settings.json"
    entries = path.read_bytes()
    path.unlink()
    place.observer.refresh()
    assert place.observer.hook_states(frozenset(), time.time())[0].missing == (), "the record is written before the settings"
    assert "PreToolUse" in place.observer.hook_states(frozenset(), time.time() + WRITE_SECONDS)[0].missing
    path.write_bytes(entries)
    assert place.see(path).own
    path.unlink()
    place.see(path)
    assert "PreToolUse" in place.observer.hook_states(frozenset(), time.time())[0].missing, "the announcement was for one write"


def test_without_a_record_nothing_of_ours_is_missed(place):
    path = place.home / ".claude/settings.json"
    path.parent.mkdir()
    path.write_text("{}")
    place.see(path)
    assert place.observer.hook_states(frozenset(), time.time()) == () and place.observer.agent_of(str(path)) == "claude-code"


def test_entries_of_others_are_the_users_when_watching_begins_and_unknown_when_a_project_brings_them(place):
    text = '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "%s"}]}]}}'
    for name, command, is_first in ((".claude/settings.json", "mine", True), ("shop/.claude/settings.json", "theirs", False)):
        path = place.home / name
        path.parent.mkdir(parents=True)
        path.write_text(text % command)
        place.observer.adopt(str(path), SPOT, is_first)
    (state,) = place.observer.hook_states(frozenset(), time.time())
    assert state.path.endswith("shop/.claude/settings.json") and len(state.foreign) == 1


def test_a_link_that_is_swapped_under_our_eyes_ends_nothing(monkeypatch):
    def fails(path, **how):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os.path, "realpath", fails)
    assert _real("/a/b") == "/a/b"
