"""Processes are asked about once, and never mistaken for another."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sensor.host.machine.kept_processes import MAX_KEPT, KeptProcesses
from sensor.host.machine.processes import look

needs_pidfd = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no pidfd")


@pytest.fixture
def asked():
    """Numbers that the system was asked about."""
    return []


@pytest.fixture
def kept(asked):
    def counting(pid):
        asked.append(pid)
        return look(pid)

    return KeptProcesses(counting)


@needs_pidfd
def test_a_living_process_is_asked_about_once(kept, asked):
    assert kept.look(os.getppid()) == kept.look(os.getppid()) == look(os.getppid())
    assert asked == [os.getppid()]


@needs_pidfd
def test_an_ended_process_is_noticed(kept):
    child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE)
    found = kept.look(child.pid)
    assert found is not None and found.parent == os.getpid() and kept.look(child.pid) == found
    child.communicate(b"\n")
    assert kept.look(child.pid) is None


def test_a_number_that_nobody_has_is_no_process(kept):
    child = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    child.communicate()
    assert kept.look(child.pid) is None and kept.look(child.pid) is None


def test_without_a_pidfd_the_system_is_asked_each_time(kept, asked, monkeypatch):
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert kept.look(os.getpid()) == kept.look(os.getpid()) == look(os.getpid())
    assert len(asked) == 2


@needs_pidfd
def test_descriptors_are_bounded(kept):
    children = [subprocess.Popen(["sleep", "30"]) for _ in range(MAX_KEPT + 4)]
    try:
        before = len(os.listdir("/proc/self/fd"))
        assert all(kept.look(child.pid) is not None for child in children)
        assert len(os.listdir("/proc/self/fd")) - before == MAX_KEPT
    finally:
        for child in children:
            child.kill()
            child.wait()
