"""Start, end, back-off and leftovers of one child."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from sensor.host.services.children import (
    Child,
    ChildSpec,
    ChildState,
    RunState,
    describe_exit,
    end_leftovers,
    load_state,
    running,
    save_state,
)


class Clock:
    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def wait_until_reaped(child: Child) -> None:
    deadline = time.monotonic() + 60
    while not child.reap():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_back_off_grows_and_is_forgotten_after_a_steady_run():
    clock = Clock()
    child = Child(ChildSpec(name="x", command=("/nonexistent/program",)), clock)
    delays = []
    for _ in range(4):
        child.start()
        delays.append(child.due - clock.at)
    assert delays[0] == 0 and delays[1] > 0 and delays[3] == pytest.approx(delays[2] * 2)
    for _ in range(20):
        child.start()
    assert child.due - clock.at == pytest.approx(10.0)
    assert child.state.last_exit.startswith("not started") and child.state.restarts == 24


def test_a_steady_child_restarts_at_once():
    clock = Clock()
    child = Child(ChildSpec(name="x", command=python("")), clock)
    for _ in range(3):
        child.start()
        wait_until_reaped(child)
    child.start()
    clock.at += 31
    wait_until_reaped(child)
    assert child.due == clock.at


def test_exit_is_described():
    child = Child(ChildSpec(name="x", command=python("import os; os.kill(os.getpid(), 9)")))
    child.start()
    wait_until_reaped(child)
    assert child.state.last_exit == "signal SIGKILL" and child.state.pid == 0
    assert describe_exit(3) == "exit 3" and describe_exit(-250) == "signal 250"


def test_output_goes_to_the_log(tmp_path):
    child = Child(ChildSpec(name="x", command=python("print('hello')"), log=tmp_path / "log"))
    child.start()
    wait_until_reaped(child)
    assert (tmp_path / "log").read_text() == "hello\n"


def test_a_child_that_ignores_sigterm_is_killed(tmp_path):
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = Child(ChildSpec(name="x", command=python(code), log=tmp_path / "log"))
    child.start()
    deadline = time.monotonic() + 60
    while not (tmp_path / "log").read_text():  # until it does ignore it
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.stop(0.2)
    assert child.state.last_exit == "signal SIGKILL" and child.due is None


def test_state_survives_a_round_trip_and_damage(tmp_path):
    path = tmp_path / "children.json"
    state = RunState(supervisor=1, started=2.0, children=(ChildState(name="sensor", pid=3),))
    save_state(path, state)
    assert load_state(path) == state
    path.write_bytes(b"{")
    assert load_state(path) is None and load_state(tmp_path / "none") is None


def test_leftovers_are_ended_only_when_the_start_time_fits():
    mine = subprocess.Popen(python("import time; time.sleep(60)"))
    other = subprocess.Popen(python("import time; time.sleep(60)"))
    try:
        state = RunState(supervisor=0, started=0.0, children=(
            ChildState(name="sensor", pid=mine.pid, started=time.time()),
            ChildState(name="web", pid=other.pid, started=time.time() - 3600),
            ChildState(name="indexer", pid=0),
        ))
        assert end_leftovers(state) == ["sensor"]
        assert mine.poll() is not None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert end_leftovers(None) == []


def test_a_child_runs_only_while_the_process_of_its_number_is_the_one_that_was_started():
    with subprocess.Popen(python("input()"), stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        assert running(ChildState(name="x", pid=process.pid, started=started)).pid == process.pid
        assert running(ChildState(name="x", pid=process.pid, started=started - 60)) is None
    assert running(ChildState(name="x", pid=process.pid, started=started)) is None and running(ChildState(name="x")) is None
