"""Hints from real folders: both ways of watching tell of the same things; a limit that is reached costs events, not the watcher."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time

import pytest

from sensor.watching import eyes as module
from sensor.watching.eyes import (
    ABSENCE,
    CONTENT,
    DROPPED,
    FOLDER,
    GONE,
    NEW,
    ClosedEyes,
    Hint,
    InotifyEyes,
    ObserverEyes,
    open_eyes,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Told:
    def __init__(self) -> None:
        self.hints: list[Hint] = []

    def wait(self, folder, name: str, *whats: str) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any((hint.folder, hint.name) == (str(folder), name) and hint.what in whats for hint in self.hints):
                return True
            time.sleep(0.01)
        return False


@pytest.fixture(params=[pytest.param(InotifyEyes, marks=linux), ObserverEyes])
def look(request, tmp_path):
    told = Told()
    eyes = request.param(told.hints.append)
    yield told, eyes
    eyes.close()


def test_written_renamed_deleted(look, tmp_path):
    told, eyes = look
    assert eyes.watch(frozenset({str(tmp_path)})) == {}
    (tmp_path / "a").write_text("x")
    assert told.wait(tmp_path, "a", CONTENT)
    os.rename(tmp_path / "a", tmp_path / "b")
    assert told.wait(tmp_path, "a", ABSENCE) and told.wait(tmp_path, "b", CONTENT, NEW)
    (tmp_path / "b").unlink()
    assert told.wait(tmp_path, "b", ABSENCE)


def test_a_folder_that_comes_and_goes(look, tmp_path):
    told, eyes = look
    eyes.watch(frozenset({str(tmp_path)}))
    (tmp_path / "d").mkdir()
    assert told.wait(tmp_path, "d", FOLDER)
    eyes.watch(frozenset({str(tmp_path), str(tmp_path / "d")}))
    (tmp_path / "d/x").write_text("")
    assert told.wait(tmp_path / "d", "x", CONTENT)
    shutil.rmtree(tmp_path / "d")
    assert told.wait(tmp_path / "d", "", GONE)
    (tmp_path / "d").mkdir()
    eyes.watch(frozenset({str(tmp_path), str(tmp_path / "d")}))
    told.hints.clear()
    (tmp_path / "d/y").write_text("")
    assert told.wait(tmp_path / "d", "y", CONTENT)


def test_what_is_watched_no_more_is_told_no_more(look, tmp_path):
    told, eyes = look
    eyes.watch(frozenset({str(tmp_path)}))
    eyes.watch(frozenset())
    told.hints.clear()
    (tmp_path / "a").write_text("x")
    time.sleep(0.3)
    assert not told.hints


def test_a_folder_that_is_none_is_a_problem(look, tmp_path):
    _, eyes = look
    (tmp_path / "file").write_text("")
    problems = eyes.watch(frozenset({str(tmp_path / "none")}))
    assert list(problems) == [str(tmp_path / "none")] and problems[str(tmp_path / "none")]


@linux
def test_two_names_of_one_folder_are_both_told_of(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    told = Told()
    eyes = InotifyEyes(told.hints.append)
    eyes.watch(frozenset({str(tmp_path / "real"), str(tmp_path / "link")}))
    (tmp_path / "real/x").write_text("")
    assert told.wait(tmp_path / "real", "x", CONTENT) and told.wait(tmp_path / "link", "x", CONTENT)
    eyes.watch(frozenset({str(tmp_path / "link")}))
    told.hints.clear()
    (tmp_path / "real/y").write_text("")
    assert told.wait(tmp_path / "link", "y", CONTENT)
    eyes.close()


@linux
def test_a_full_queue_is_a_hint(tmp_path):
    told = Told()
    eyes = InotifyEyes(told.hints.append)
    record = module._HEAD.pack(-1, 0x4000, 0, 0)
    assert eyes._hints(record) == [Hint(folder="", name="", what=DROPPED)]
    eyes.close()


@linux
def test_the_limit_of_watches_is_named(tmp_path, monkeypatch):
    import ctypes

    eyes = InotifyEyes(lambda hint: None)

    def full(*_: object) -> int:
        ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(eyes._c, "inotify_add_watch", full)
    assert "max_user_watches" in eyes.watch(frozenset({str(tmp_path)}))[str(tmp_path)]
    eyes.close()


@linux
def test_without_an_instance_the_sweep_is_left(monkeypatch, tmp_path):
    from watchdog.observers import inotify_c

    monkeypatch.setattr(inotify_c, "inotify_init", lambda: -1)
    eyes = open_eyes(lambda hint: None, "linux")
    assert isinstance(eyes, ClosedEyes) and eyes.watch(frozenset({"/a"})) == {"/a": "no inotify instance is left for this user"}
    eyes.close()


@linux
def test_a_folder_that_came_by_the_name_of_a_watched_one_is_watched(tmp_path):
    """No event of its own tells when a folder two levels above is renamed."""
    (tmp_path / "a/b/c").mkdir(parents=True)
    told, folder = Told(), tmp_path / "a/b/c"
    eyes = InotifyEyes(told.hints.append)
    eyes.watch(frozenset({str(folder)}))
    os.rename(tmp_path / "a", tmp_path / "old")
    folder.mkdir(parents=True)
    eyes.watch(frozenset({str(folder)}))
    (folder / "x").write_text("")
    assert told.wait(folder, "x", CONTENT)
    told.hints.clear()
    (tmp_path / "old/b/c/y").write_text("")
    time.sleep(0.2)
    assert not told.hints
    eyes.close()


@linux
def test_what_is_written_by_a_program_that_keeps_the_file_open(tmp_path):
    (tmp_path / "a").write_text("")
    told = Told()
    eyes = InotifyEyes(told.hints.append)
    eyes.watch(frozenset({str(tmp_path)}))
    with (tmp_path / "a").open("r+") as held:
        held.write("x")
        held.flush()
        assert told.wait(tmp_path, "a", NEW)
    eyes.close()
