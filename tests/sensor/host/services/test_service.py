"""Choosing a service and waiting for the sensor."""

from __future__ import annotations

import socket
import sys
import threading
import time

import pytest

from sensor import wire
from sensor.host.services.service import choose, wait_until_answering
from sensor.model.errors import HandrailError


@pytest.mark.skipif(sys.platform != "linux", reason="macOS always has launchd")
@pytest.mark.parametrize(("code", "kind"), [(0, "systemd"), (1, "background")])
def test_systemd_is_chosen_only_when_its_user_manager_answers(plan, fake_program, code, kind):
    fake_program("systemctl", f'echo "HOME={plan.home}"; exit {code}')
    assert choose(plan).kind == kind


@pytest.mark.skipif(sys.platform != "linux", reason="macOS always has launchd")
def test_background_where_there_is_no_systemctl(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose(plan).kind == "background"


def answer_once(path, frame: bytes) -> threading.Thread:
    def serve() -> None:
        time.sleep(0.2)  # the wait must also cover the time before the socket exists
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(frame)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("frame", [wire.render_reply(0, b'{"ok":true}', b""), wire.render_reply(2, b'{"error":"x"}', b"")])
def test_any_answer_proves_that_the_sensor_lives(tmp_path, frame):
    thread = answer_once(tmp_path / "s", frame)
    assert 0.1 < wait_until_answering(tmp_path / "s", 10) < 9
    thread.join()


def test_the_wait_ends(tmp_path):
    with pytest.raises(HandrailError, match="did not answer"):
        wait_until_answering(tmp_path / "none", 0.1)
