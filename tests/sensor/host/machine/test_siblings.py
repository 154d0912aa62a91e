"""Who is a child of our supervisor: by the kernel's word about parents, and by the module it runs."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from sensor.host.machine import siblings
from sensor.host.machine.siblings import WATCHER, why_not_ours

SLEEP = "import time; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process.pid
    process.kill()
    process.wait()


def test_a_process_that_has_ended_or_cannot_be_seen(child):
    assert "outside" in why_not_ours(0, WATCHER)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert "ended" in why_not_ours(process.pid, WATCHER)


def test_a_process_with_another_parent_is_not_ours(child):
    assert "was not started by Handrail's supervisor" in why_not_ours(child, WATCHER)  # its parent is this process, ours is another


def test_a_sibling_that_runs_something_else_is_not_ours(child, monkeypatch):
    monkeypatch.setattr(siblings.os, "getppid", os.getpid)
    assert "is not sensor.watching.process" in why_not_ours(child, WATCHER)


@pytest.mark.parametrize("program", [sys.executable, os.path.join(os.path.dirname(sys.executable), "..", os.path.basename(os.path.dirname(sys.executable)), os.path.basename(sys.executable))])
def test_a_sibling_that_runs_the_module_is_ours(child, monkeypatch, program):
    monkeypatch.setattr(siblings.os, "getppid", os.getpid)
    monkeypatch.setattr(psutil.Process, "cmdline", lambda self: [program, "-I", "-m", WATCHER, "--prefix", "/p"])
    assert why_not_ours(child, WATCHER) == ""
    monkeypatch.setattr(psutil.Process, "cmdline", lambda self: [program + "x", "-I", "-m", WATCHER])
    assert "is not sensor.watching.process" in why_not_ours(child, WATCHER)
