"""Listening sockets as Linux lists them."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from sensor.host.machine import sockets
from sensor.host.machine.sockets import listening

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a list of Linux")


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_socket_that_waits_is_listed_and_one_that_does_not_is_not(family, address):
    with socket.socket(family) as waiting, socket.socket(family) as bound:
        try:
            waiting.bind((address, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        waiting.listen()
        bound.bind((address, 0))
        assert (address, waiting.getsockname()[1]) in listening(os.getuid())
        assert bound.getsockname()[1] not in [port for _, port in listening(os.getuid())]
        assert (address, waiting.getsockname()[1]) not in listening(os.getuid() + 1)


def test_without_ipv6_those_of_ipv4_are_listed_and_without_a_list_it_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(sockets, "TABLES", (sockets.TABLES[0], tmp_path / "tcp6"))
    listening(os.getuid())
    monkeypatch.setattr(sockets, "TABLES", (tmp_path / "tcp", tmp_path / "tcp6"))
    with pytest.raises(OSError, match="tcp"):
        listening(os.getuid())
