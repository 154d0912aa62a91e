"""The server's process: its port, its cookie's name, and a real request over a real socket."""

from __future__ import annotations

import http.client
import os
import socket

import pytest

from sensor.model.errors import HandrailError
from web.server import MAX_CONNECTIONS, MAX_WAITING, cookie_name, listen


def test_a_busy_port_names_who_holds_it():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        with pytest.raises(HandrailError, match=f"process {os.getpid()}") as caught:
            listen(other.getsockname()[1])
    assert "web.port" in caught.value.next_step


def test_it_listens_on_loopback_only():
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("before", [None, "", "handrail_../x", "other", "handrail_"])
def test_the_cookie_has_one_random_name_per_installation(tmp_path, before):
    path = tmp_path / "web.cookie"
    if before is not None:
        path.write_text(before)
    name = cookie_name(path)
    if before not in ("handrail_",):
        assert name.startswith("handrail_") and len(name) == 25
    assert cookie_name(path) == name and path.stat().st_mode & 0o077 == 0
    path.unlink()
    assert cookie_name(path) != name


@pytest.mark.e2e
def test_the_process_answers_refuses_and_ends(record_folder, run, browsing):
    for name in ("log", "index.db"):
        (run / name).symlink_to(record_folder / name)
    with browsing.served(run) as site:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        for host, status in ((f"127.0.0.1:{site.port}", 200), ("evil.example", 421)):
            connection.request("GET", "/login", headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status and "waitress" not in str(answer.headers).lower()
        # Two Host headers, and none at all.
        for head in (b"Host: 127.0.0.1:%d\r\nHost: evil.example\r\n" % site.port, b""):
            with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
                raw.sendall(b"GET /login HTTP/1.1\r\n" + head + b"Connection: close\r\n\r\n")
                assert raw.recv(200).split(b" ")[1] in (b"421", b"400")


@pytest.mark.e2e
def test_connections_that_send_nothing_do_not_keep_a_person_out(record_folder, run, browsing):
    for name in ("log", "index.db"):
        (run / name).symlink_to(record_folder / name)
    with browsing.served(run) as site:
        idle = []
        for _ in range(MAX_CONNECTIONS + MAX_WAITING):
            idle.append(socket.create_connection(("127.0.0.1", site.port), timeout=60))
            idle[-1].sendall(b"GET /login HTTP/1.1\r\n")
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        connection.request("GET", "/login")
        assert connection.getresponse().status == 200
        for one in (*idle, connection):
            one.close()
