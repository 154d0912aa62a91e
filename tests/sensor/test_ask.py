"""`ask` against a real unix socket that answers whatever the test says."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from sensor import wire
from sensor.ask import FOREIGN, SensorAway, SensorRefused, ask
from sensor.model.errors import UsageError


@pytest.fixture
def sensor():
    """Serve one connection with the given bytes: `path = sensor(answer)`; `path.seen` holds the request."""
    servers = []
    folder = tempfile.TemporaryDirectory(prefix="hr-")

    def serve(answer: bytes) -> tuple[Path, list[bytes]]:
        path, seen = Path(folder.name) / f"{len(servers)}.sock", []
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen(1)

        def run() -> None:
            peer, _ = server.accept()
            with peer:
                seen.append(peer.recv(65536))
                peer.sendall(answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        servers.append((server, thread))
        return path, seen

    yield serve
    for server, _thread in servers:
        server.close()
    folder.cleanup()


def reply(value: object, exit_code: int = 0) -> bytes:
    return wire.render_reply(exit_code, json.dumps(value).encode(), b"")


def test_a_result_comes_back_and_the_request_is_an_op_frame(sensor):
    path, seen = sensor(reply({"mode": "enforce"}))
    assert ask(path, "status", {"a": 1}) == {"mode": "enforce"}
    header, _, body = seen[0].partition(b"\n")
    assert wire.parse_header(header) == ("op", {"len": str(len(body))})
    assert json.loads(body) == {"op": "status", "args": {"a": 1}}


def test_a_hold_notice_before_the_reply_is_waited_through(sensor):
    path, _ = sensor(b"HR1 hold ms=1000\n" + reply({"ok": True}))
    assert ask(path, "status") == {"ok": True}


def test_a_refusal_carries_the_sensors_words_and_exit_code(sensor):
    path, _ = sensor(reply({"error": "No such call.", "next_step": "handrail quarantine list"}, exit_code=2))
    with pytest.raises(SensorRefused) as caught:
        ask(path, "quarantine.approve", {"id": "x"})
    assert caught.value.exit_code == 2
    assert "No such call." in str(caught.value) and "handrail quarantine list" in str(caught.value)


@pytest.mark.parametrize("answer", [
    b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HR1 reply exit=0 out=40 err=0\n{", b"HR1 other\n", b"x" * 2000,
    b"HR1 reply exit=0 out=-1 err=0\n", b"HR1 reply exit=0 out=4 err=0\nnull", b"HR1 reply exit=0 out=3 err=0\n{]}",
])
def test_anything_else_means_the_sensor_is_away(sensor, answer):
    path, _ = sensor(answer)
    with pytest.raises(SensorAway):
        ask(path, "status", timeout=2)


def test_no_socket_and_silence_are_away_too(tmp_path):
    with pytest.raises(SensorAway, match="handrail service start"):
        ask(tmp_path / "none.sock", "status")
    with tempfile.TemporaryDirectory(prefix="hr-") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        server.listen(1)
        with pytest.raises(SensorAway):
            ask(Path(f"{folder}/s"), "status", timeout=0.2)


def test_a_full_queue_is_waited_for(tmp_path):
    """Any program can fill it for a moment: a person's answer must not fail on that."""
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as first:
        server.bind(str(path))
        server.listen(0)
        first.connect(str(path))
        with pytest.raises(SensorAway, match="unavailable"):
            ask(path, "ping", timeout=0.05)

        def run() -> None:
            server.accept()[0].close()
            with server.accept()[0] as peer:
                peer.recv(65536)
                peer.sendall(reply({"ok": True}))

        thread = threading.Timer(0.1, run)
        thread.start()
        assert ask(path, "ping", timeout=10) == {"ok": True}
        thread.join()


def test_bytes_that_are_no_text_are_an_error_and_nothing_is_sent(tmp_path):
    with pytest.raises(UsageError, match="UTF-8"):
        ask(tmp_path / "none.sock", "explain", {"command": "a\udcffb"})


def test_a_sensor_of_another_user_is_not_to_be_started(monkeypatch, tmp_path):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sensor.ask._connect", refused)
    with pytest.raises(SensorAway) as away:
        ask(tmp_path / "s", "ping")
    assert "Permission denied" in away.value.message and away.value.next_step == FOREIGN
