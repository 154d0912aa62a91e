"""Is anything uncommitted? On real repositories made by git."""

from __future__ import annotations

import os

import pytest

from sensor.effects.git.worktree import MAX_INDEX, matches_head
from tests.sensor.effects.repository import git

LONG_AGO = 1_600_000_000


@pytest.fixture
def tree(tmp_path):
    """A work tree with two committed files, written long before the index."""
    (tmp_path / "src").mkdir()
    for name in ("a.txt", "src/b.txt"):
        (tmp_path / name).write_text("one\n")
        os.utime(tmp_path / name, (LONG_AGO, LONG_AGO))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_all_committed(tree):
    assert matches_head(str(tree))
    (tree / "untracked.txt").write_text("x")
    assert matches_head(str(tree))


def test_a_changed_file(tree):
    (tree / "src/b.txt").write_text("two\n")
    assert not matches_head(str(tree))


def test_a_changed_file_with_the_old_size_and_time(tree):
    (tree / "a.txt").write_text("two\n")
    os.utime(tree / "a.txt", (LONG_AGO, LONG_AGO))
    assert not matches_head(str(tree))


def test_a_deleted_file(tree):
    (tree / "a.txt").unlink()
    assert not matches_head(str(tree))


def test_a_staged_change(tree):
    (tree / "a.txt").write_text("two\n")
    os.utime(tree / "a.txt", (LONG_AGO + 5, LONG_AGO + 5))
    git(tree, "add", "a.txt")
    assert not matches_head(str(tree))


def test_another_commit_checked_out_in_part(tree):
    (tree / "a.txt").write_text("two\n")
    git(tree, "commit", "-qam", "second")
    git(tree, "reset", "-q", "--soft", "HEAD~1")
    assert not matches_head(str(tree))


def test_a_file_as_young_as_the_index_may_have_changed(tree):
    index = tree / ".git/index"
    os.utime(index, (LONG_AGO, LONG_AGO))
    assert not matches_head(str(tree))


@pytest.mark.parametrize("content", [b"", b"DIRC", b"DIRC\0\0\0\4\0\0\0\0", b"x" * (MAX_INDEX + 1), b"DIRC\0\0\0\2\0\0\0\5short"])
def test_an_index_of_another_form_is_no_answer(tree, content):
    (tree / ".git/index").write_bytes(content)
    assert not matches_head(str(tree))


def test_a_packed_commit(tree):
    git(tree, "gc", "-q")
    assert matches_head(str(tree))
    (tree / "a.txt").write_text("changed\n")
    assert not matches_head(str(tree))


def test_a_linked_work_tree(tree):
    git(tree, "worktree", "add", "-q", "linked")
    for name in ("a.txt", "src/b.txt"):
        os.utime(tree / "linked" / name, (LONG_AGO, LONG_AGO))
    git(tree / "linked", "update-index", "--refresh")
    assert matches_head(str(tree / "linked"))
    (tree / "linked" / "a.txt").write_text("changed\n")
    assert not matches_head(str(tree / "linked"))


def test_no_repository(tmp_path):
    assert not matches_head(str(tmp_path))
