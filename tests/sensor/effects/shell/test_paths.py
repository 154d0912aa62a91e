"""Paths as written become absolute, with links resolved and their sets."""

from __future__ import annotations

import os

import pytest

from sensor.effects.shell.paths import MAX_LOOKUPS, PathResolver
from sensor.effects.shell.scope import NOWHERE, Field
from sensor.model.effects import Surroundings


def resolver(home, cwd, roots=()):
    return PathResolver(Surroundings(home=str(home), temps=("/nowhere-temp",)), str(cwd), tuple(map(str, roots)))


@pytest.fixture
def project(own_home):
    folder = own_home / "work" / "app"
    (folder / ".git").mkdir(parents=True)
    (folder / "src").mkdir()
    return folder


@pytest.mark.parametrize(("text", "expected"), [
    ("src", "work/app/src"), ("./src/../a", "work/app/a"), ("a//b/", "work/app/a/b"), ("../..", ""), ("missing/../a", "work/app/a"), (".", "work/app"),
])
def test_relative_paths(own_home, project, text, expected):
    assert resolver(own_home, project).absolute(text, str(project)) == str(own_home / expected).rstrip("/")


@pytest.mark.parametrize("part", ["/a", "/..", "/"])
def test_a_folder_that_is_longer_than_any_path_is_unknown(own_home, project, part):
    """Cursor's model names the folder of a command, and each part of it was a look at the disk: 1 MB took many minutes."""
    long = part * 100_000
    found = resolver(own_home, long, (long, project))
    assert (found.cwd, found.roots, found.lookups) == ("", (str(project),), 0)
    assert found.absolute("x", long) == "" and found.absolute("x", str(project)) == str(project / "x")


def test_links_are_followed_where_they_exist(own_home, project):
    (own_home / ".ssh").mkdir()
    (project / "keys").symlink_to(own_home / ".ssh")
    (project / "loop").symlink_to(project / "loop")
    (project / "up").symlink_to("..")
    paths = resolver(own_home, project)
    assert paths.absolute("keys/id_rsa", str(project)) == str(own_home / ".ssh/id_rsa")
    assert paths.absolute("up/x", str(project)) == str(own_home / "work/x")
    assert paths.absolute("loop/x", str(project)).startswith(str(project))
    assert "@credentials" in paths.ref(Field("keys/id_rsa"), str(project)).places


def test_deleting_a_link_is_not_deleting_its_target(own_home, project):
    (project / "root").symlink_to("/")
    paths = resolver(own_home, project)
    assert paths.ref(Field("root"), str(project), deletes=True).path == str(project / "root")
    assert paths.ref(Field("root/"), str(project), deletes=True).path == "/"
    assert paths.ref(Field("root"), str(project)).path == "/"


def test_links_that_the_call_makes_count(own_home, project):
    paths = resolver(own_home, project)
    assert paths.ref(Field("x/config"), str(project)).path == str(project / "x/config")
    paths.add_link(str(project / "x"), str(own_home / ".ssh"))
    assert paths.ref(Field("x/config"), str(project)).path == str(own_home / ".ssh/config")


def test_the_project_is_the_git_work_tree_around_the_call(own_home, project):
    paths = resolver(own_home, project / "src")
    assert paths.ground.repo == str(project)
    assert {"@repo"} <= paths.ref(Field("a"), str(project / "src")).places
    assert "@repo_root" in paths.ref(Field(".."), str(project / "src"), deletes=True).places
    assert "@repo" not in paths.ref(Field("../../other"), str(project / "src")).places


@pytest.mark.parametrize("cwd", ["/", "HOME", "/nowhere-temp", "/etc"])
def test_home_root_and_system_folders_are_no_project(own_home, cwd):
    folder = str(own_home) if cwd == "HOME" else cwd
    assert resolver(own_home, folder, [folder]).ground.repo == ""


def test_without_git_the_root_that_the_agent_names_is_the_project(own_home):
    folder = own_home / "plain"
    folder.mkdir()
    assert resolver(own_home, folder / "sub", [folder]).ground.repo == str(folder)


@pytest.mark.parametrize("text", ["", "-", "/dev/null", "/dev/stdout", "/dev/fd/63"])
def test_standard_streams_are_no_files(own_home, project, text):
    assert resolver(own_home, project).ref(Field(text), str(project)) is None


@pytest.mark.parametrize("text", ["a\0b", "a" * 5000, "\\\\host\\share"])
def test_what_is_no_path_here_stays_as_written(own_home, project, text):
    ref = resolver(own_home, project).ref(Field(text), str(project))
    assert ref.raw == text and ref.path == ""


def test_unknown_folders_leave_the_path_open(own_home, project):
    paths = resolver(own_home, project)
    assert paths.ref(Field("x"), NOWHERE).path == ""
    assert paths.ref(Field(".ssh/id_rsa"), NOWHERE).places == {"@credentials"}
    assert paths.ref(Field("/etc/shadow"), NOWHERE).path == "/etc/shadow"


@pytest.mark.parametrize("told", ["", "..", "work/app", "$OTHER"])
@pytest.mark.parametrize(("text", "places"), [
    (".", {"@repo", "@repo_root"}), ("./", {"@repo", "@repo_root"}), ("*", {"@repo", "@repo_root"}), ("./*", {"@repo", "@repo_root"}), ("a/../*", {"@repo", "@repo_root"}),
    ("..", {"@repo_root"}), ("../../..", {"@repo_root"}), ("../x", set()), ("build", {"@repo"}), ("*.log", {"@repo"}), (".git", {"@repo", "@git_dir"}), ("../.ssh/id_rsa", {"@credentials"}),
])
def test_a_folder_that_is_not_told_is_one_that_must_not_be_lost(own_home, told, text, places):
    paths = resolver(own_home, told)
    ref = paths.ref(Field(text, glob="*" in text), paths.cwd, deletes=True)
    assert (ref.path, ref.places) == ("", places)


@pytest.mark.parametrize("told", ["~", "$HOME", "${HOME}/"])
def test_a_folder_told_as_home_is_home(own_home, told):
    assert resolver(own_home, told).cwd == str(own_home)


def test_an_unresolved_piece_keeps_what_is_certain(own_home, project):
    paths = resolver(own_home, project)
    known_head = paths.ref(Field("/etc/$x", known=False, head="/etc/"), str(project))
    assert known_head.path == "/etc/$x" and "@system" in known_head.places and known_head.glob
    known_tail = paths.ref(Field("$x/.ssh/id_rsa", known=False, tail="/.ssh/id_rsa"), str(project))
    assert known_tail.path == "" and "@credentials" in known_tail.places


def test_links_of_this_process_are_not_followed(own_home, project):
    assert str(os.getpid()) not in resolver(own_home, project).absolute("/proc/self/environ", str(project))


def test_the_number_of_lookups_is_bounded(own_home, project):
    paths = resolver(own_home, project)
    for number in range(MAX_LOOKUPS + 50):
        paths.absolute(f"n{number}", str(project))
    assert paths.exhausted


def test_the_folder_that_holds_handrail_is_part_of_it_when_deleted(own_home, project):
    around = Surroundings(home=str(own_home), handrail=(str(own_home / ".local/state/handrail"),))
    paths = PathResolver(around, str(project), ())
    assert "@handrail" in paths.ref(Field(str(own_home / ".local")), "/", deletes=True).places
    assert "@handrail" not in paths.ref(Field(str(own_home / ".local")), "/").places
    assert "@handrail" in paths.ref(Field(str(own_home / ".local/state/handrail/key")), "/").places
