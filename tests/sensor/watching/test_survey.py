"""From spots to files and folders: links, depths, limits, and folders that do not exist yet."""

from __future__ import annotations

import os

from sensor.watching.places import Spot
from sensor.watching.survey import MAX_PROBLEMS, MAX_SPOT_FILES, MAX_SPOT_FOLDERS, survey


def spot(folder, names=("*",), depth=0, kind="hooks") -> Spot:
    return Spot(kind=kind, folder=str(folder), names=names, depth=depth)


def test_only_names_that_count_and_only_so_deep(tmp_path):
    tmp_path = tmp_path / "own"
    for name in ("a.md", "b.txt", "one/c.md", "one/two/d.md", "one/.git/e.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = survey([spot(tmp_path, ("*.md",), 1)])
    assert sorted(found.files) == [str(tmp_path / "a.md"), str(tmp_path / "one/c.md")] and found.folders == {str(tmp_path), str(tmp_path / "one")}


def test_what_a_change_is_about(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x").write_text("")
    (tmp_path / "w").mkdir()
    (tmp_path / "w/link.md").symlink_to(tmp_path / "real/x")
    found = survey([spot(tmp_path / "w", ("*.md",))])
    assert str(tmp_path / "real") in found.folders
    assert [path for path, _ in found.files_of(str(tmp_path / "w"), "new.md")] == [str(tmp_path / "w/new.md")] and found.files_of(str(tmp_path / "w"), "x.txt") == ()
    assert [path for path, _ in found.files_of(str(tmp_path / "real"), "x")] == [str(tmp_path / "w/link.md")] and found.files_of(str(tmp_path / "real"), "y") == ()


def test_a_folder_that_does_not_exist_is_awaited_at_the_nearest_that_does(tmp_path):
    found = survey([spot(tmp_path / "a/b/c")])
    assert found.folders == {str(tmp_path)} and found.is_structure(str(tmp_path), "a") and not found.is_structure(str(tmp_path), "z")
    (tmp_path / "a/b").mkdir(parents=True)
    found = survey([spot(tmp_path / "a/b/c")])
    assert found.folders == {str(tmp_path / "a/b")} and found.is_structure(str(tmp_path / "a/b"), "c")


def test_a_folder_below_a_deep_spot_is_structure(tmp_path):
    assert survey([spot(tmp_path, depth=1)]).is_structure(str(tmp_path), "new") and not survey([spot(tmp_path)]).is_structure(str(tmp_path), "new")


def test_the_first_spot_keeps_a_file(tmp_path):
    (tmp_path / "x").write_text("")
    assert survey([spot(tmp_path, kind="settings"), spot(tmp_path)]).files[str(tmp_path / "x")].kind == "settings"


def test_too_many_files_are_a_problem_and_no_end(tmp_path):
    for number in range(MAX_SPOT_FILES + 5):
        (tmp_path / str(number)).write_text("")
    found = survey([spot(tmp_path)])
    assert len(found.files) == MAX_SPOT_FILES and len(found.problems) == 1 and "more than" in found.problems[0]


def test_names_that_are_no_text_are_a_problem(tmp_path):
    with open(os.fsencode(tmp_path) + b"/bad\xff", "wb"):
        pass
    found = survey([spot(tmp_path)])
    assert not found.files and "not UTF-8" in found.problems[0] and found.files_of(str(tmp_path), "bad\udcff") == ()


def test_many_folders_of_one_spot_do_not_take_the_place_of_another(tmp_path):
    for number in range(2 * MAX_SPOT_FOLDERS + 5):
        (tmp_path / f"many/{number:04}").mkdir(parents=True)
    (tmp_path / "other/deep").mkdir(parents=True)
    (tmp_path / "other/deep/x").write_text("")
    found = survey([spot(tmp_path / "many", depth=2), spot(tmp_path / "other", depth=1)])
    assert list(found.files) == [str(tmp_path / "other/deep/x")] and len(found.folders) == 2 * MAX_SPOT_FOLDERS + 3
    assert found.problems == (f"{tmp_path / 'many'} holds more than {2 * MAX_SPOT_FOLDERS} folders: the rest is not watched",)


def test_problems_are_told_up_to_a_number(tmp_path):
    found = survey([spot(f"/a\0{number}") for number in range(MAX_PROBLEMS + 5)])
    assert len(found.problems) == MAX_PROBLEMS and not found.files and not found.folders


def test_the_folder_above_a_watched_one_is_structure(tmp_path):
    (tmp_path / "a/b/c").mkdir(parents=True)
    assert survey([spot(tmp_path / "a/b/c")]).is_structure(str(tmp_path), "a")
