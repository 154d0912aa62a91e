from __future__ import annotations

import msgspec
import pytest

from sensor.detectors.retries import MAX_INTENTS, MAX_SESSIONS, SECONDS, RefusedIntents
from sensor.effects import derive_effects
from sensor.model.calls import DeleteAction, Phase, ToolKind
from sensor.model.effects import Surroundings
from sensor.model.verdicts import Verdict

AROUND = Surroundings(home="/home/dev")


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def refused(clock):
    return RefusedIntents(clock)


@pytest.fixture
def call(shell):
    def make(command, session="s"):
        return msgspec.structs.replace(shell(command, cwd="/home/dev/p", roots=("/home/dev/p",)), session=session)

    return make


def refuse(memory, call, verdict=Verdict.BLOCK):
    memory.note(call, derive_effects(call, AROUND), verdict, "HR-DST-001")


def check(memory, call):
    return [finding.rule for finding in memory.check(call, derive_effects(call, AROUND))]


@pytest.mark.parametrize(
    "again",
    ["find ~/Documents -delete", "python3 -c \"import shutil; shutil.rmtree('/home/dev/Documents')\"", "cd ~ && rm -r Documents", "sudo rm -rf /home/dev/Documents"],
)
def test_the_same_end_by_other_means_is_recognised(refused, call, again):
    refuse(refused, call("rm -rf ~/Documents"))
    assert check(refused, call(again)) == ["HR-RTY-001"]


def test_the_same_end_by_another_tool_is_recognised(refused, call):
    refuse(refused, call("rm -rf ~/Documents"))
    other = msgspec.structs.replace(call(""), kind=ToolKind.FILE_DELETE, tool="Delete", action=DeleteAction(paths=("/home/dev/Documents",)))
    found = refused.check(other, derive_effects(other, AROUND))
    assert len(found) == 1 and "rule HR-DST-001" in found[0].message


@pytest.mark.parametrize("other", ["rm -rf build", "ls ~/Documents", "cat ~/Documents/a.txt", "echo rm -rf ~/Documents", "git status"])
def test_other_ends_and_mere_words_are_left_alone(refused, call, other):
    refuse(refused, call("rm -rf ~/Documents"))
    assert check(refused, call(other)) == []


def test_a_flag_refuses_nothing(refused, call):
    refuse(refused, call("rm -rf ~/Documents"), Verdict.FLAG)
    assert check(refused, call("rm -r ~/Documents")) == []


def test_sessions_do_not_mix_and_time_forgives(refused, call, clock):
    refuse(refused, call("rm -rf ~/Documents"))
    assert check(refused, call("rm -r ~/Documents", session="other")) == []
    clock.now += SECONDS + 1
    assert check(refused, call("rm -r ~/Documents")) == []


def test_an_approval_forgives(refused, call):
    first = call("rm -rf ~/Documents")
    refuse(refused, first)
    refused.forgive(first, derive_effects(first, AROUND))
    assert check(refused, call("rm -r ~/Documents")) == []


def test_results_are_never_retries(refused, call):
    refuse(refused, call("rm -rf ~/Documents"))
    assert check(refused, msgspec.structs.replace(call("rm -r ~/Documents"), phase=Phase.AFTER)) == []


def test_memory_is_bounded(refused, call):
    for number in range(MAX_INTENTS + 10):
        refuse(refused, call(f"rm -rf ~/d{number}"))
    assert check(refused, call("rm -r ~/d0")) == [] and check(refused, call(f"rm -r ~/d{MAX_INTENTS}")) == ["HR-RTY-001"]
    for number in range(MAX_SESSIONS):
        refuse(refused, call("rm -rf ~/x", session=f"n{number}"))
    assert check(refused, call(f"rm -r ~/d{MAX_INTENTS}")) == []
