"""What earlier commands of the same call have put into git."""

from __future__ import annotations

import pytest


@pytest.fixture
def found_again(effects_of):
    return lambda command: "way-back" in effects_of(command).effects[-1].flags


@pytest.mark.parametrize("command", [
    "git merge --no-ff --no-edit agent/search && git worktree remove --force ../search && git branch -D agent/search",
    "git merge a && git merge b && git branch -D a b",
    "git stash push -u -m wip && git reset --hard origin/main",
    "git stash && git reset --hard HEAD~1",
])
def test_saved(found_again, command):
    assert found_again(command)


@pytest.mark.parametrize("command", [
    "git merge agent/search; git branch -D agent/search",
    "git merge --squash agent/search && git branch -D agent/search",
    "git merge -s ours agent/search && git branch -D agent/search",
    "git merge --abort && git branch -D agent/search",
    "git merge agent/search && git branch -D agent/search other",
    "git merge agent/search && git branch -D agent/*",
    "git -C ../other merge agent/search && git branch -D agent/search",
    "git merge agent/search && git branch -rD origin/agent/search",
    "git branch -D agent/search && git merge agent/search",
    "git stash push -u; git reset --hard origin/main",
    "git stash push src/a.py && git reset --hard",
    "git stash push -- src && git reset --hard",
    "git stash -k && git reset --hard",
    "git stash pop && git reset --hard",
    "git stash && git stash drop && git reset --hard",
    "git stash && git stash apply && git reset --hard",
])
def test_not_saved(found_again, command):
    assert not found_again(command)
