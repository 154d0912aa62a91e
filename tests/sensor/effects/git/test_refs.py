"""Do commits stay reachable without a branch? On real repositories made by git."""

from __future__ import annotations

import pytest

from sensor.effects.git.objects import MAX_PACKED
from sensor.effects.git.refs import is_kept
from tests.sensor.effects.repository import git


def commit(folder, name: str) -> None:
    (folder / name).write_text(name)
    git(folder, "add", name)
    git(folder, "commit", "-qm", name)


@pytest.fixture
def tree(tmp_path):
    """main with two commits; `old` at the first, `work` with a commit of its own."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "one")
    git(tmp_path, "branch", "old")
    git(tmp_path, "checkout", "-q", "-b", "work")
    commit(tmp_path, "mine")
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, "two")
    return tmp_path


def test_an_own_commit_is_lost(tree):
    assert not is_kept(str(tree), ["work"])


def test_a_branch_in_the_history_of_head(tree):
    assert is_kept(str(tree), ["old"])


def test_a_merged_branch(tree):
    git(tree, "merge", "-q", "--no-edit", "work")
    assert is_kept(str(tree), ["work"])
    assert is_kept(str(tree), ["work", "old"])


@pytest.mark.parametrize("holder", ["refs/remotes/origin/work", "refs/tags/v1", "refs/heads/copy"])
def test_something_else_ends_there(tree, holder):
    git(tree, "update-ref", holder, "work")
    assert is_kept(str(tree), ["work"])
    git(tree, "pack-refs", "--all")
    assert is_kept(str(tree), ["work"])


def test_two_branches_that_hold_each_other(tree):
    git(tree, "branch", "copy", "work")
    assert is_kept(str(tree), ["copy"])
    assert not is_kept(str(tree), ["work", "copy"])


def test_a_stash_is_no_holder(tree):
    git(tree, "update-ref", "refs/stash", "work")
    assert not is_kept(str(tree), ["work"])


def test_packed_history(tree):
    git(tree, "gc", "-q")
    assert is_kept(str(tree), ["old"])
    assert not is_kept(str(tree), ["work"])


def test_the_checked_out_branch_holds_nothing_for_itself(tree):
    assert not is_kept(str(tree), ["main"])


@pytest.mark.parametrize("name", ["nowhere", "../old", ""])
def test_an_unknown_branch(tree, name):
    assert not is_kept(str(tree), [name])


def test_what_cannot_be_read(tree, tmp_path):
    assert not is_kept(str(tmp_path / "absent"), ["old"])
    (tree / ".git/packed-refs").write_text("#" * (MAX_PACKED + 1))
    assert not is_kept(str(tree), ["old"])
