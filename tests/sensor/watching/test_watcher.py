"""The loop in one process, with real files and a sensor that is a list: what only a sweep finds, what is asked again, what is forgotten."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import deque
from pathlib import Path

import pytest

from sensor.ask import SensorAway
from sensor.paths import locate, make_private
from sensor.watching import watcher as watcher_module
from sensor.watching.eyes import DROPPED, ClosedEyes, Hint, open_eyes
from sensor.watching.places import World
from sensor.watching.watcher import PLAN_FILE, SWEEP_SECONDS, Watcher


class Bench:
    """A watcher whose time passes when the test says so."""

    def __init__(self, home: Path, eyes=lambda tell: ClosedEyes("none")) -> None:
        self.home, self.paths = home, locate(home, home / "handrail")
        for folder in (self.paths.config, self.paths.state, self.paths.user_rules):
            make_private(folder)
        self.told: list[tuple[str, dict]] = []
        self.is_away, self.later, self.eyes = False, 0.0, eyes

    def start(self) -> Bench:
        self.watcher = Watcher(World(home=self.home, paths=self.paths, root=self.home / "root"), self.eyes, self.link, clock=time.time, now=lambda: time.monotonic() + self.later)
        self.watcher.start()
        self.go()
        return self

    def link(self, op: str, args: dict) -> dict:
        if self.is_away:
            raise SensorAway("away")
        self.told.append((op, args))
        return {}

    def go(self, seconds: float = 0.6) -> None:
        """Turn for a while; the clock runs ten times as fast."""
        for _ in range(int(seconds * 10)):
            self.later += 0.1
            self.watcher.turn(0.01)

    def sweep(self) -> None:
        self.later += SWEEP_SECONDS
        self.go()

    def changes(self) -> list[tuple[str, str, str]]:
        return [(one["event"], Path(one["path"]).name, one["seen"]) for op, args in self.told if op == "watch.changed" for one in args["observations"]]

    def facts(self) -> dict:
        return [args["facts"] for op, args in self.told if op == "watch.report"][-1]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path / "home")


def test_the_sweep_finds_what_no_event_told(bench):
    kept, gone = bench.home / ".bashrc", bench.home / ".profile"
    for path in (kept, gone):
        path.write_text("a\n")
    bench.start()
    kept.write_text("b\n")
    gone.unlink()
    (bench.home / ".zshrc").write_text("new\n")
    bench.go()
    assert bench.changes() == []
    bench.sweep()
    assert sorted(bench.changes()) == [("change", ".bashrc", "sweep"), ("create", ".zshrc", "sweep"), ("delete", ".profile", "sweep")]
    assert bench.facts()["blind"][str(bench.home)] == "none" and bench.facts()["missed"] == 3
    bench.sweep()
    assert len(bench.changes()) == 3


def test_a_file_written_anew_with_the_same_content_is_no_change(bench):
    path = bench.home / ".bashrc"
    path.write_text("a\n")
    bench.start()
    path.write_text("a\n")
    bench.sweep()
    path.unlink()
    path.write_text("a\n")
    bench.sweep()
    assert bench.changes() == []


def test_while_the_sensor_is_away_states_are_kept_and_only_the_last_is_told(bench):
    path = bench.home / ".bashrc"
    path.write_text("a\n")
    bench.start()
    bench.is_away = True
    for text in ("b\n", "c\n"):
        path.write_text(text)
        bench.sweep()
    bench.is_away = False
    bench.go(6)
    (one,) = [one for op, args in bench.told if op == "watch.changed" for one in args["observations"]]
    assert one["size_before"] == 2 and one["after"] == hashlib.sha256(b"c\n").hexdigest()


def test_dropped_events_are_told_once_the_sensor_listens_and_everything_is_looked_at(bench):
    path = bench.home / ".bashrc"
    path.write_text("a\n")
    bench.start()
    path.write_text("b\n")
    bench.is_away = True
    bench.watcher._inbox.tell(Hint(folder="", name="", what=DROPPED))
    bench.go()
    bench.is_away = False
    bench.go(6)
    assert [args["times"] for op, args in bench.told if op == "watch.lost"] == [1] and bench.changes() == [("change", ".bashrc", "sweep")]


def test_the_beginning_is_told_once_per_baseline(bench):
    bench.start().watcher.close()
    bench.start()
    assert [op for op, _ in bench.told].count("watch.began") == 1


def test_a_new_project_is_taken_over_as_it_is_and_one_that_is_old_is_forgotten(bench):
    project = bench.home / "shop"
    project.mkdir(parents=True)
    (project / "CLAUDE.md").write_text("a\n")
    bench.start()
    plan = bench.paths.state / PLAN_FILE
    plan.write_text(json.dumps({"projects": [str(project)]}))
    bench.sweep()
    assert bench.changes() == [] and list(bench.facts()["projects"]) == [str(project)]
    (project / "CLAUDE.md").write_text("b\n")
    bench.sweep()
    assert bench.changes() == [("change", "CLAUDE.md", "sweep")]
    plan.write_text("{}")
    bench.sweep()
    (project / "CLAUDE.md").write_text("c\n")
    bench.sweep()
    assert len(bench.changes()) == 1


def test_a_folder_that_disappears_takes_its_files_along(tmp_path):
    bench = Bench(tmp_path / "home", open_eyes)
    skill = bench.home / ".claude/skills/pdf/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("x\n")
    bench.start()
    skill.parent.parent.rename(bench.home / "moved")
    deadline = time.monotonic() + 60
    while not bench.changes() and time.monotonic() < deadline:
        bench.go(0.1)
    assert bench.changes() == [("delete", "SKILL.md", "event")]
    bench.watcher.close()


def test_broken_settings_keep_what_was_in_force(bench):
    bench.paths.config_file.write_text("watch: {paths: [~/notes.txt]}\n")
    (bench.home / "notes.txt").write_text("a")
    bench.start()
    bench.paths.config_file.write_text("watch: {nonsense: 1}\n")
    bench.sweep()
    (bench.home / "notes.txt").write_text("b")
    bench.sweep()
    assert ("change", "notes.txt", "sweep") in bench.changes()


def test_no_program_fills_the_log_and_hooks_are_told_all_the_same(bench, monkeypatch):
    monkeypatch.setattr(watcher_module, "MOST_PER_MINUTE", 3)
    (bench.home / ".claude").mkdir(parents=True)
    bench.start()
    bench.watcher._recent = deque([bench.watcher._now() + 25] * 3, maxlen=3)  # as many within the last minute as may be
    (bench.home / ".claude/settings.json").write_text("{}")
    (bench.home / ".bashrc").write_text("x")
    bench.sweep()
    assert [name for _, name, _ in bench.changes()] == ["settings.json"]
    bench.later += 60
    bench.go(1)
    assert [name for _, name, _ in bench.changes()] == ["settings.json", ".bashrc"]


def test_a_large_file_that_is_rewritten_all_the_time_is_not_read_all_the_time(tmp_path):
    bench = Bench(tmp_path / "home", open_eyes)
    path = bench.home / ".claude.json"
    path.write_text("{}")
    bench.start()
    reads = []
    read = bench.watcher._observer.read

    def slow(name: str):
        reads.append(name)
        bench.later += 1.0  # a look that takes a second
        return read(name)

    bench.watcher._observer.read = slow
    for number in range(20):
        path.write_text(json.dumps({"numStartups": number}))
        time.sleep(0.02)
        bench.watcher.turn(0.01)
    assert len(reads) < 4
    path.write_text(json.dumps({"mcpServers": {"x": {}}}))
    time.sleep(0.05)
    bench.later += 30
    bench.go()
    assert bench.changes() == [("change", ".claude.json", "event")]
    bench.watcher.close()


def test_a_folder_that_takes_the_place_of_another_is_compared_at_once(tmp_path):
    """And put back within the time of a sweep: neither step changes a file."""
    bench = Bench(tmp_path / "home", open_eyes)
    for name in (".config/fish/conf.d", "other/fish/conf.d"):
        (bench.home / name).mkdir(parents=True)
        (bench.home / name / "a.fish").write_text(name)
    bench.start()
    os.rename(bench.home / ".config", bench.home / "away")
    os.rename(bench.home / "other", bench.home / ".config")
    bench.go(2.0)
    os.rename(bench.home / ".config", bench.home / "other")
    os.rename(bench.home / "away", bench.home / ".config")
    bench.go(2.0)
    assert bench.changes() == [("change", "a.fish", "event")] * 2
    bench.watcher.close()
