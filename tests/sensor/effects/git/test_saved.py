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


@pytest.mark.parametrize("command", [
    "for b in $(git branch --merged main | grep -vE '^\\*|main'); do git branch -D \"$b\"; done",
    "git branch --merged | grep -v main | xargs -r git branch -D",
    "git fetch -p && git branch --merged origin/develop | grep -v develop | while read b; do git branch -D $b; done",
    "git for-each-ref --merged=origin/main --format='%(refname:short)' refs/heads | xargs git branch -D",
    "git fetch -p; git branch -vv | awk '/: gone]/{print $1}' | xargs -r git branch -D",
    "git branch -v | grep '\\[gone\\]' | sed 's/^[+* ]//' | awk '{print $1}' | while read b; do git branch -D $b; done",
    "git for-each-ref --format '%(refname:short) %(upstream:track)' | awk '$2 == \"[gone]\" {print $1}' | xargs git branch -D",
])
def test_git_lists_what_is_merged_or_gone(found_again, command):
    assert found_again(command)


@pytest.mark.parametrize("command", [
    "git branch | grep -v main | xargs git branch -D",
    "git branch --merged; git branch | xargs git branch -D",
    "git branch --no-merged main | xargs git branch -D",
    "git branch --merged agent/all | xargs git branch -D",
    "git branch --merged; cat names | xargs git branch -D",
    "git branch --merged; xargs git branch -D < names",
    "git branch --merged; while read b; do git branch -D $b; done < names",
    "git branch --merged; ls .git/refs/heads | xargs git branch -D",
    "git branch --merged | xargs git branch -q -D",
    "git branch --merged main; git branch -D topic",
    "git branch -vv | grep -v ': gone]' | awk '{print $1}' | xargs git branch -D",
    "git branch -vv | sed 's/$/: gone]/' | grep ': gone]' | xargs git branch -D",
    "git branch | awk '{print $1} # gone]' | xargs git branch -D",
])
def test_other_lists(found_again, command):
    assert not found_again(command)
