"""The supervisor as a real process with real children."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hooks.sensor_start import wake_supervisor
from sensor.host.services.children import load_state

ROOT = Path(__file__).resolve().parents[4]

SUPERVISE = """
import os, socket, sys
from pathlib import Path
from sensor.host.services.children import ChildSpec
from sensor.host.running.notify import from_environment
from sensor.host.services.supervisor import Supervisor
run = Path(sys.argv[1])
echo = '''
import os, socket, sys
held = socket.socket(fileno=int(sys.argv[2]))
while True:
    connection, _ = held.accept()
    connection.sendall(str(os.getpid()).encode())
    connection.close()
'''
def listen():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(run / "s"))
    listener.listen(16)
    return listener
specs = [
    ChildSpec(name="sensor", command=(sys.executable, "-c", echo), socket_option="--fd"),
    ChildSpec(name="web", command=(sys.executable, "-c", "import time; time.sleep(600)")),
]
def answers():
    healthy = not (run / "hung").exists()
    (run / "asked").touch()
    return healthy
Supervisor(specs, run, listen, notifier=from_environment(os.environ, os.getpid()), is_healthy=answers).serve()
"""


class Run:
    def __init__(self, run: Path, **environ: str):
        self.run = run
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(run)], cwd=ROOT, env={**os.environ, **environ}, stderr=subprocess.PIPE, text=True)

    def ask(self) -> int:
        """The process id of the child that answers; waits in the queue while none does."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(str(self.run / "s"))
            return int(client.recv(20))

    def state(self):
        return load_state(self.run / "children.json")

    def wait_for(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def started(tmp_path):
    runs = []

    def start(**environ: str) -> Run:
        runs.append(Run(tmp_path / "run", **environ))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(60)
        run.process.stderr.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_killed_child_is_back_and_no_connection_is_refused(started):
    run = started()
    run.wait_for(run.state)
    first = run.ask()
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    run.wait_for(lambda: not is_alive(first))  # until then it may still take a connection and die with it
    second = run.ask()
    assert second != first and time.monotonic() - began < 20
    run.wait_for(lambda: run.state().children[0].restarts == 1)
    sensor = run.state().children[0]
    assert (sensor.name, sensor.pid, sensor.last_exit) == ("sensor", second, "signal SIGKILL")
    pids = [child.pid for child in run.state().children]
    assert run.stop() == 0
    assert not any(is_alive(pid) for pid in pids)
    assert [child.pid for child in run.state().children] == [0, 0]


def test_second_start_is_told_and_changes_nothing(started):
    run = started()
    run.wait_for(run.state)
    before = run.ask()
    script = "from pathlib import Path; import sys; from sensor.host.services.supervisor import Supervisor; Supervisor([], Path(sys.argv[1])).serve()"
    second = subprocess.run([sys.executable, "-c", script, str(run.run)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1 and f"already running (process {run.process.pid})" in second.stderr
    assert run.ask() == before


def test_children_of_a_killed_supervisor_are_replaced(started):
    run = started()
    run.wait_for(run.state)
    orphans = [child.pid for child in run.state().children]
    run.process.kill()
    run.process.wait(60)
    (run.run / "s").unlink()
    again = started()
    again.wait_for(lambda: again.state().supervisor == again.process.pid)
    assert again.ask() not in orphans
    assert not any(is_alive(pid) for pid in orphans)


def test_a_child_that_somebody_stops_goes_on(started):
    run = started()
    run.wait_for(run.state)
    before = run.ask()
    os.kill(before, signal.SIGSTOP)
    assert run.ask() == before
    run.process.send_signal(signal.SIGSTOP)
    os.kill(before, signal.SIGSTOP)
    wake_supervisor(str(run.run))
    assert run.ask() == before and run.state().children[0].restarts == 0


def test_a_sensor_that_hangs_is_replaced_when_a_client_tells(started):
    run = started()
    run.wait_for(run.state)
    before = run.ask()
    wake_supervisor(str(run.run))
    run.wait_for((run.run / "asked").exists)
    assert run.ask() == before, "it answered"
    (run.run / "hung").touch()

    def told_by_many_calls() -> bool:
        wake_supervisor(str(run.run))
        return not is_alive(before)

    run.wait_for(told_by_many_calls)
    (run.run / "hung").unlink()
    assert run.ask() != before
    run.wait_for(lambda: (run.state().children[0].restarts, run.state().children[0].last_exit) == (1, "signal SIGKILL"))


def test_sleeps_without_polling(started):
    run = started()
    run.wait_for(run.state)
    stat = Path(f"/proc/{run.process.pid}/stat")
    if not stat.exists():
        pytest.skip("counts context switches in /proc")
    def switches() -> int:
        lines = Path(f"/proc/{run.process.pid}/status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    def rests() -> bool:
        before = switches()
        time.sleep(1.0)
        return switches() - before <= 2
    run.wait_for(rests)  # the children's start is told until then


def test_systemd_hears_ready_watchdog_and_stopping(started, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "n"))
        channel.settimeout(10)
        run = started(NOTIFY_SOCKET=str(tmp_path / "n"), WATCHDOG_USEC="400000")
        assert channel.recv(200).startswith(b"READY=1")
        assert [channel.recv(200) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        assert run.stop() == 0
        heard = b""
        while heard != b"STOPPING=1":
            heard = channel.recv(200)
    assert json.loads((run.run / "children.json").read_text())["children"][0]["pid"] == 0


def test_the_watchdog_waits_for_a_sensor_that_starts_and_not_for_one_that_hangs(started, tmp_path):
    """Compiling the rules may take longer than the watchdog waits; a restart would begin it anew, for ever."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "n"))
        channel.settimeout(10)
        hung = tmp_path / "run" / "hung"
        hung.parent.mkdir(exist_ok=True)
        hung.touch()
        run = started(NOTIFY_SOCKET=str(tmp_path / "n"), WATCHDOG_USEC="400000")
        channel.recv(200)
        assert [channel.recv(200) for _ in range(3)] == [b"WATCHDOG=1"] * 3, "it has not answered yet"
        hung.unlink()
        channel.recv(200), channel.recv(200)
        hung.touch()
        wake_supervisor(str(run.run))
        channel.settimeout(1)
        with pytest.raises(TimeoutError):
            for _ in range(4):
                channel.recv(200)
    assert run.state().children[0].restarts == 0, "the watchdog decides"
