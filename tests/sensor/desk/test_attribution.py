"""Whose change a file's is held to be: each degree, and what makes it less sure."""

from __future__ import annotations

import pytest

from sensor.desk.attribution import MOST, UNKNOWN, Writers
from sensor.model.calls import Caller, Phase, ToolKind
from sensor.model.effects import Effect, Effects, PathRef
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict

FILE, FOLDER = "/p/shop/CLAUDE.md", "/p/shop"


class World:
    """Calls at chosen times."""

    def __init__(self, make) -> None:
        self.make, self.at = make, 1000.0
        self.writers = Writers(lambda: self.at)

    def call(self, at: float, *, writes=(), deletes=(), answer=Answer.ALLOW, **more) -> None:
        self.at = at
        facts = {"session": "s1", "tool_use_id": "t1", "cwd": FOLDER, **more}
        refs = [tuple(PathRef(raw=path, path=path) for path in paths) for paths in (writes, deletes)]
        judgement = Judgement(verdict=Verdict.CLEAN, answer=answer, would_answer=answer, mode=Mode.ENFORCE, profile=ScanProfile.STRICT,
                              effects=Effects(effects=(Effect(writes=refs[0], deletes=refs[1]),)))
        self.writers.judged(JudgedCall(call=self.make("x", **facts), caller=Caller(uid=0), judgement=judgement))

    def whose(self, at: float, path: str = FILE, *, since: float | None = None, gone: bool = False) -> tuple[str, str]:
        found = self.writers.whose((path,), at if since is None else since, at, gone)
        return found.sure, found.session


@pytest.fixture
def world(shell_call):
    return World(shell_call)


def test_a_call_that_names_the_file_and_runs_is_sure(world):
    world.call(1000, writes=[FILE])
    assert world.whose(1000.5) == ("sure", "s1")
    found = world.writers.whose((FILE,), 1000.5, 1000.5, False)
    assert (found.agent, found.tool_use_id) == ("claude-code", "t1") and "names this file" in found.how


def test_after_its_end_it_is_no_more(world):
    world.call(1000, writes=[FILE])
    world.call(1010, phase=Phase.AFTER)
    assert world.whose(1009) == ("sure", "s1") and world.whose(1010.9) == ("sure", "s1") and world.whose(1012) == ("unknown", "")


def test_before_its_beginning_it_is_not(world):
    world.call(1000, writes=[FILE])
    assert world.whose(999) == ("unknown", "")


@pytest.mark.parametrize(("facts", "at", "since"), [
    ({"writes": [FILE], "answer": Answer.ASK}, 1000.5, None),  # it waits for a person
    ({"writes": [FILE]}, 1100, None),  # it never ended, and may never have run
    ({"writes": [FILE]}, 1030, 1000),  # a sweep: any time since the one before
    ({"writes": [FOLDER]}, 1000.5, None),
    ({}, 1000.5, None),
])
def test_what_is_only_likely(world, facts, at, since):
    world.call(1000, **facts)
    assert world.whose(at, since=since) == ("likely", "s1")


def test_what_a_person_let_run_is_sure_once_it_has_run(world):
    world.call(1000, writes=[FILE], answer=Answer.ASK)
    world.call(1005, phase=Phase.AFTER)
    assert world.whose(1004) == ("sure", "s1")


@pytest.mark.parametrize("facts", [
    {"writes": [FILE], "answer": Answer.DENY}, {"kind": ToolKind.FILE_READ, "writes": [FILE]}, {"phase": Phase.LIFECYCLE, "writes": [FILE]},
    {"session": "", "writes": [FILE]}, {"cwd": "/p/other"}, {"phase": Phase.AFTER, "writes": [FILE]},
])
def test_what_tells_nothing(world, facts):
    world.call(1000, **facts)
    assert world.whose(1000.5) == ("unknown", "")


def test_two_sessions_that_name_it_make_it_likely(world):
    world.call(1000, writes=[FILE])
    world.call(1001, writes=[FILE], session="s2", tool_use_id="t2")
    assert world.whose(1001.5) == ("likely", "s2")
    assert "1 other session" in world.writers.whose((FILE,), 1001.5, 1001.5, False).how


def test_a_session_that_only_works_in_the_folder_does_not_weaken_one_that_names_the_file(world):
    world.call(1000, writes=[FILE])
    world.call(1001, session="s2", tool_use_id="t2")
    assert world.whose(1001.5) == ("sure", "s1")


def test_a_deleted_folder_takes_its_files_along(world):
    world.call(1000, deletes=[FOLDER], cwd="/elsewhere")
    assert world.whose(1000.5, gone=True) == ("sure", "s1") and world.whose(1000.5) == ("unknown", "")


def test_a_link_counts_by_what_it_leads_to(world, tmp_path):
    real = tmp_path / "real"
    real.write_text("")
    (tmp_path / "link").symlink_to(real)
    world.call(1000, writes=[str(real)], cwd="/elsewhere")
    assert world.whose(1000.5, str(tmp_path / "link")) == ("sure", "s1")


def test_only_so_many_calls_are_remembered(world):
    for number in range(MOST + 10):
        world.call(1000 + number / 1000, writes=[f"/p/{number}"], tool_use_id=f"t{number}", cwd="/elsewhere")
    assert world.whose(1001, "/p/0") == ("unknown", "") and world.whose(1001, f"/p/{MOST + 9}") == ("sure", "s1")
    assert UNKNOWN.session == ""


@pytest.mark.parametrize("session", ["demo-1a2b", "handrail-self-test-1a2b"])
def test_a_test_call_runs_nothing_so_its_folder_says_nothing(world, session):
    world.call(1000, session=session)
    assert world.whose(1000.5) == ("unknown", "")
    world.call(1000, session=session, writes=[FILE])  # a name alone takes no call that names the file out of the picture
    assert world.whose(1000.5) == ("sure", session)
