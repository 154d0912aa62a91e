"""The socket that a service manager passes: adopted, or refused when it is none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from sensor.host.running import listening


@pytest.fixture
def held(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        yield listener


def test_adopt_needs_our_pid():
    assert listening.adopt({"LISTEN_PID": "1", "LISTEN_FDS": "1"}, 2) is None
    assert listening.adopt({}, 2) is None


ADOPT = """
import os, socket
from pathlib import Path
from sensor.host.running import listening
held = listening.adopt({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}, os.getpid())
connection, _ = held.accept()
connection.sendall(b"adopted")
"""


AS_THIRD = "import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); os.execv(sys.executable, [sys.executable, '-c', sys.argv[2]])"


def test_adopts_the_passed_descriptor(tmp_path, held):
    """As systemd does it: descriptor 3 is a listening socket."""
    number = held.fileno()
    process = subprocess.Popen([sys.executable, "-c", AS_THIRD, str(number), ADOPT], pass_fds=(number,), cwd=os.getcwd())
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(tmp_path / "s"))
        assert client.recv(20) == b"adopted"
    assert process.wait(60) == 0


def test_a_descriptor_that_is_no_listener_is_refused(tmp_path):
    code = ADOPT.split("connection")[0]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec 3</dev/null; exec "$0" -c "$1"', sys.executable, code], capture_output=True, text=True, check=False,
    )
    assert done.returncode == 1 and "descriptor 3" in done.stderr.lower()
