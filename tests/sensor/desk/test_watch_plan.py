"""What the watcher is told to look at."""

from __future__ import annotations

import msgspec
import pytest

from sensor.desk.watch_plan import FILE, MOST_PROJECTS, WatchPlanKeeper
from sensor.model.calls import Caller
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.model.watching import RepairWish, WatchPlan

HARMLESS = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)


@pytest.fixture
def keeper(tmp_path):
    return WatchPlanKeeper(tmp_path, "/home/dev", lambda write: write())


def work(keeper, call, *folders: str) -> None:
    keeper.judged(JudgedCall(call=call("ls", cwd=folders[0], roots=folders[1:]), caller=Caller(uid=0), judgement=HARMLESS))


def kept(tmp_path) -> WatchPlan:
    return msgspec.json.decode((tmp_path / FILE).read_bytes(), type=WatchPlan)


def test_the_folders_of_sessions_newest_first(keeper, shell_call, tmp_path):
    for folder in ("/p/a", "/p/b", "/p/a"):
        work(keeper, shell_call, folder)
    work(keeper, shell_call, "/p/c", "/p/d")
    assert keeper.plan.projects == ("/p/d", "/p/c", "/p/a", "/p/b") and set(kept(tmp_path).projects) == set(keeper.plan.projects)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_home_the_root_and_what_is_no_path_are_no_projects(keeper, shell_call):
    for folder in ("/home/dev", "/home", "/", "", "relative", "/" + "x" * 5000):
        work(keeper, shell_call, folder)
    assert keeper.plan.projects == ()


def test_only_so_many(keeper, shell_call):
    for number in range(MOST_PROJECTS + 5):
        work(keeper, shell_call, f"/p/{number}")
    assert len(keeper.plan.projects) == MOST_PROJECTS and keeper.plan.projects[0] == f"/p/{MOST_PROJECTS + 4}"


def test_it_is_kept_over_a_restart(keeper, shell_call, tmp_path):
    work(keeper, shell_call, "/p/a")
    keeper.accept(("a" * 64,))
    keeper.wish(RepairWish(id="1", agent="cursor", by="sam"))
    again = WatchPlanKeeper(tmp_path, "/home/dev", lambda write: write())
    assert again.plan == keeper.plan and again.plan.accepted == ("a" * 64,)
    again.granted("claude-code")
    assert again.plan.wishes
    again.granted("cursor")
    assert not again.plan.wishes and not kept(tmp_path).wishes


def test_a_damaged_file_is_an_empty_plan(tmp_path):
    (tmp_path / FILE).write_text("{")
    assert WatchPlanKeeper(tmp_path, "/home/dev", lambda write: write()).plan == WatchPlan()
