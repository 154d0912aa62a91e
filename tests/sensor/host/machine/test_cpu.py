"""CPU time of process trees, measured on real ones."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import msgspec
import pytest

from sensor.host.machine.cpu import CpuDesk, tree_seconds
from sensor.host.machine.processes import look
from sensor.model.calls import Caller
from sensor.model.verdicts import JudgedCall

# Does as it is told: "burn" lets a grandchild use a third of a second and waits for it, "keep" leaves one running.
AGENT = """
import subprocess, sys, time
BURN = "import time\\nwhile time.process_time() < 0.35: pass\\n"
for line in sys.stdin:
    if line == "burn\\n":
        subprocess.run(["/bin/sh", "-c", '"$0" -I -S -c "$1"; exit 0', sys.executable, BURN])
    else:
        burnt = subprocess.Popen([sys.executable, "-I", "-S", "-c", BURN + "print(flush=True)\\ntime.sleep(60)"], stdout=subprocess.PIPE)
        burnt.stdout.readline()
    print("done", flush=True)
"""


@pytest.fixture
def agent():
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", AGENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    yield process
    os.killpg(process.pid, 9)
    process.wait()
    process.stdin.close()
    process.stdout.close()


def tell(agent, word: str) -> None:
    agent.stdin.write(word + "\n")
    agent.stdin.flush()
    assert agent.stdout.readline() == "done\n"


@pytest.mark.parametrize("word", ["burn", "keep"])
def test_what_runs_below_and_what_has_ended_there_counts(agent, word):
    tell(agent, "burn")
    process = look(agent.pid)
    before = tree_seconds(process)
    tell(agent, word)
    assert before >= 0.3 and 0.3 <= tree_seconds(process) - before < 3


def test_a_process_that_has_ended_or_another_with_its_number_is_not_measured(agent):
    process = look(agent.pid)
    assert tree_seconds(msgspec.structs.replace(process, started=process.started + 1)) is None
    assert tree_seconds(msgspec.structs.replace(process, pid=2**22 + 1)) is None


def test_calls_are_measured_together_a_moment_later_and_nothing_is_at_rest(agent, shell_call):
    process, told, came = look(agent.pid), [], threading.Event()
    desk = CpuDesk(speaker=lambda name, session: process if session == "s-1" else None, deliver=lambda *what: (told.append(what), came.set()), seconds=0.2)
    one = JudgedCall(call=shell_call("ls"), caller=Caller(uid=1), judgement=None)  # the desk looks at the call alone
    desk.judged(msgspec.structs.replace(one, call=shell_call("ls", session="unknown")))
    assert desk._thread is None
    for _ in range(5):
        desk.judged(one)
    assert came.wait(60)
    time.sleep(0.6)
    ((name, session, which, seconds),) = told
    assert (name, session, which) == ("claude-code", "s-1", f"{process.pid} {process.started}") and seconds >= 0
    came.clear()
    desk.judged(one)
    assert came.wait(60)
    desk.close()
    assert not desk._thread.is_alive()


@pytest.mark.parametrize("session", ["demo-1", "handrail-self-test-1"])
def test_what_handrail_plays_is_nobodys_time(agent, shell_call, session):
    process = look(agent.pid)
    desk = CpuDesk(speaker=lambda *whose: process, deliver=lambda *what: None)
    desk.judged(JudgedCall(call=shell_call("ls", session=session), caller=Caller(uid=1), judgement=None))
    assert desk._due == {} and desk._thread is None


def test_the_dearer_a_measurement_is_the_longer_the_next_one_waits(agent, shell_call, monkeypatch):
    def dear(process):
        until = time.thread_time() + 0.003
        while time.thread_time() < until:
            pass
        return 1.0

    monkeypatch.setattr("sensor.host.machine.cpu.tree_seconds", dear)
    process, told = look(agent.pid), threading.Semaphore(0)
    desk = CpuDesk(speaker=lambda name, session: process, deliver=lambda *what: told.release(), seconds=0.05)
    one = JudgedCall(call=shell_call("ls"), caller=Caller(uid=1), judgement=None)
    desk.judged(one)
    assert told.acquire(timeout=60)
    desk.judged(one)
    assert not told.acquire(timeout=1) and told.acquire(timeout=60)
    desk.close()


def test_without_the_files_of_linux_the_same_is_measured(agent, monkeypatch):
    tell(agent, "burn")
    seconds = tree_seconds(look(agent.pid))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert abs(tree_seconds(look(agent.pid)) - seconds) < 0.2
