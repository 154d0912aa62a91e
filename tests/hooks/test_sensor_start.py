"""Starting the sensor: once, detached, with a clean environment."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest

from hooks.sensor_start import LOCK_NAME, LOG_NAME, PROGRAMS, STATE_NAME, environment, start_sensor, wake_supervisor

REPORT = "import json, os, sys; json.dump({'env': sorted(os.environ), 'sid': os.getsid(0), 'ppid': os.getppid(), 'cwd': os.getcwd(), 'fds': sorted(os.listdir('/dev/fd'))[:9]}, open(sys.argv[1] + '.tmp', 'w')); os.rename(sys.argv[1] + '.tmp', sys.argv[1])"


def wait_for(file: Path) -> dict:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, "it was not started"
        time.sleep(0.02)
    return json.loads(file.read_text())


def command(report: Path) -> str:
    return shlex.join([sys.executable, "-I", "-S", "-c", REPORT, str(report)])


def test_it_runs_detached_and_clean(tmp_path, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD_LIKE", "x")
    monkeypatch.setenv("PYTHONPATH", "/evil")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/evil")
    assert start_sensor(str(tmp_path), command(tmp_path / "report"))
    facts = wait_for(tmp_path / "report")
    assert not {"PYTHONPATH", "LD_PRELOAD_LIKE", "XDG_CONFIG_HOME"} & set(facts["env"]) and "HOME" in facts["env"]
    assert facts["sid"] != os.getsid(0) and facts["ppid"] != os.getpid() and facts["cwd"] == "/"
    assert (tmp_path / LOG_NAME).stat().st_mode & 0o777 == 0o600


def test_an_agent_chooses_neither_programs_nor_the_desktop(tmp_path, monkeypatch):
    for name, value in (("PATH", "/evil"), ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/evil"), ("XDG_RUNTIME_DIR", "/evil")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("hooks.sensor_start.SESSION", f"{tmp_path}/{{}}")
    assert environment()["PATH"] == PROGRAMS and not {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"} & environment().keys()
    own = tmp_path / str(os.getuid())
    own.mkdir()
    assert (environment()["XDG_RUNTIME_DIR"], environment()["DBUS_SESSION_BUS_ADDRESS"]) == (str(own), f"unix:path={own}/bus")


def test_it_is_tried_once_in_a_while(tmp_path):
    assert start_sensor(str(tmp_path), command(tmp_path / "first"))
    assert start_sensor(str(tmp_path), command(tmp_path / "second")), "just started: worth waiting"
    wait_for(tmp_path / "first")
    (tmp_path / LOCK_NAME).write_text(f"{time.time() - 5:.3f}\n")
    assert not start_sensor(str(tmp_path), command(tmp_path / "second")), "it did not come up; not again yet"
    (tmp_path / LOCK_NAME).write_text(f"{time.time() - 11:.3f}\n")
    assert start_sensor(str(tmp_path), command(tmp_path / "third"))
    wait_for(tmp_path / "third")
    assert not (tmp_path / "second").exists()


def test_a_clock_that_was_set_back_does_not_block(tmp_path):
    (tmp_path / LOCK_NAME).write_text(f"{time.time() + 10_000:.3f}\n")
    assert start_sensor(str(tmp_path), command(tmp_path / "report"))
    wait_for(tmp_path / "report")


@pytest.mark.parametrize("content", ["", "garbage\n"])
def test_a_damaged_lock_file_is_an_old_one(tmp_path, content):
    (tmp_path / LOCK_NAME).write_text(content)
    assert start_sensor(str(tmp_path), command(tmp_path / "report"))
    wait_for(tmp_path / "report")


def test_nothing_to_start(tmp_path):
    assert not start_sensor(str(tmp_path), "") and not start_sensor(str(tmp_path / "missing"), "/bin/true")


def test_a_program_that_is_gone_harms_nobody(tmp_path):
    assert start_sensor(str(tmp_path), "/nonexistent/handrail run --quiet")


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path):
    (tmp_path / LOCK_NAME).symlink_to(tmp_path / "target")
    with pytest.raises(OSError):
        start_sensor(str(tmp_path), "/bin/true")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"supervisor": 0}', '{"supervisor": -1}', '{"supervisor": "x"}', '{"supervisor": 4294967297}', "[" * 100_000])
def test_nobody_is_told_where_no_supervisor_is_named(tmp_path, monkeypatch, text):
    told = []
    monkeypatch.setattr("os.kill", lambda *what: told.append(what))
    wake_supervisor(str(tmp_path))
    (tmp_path / STATE_NAME).write_text(text)
    wake_supervisor(str(tmp_path))
    assert told == []
    (tmp_path / STATE_NAME).write_text('{"supervisor": 7}')
    wake_supervisor(str(tmp_path))
    assert told == [(7, signal.SIGCONT)]
