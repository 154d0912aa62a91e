"""Which runs of unknown command lines say that they take something away."""

from __future__ import annotations

import time

import pytest

from sensor.effects.runs.removals import TAKES_AWAY, UNASKED


@pytest.fixture
def said(effects_of):
    return lambda command: effects_of(command).effects[-1].flags & {TAKES_AWAY, UNASKED}


@pytest.mark.parametrize("command", [
    "acmectl server delete web-1",
    "acmectl -p prod org:delete",
    "stripe subscriptions drop sub_1",
    "/usr/bin/acmectl destroy",
    "sudo acmectl stanza-delete main",
    "samba-tool user delete alice",
    "zookeeper-shell.sh zk:2181 deleteall /brokers",
    "govc vm.destroy web-1",
    "aliyun ecs ReleaseDisk --DiskId d-1",
])
def test_a_leading_verb_takes_away(said, command):
    assert said(command) == {TAKES_AWAY}


@pytest.mark.parametrize("command", ["acmectl delete web --force", "acmectl delete -y web", "acmectl delete web -f", "wal-g delete everything FORCE", "acmectl destroy --all", "aliyun ecs DeleteInstances --Force true"])
def test_an_answered_question_is_said(said, command):
    assert said(command) == {TAKES_AWAY, UNASKED}


def test_a_weak_verb_counts_only_with_the_answer(said):
    assert said("acmectl cache clear") == frozenset()
    assert said("acmectl cache clear --force") == {TAKES_AWAY}


@pytest.mark.parametrize("command", [
    "./manage.sh delete x --force",
    "git branch delete",
    "npm run delete --force",
    "acmectl get ./delete",
    "acmectl 'please delete this' delete",
    "acmectl a b c d delete",
    "acmectl undeleted",
    "tool.py delete x",
])
def test_what_is_no_verb_of_a_service(said, command):
    assert said(command) == frozenset()


def test_a_long_word_costs_nothing(effects_of):
    started = time.thread_time()
    effects_of("acmectl " + "a_-:" * 8000 + "!")
    assert time.thread_time() - started < 1
