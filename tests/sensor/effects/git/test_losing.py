"""What a reset would lose in a repository that is there."""

from __future__ import annotations

import os

import pytest

from tests.sensor.effects.repository import git


@pytest.fixture
def clean(tmp_path):
    """A repository with nothing uncommitted, whose files are older than its index."""
    git(tmp_path, "init", "-qb", "main")
    (tmp_path / "a.py").write_text("a\n")
    os.utime(tmp_path / "a.py", (1, 1))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "branch", "topic")
    index = tmp_path / ".git/index"
    os.utime(index, ns=(index.stat().st_mtime_ns + 3_000_000_000,) * 2)
    return tmp_path


@pytest.fixture
def is_found_again(effects_of, clean):
    return lambda command: bool({"way-back", "nothing-to-lose"} & effects_of(command, cwd=str(clean)).effects[-1].flags)


@pytest.mark.parametrize("command", [
    "git reset --hard topic",
    "git checkout topic && git reset --hard origin/topic",
    "git fetch -p && git switch topic && git reset --hard origin/topic",
    "git checkout main && git pull && git reset --hard",
])
def test_a_clean_tree_that_moves(is_found_again, command):
    assert is_found_again(command)


@pytest.mark.parametrize("command", [
    "echo x > a.py; git checkout topic && git reset --hard origin/topic",
    "git checkout topic && python3 mend.py && git reset --hard origin/topic",
    "git stash pop; git reset --hard topic",
    "git checkout topic -- a.py && git reset --hard topic",
    "git am fix.patch; git reset --hard topic",
])
def test_work_in_between(is_found_again, command):
    assert not is_found_again(command)


def test_work_that_was_there(is_found_again, clean):
    (clean / "a.py").write_text("mine\n")
    assert not is_found_again("git checkout topic && git reset --hard origin/topic")
