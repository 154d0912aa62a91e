"""sd_notify against a real datagram socket."""

from __future__ import annotations

import socket

import pytest

from sensor.host.running import notify


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "n"))
        channel.settimeout(2)
        yield channel, str(tmp_path / "n")


def test_assignments_arrive_in_one_datagram(manager):
    channel, address = manager
    notify.from_environment({"NOTIFY_SOCKET": address}, 7).send("READY=1", "MAINPID=7")
    assert channel.recv(100) == b"READY=1\nMAINPID=7"


def test_a_vanished_manager_is_no_error(tmp_path):
    notify.from_environment({"NOTIFY_SOCKET": str(tmp_path / "gone")}, 7).send("READY=1")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "7"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_watchdog_only_when_meant_for_this_process(environ, seconds):
    assert notify.from_environment({"NOTIFY_SOCKET": "/x", **environ}, 7).watchdog_s == seconds


def test_no_address_means_silence():
    assert notify.from_environment({"NOTIFY_SOCKET": "relative"}, 7).address == ""
