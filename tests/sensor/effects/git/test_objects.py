"""Commits read from the files of real repositories."""

from __future__ import annotations

import pytest

from sensor.effects.git.objects import ERRORS, blob_names, commit_text, folders, head_commit, packed_refs
from tests.sensor.effects.repository import git


@pytest.fixture
def repository(tmp_path):
    """Thirty commits, so that a pack has more than one of a fan."""
    git(tmp_path, "init", "-q", "-b", "main")
    for number in range(30):
        git(tmp_path, "commit", "-qm", f"number {number}", "--allow-empty")
    return tmp_path


@pytest.mark.parametrize("packed", [False, True])
def test_commits_as_git_shows_them(repository, packed):
    if packed:
        git(repository, "gc", "-q")
        listed = git(repository, "verify-pack", "-v", *[str(file) for file in (repository / ".git/objects/pack").glob("*.idx")])
        assert any(len(line.split()) == 7 and line.split()[1] == "commit" for line in listed.splitlines())  # some are differences to another
    commits = git(repository, "rev-list", "HEAD").split()
    for commit in commits:
        assert commit_text(str(repository / ".git"), commit) == git(repository, "cat-file", "commit", commit)
    own, common = folders(str(repository))
    assert head_commit(own, common) == commits[0]
    assert bool(packed_refs(common)) is packed


@pytest.mark.parametrize("packed", [False, True])
def test_an_unknown_commit(repository, packed):
    if packed:
        git(repository, "gc", "-q")
    with pytest.raises(ERRORS):
        commit_text(str(repository / ".git"), "ab" * 20)


def test_a_tree_is_no_commit(repository):
    git(repository, "gc", "-q")
    with pytest.raises(ERRORS):
        commit_text(str(repository / ".git"), git(repository, "rev-parse", "HEAD^{tree}").strip())


def test_a_linked_work_tree(repository):
    git(repository, "worktree", "add", "-q", "../linked")
    own, common = folders(str(repository.parent / "linked"))
    assert common == str(repository / ".git")
    assert head_commit(own, common) == git(repository, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("packed", [False, True])
def test_files_at_the_root_of_a_commit(repository, packed):
    for name in ("a.txt", "b c.txt"):
        (repository / name).write_text(name)
    (repository / "d").mkdir()
    (repository / "d" / "e").write_text("e")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "files")
    if packed:
        git(repository, "gc", "-q")
    commit = git(repository, "rev-parse", "HEAD").strip()
    assert blob_names(str(repository / ".git"), commit) == {name: git(repository, "rev-parse", f"HEAD:{name}").strip() for name in ("a.txt", "b c.txt")}
