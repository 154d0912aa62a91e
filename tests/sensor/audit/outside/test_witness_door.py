"""The witness over HTTP: its one address, its sizes, and errors of its disk."""

from __future__ import annotations

import http.client
import threading

import pytest

from sensor.audit.outside.witness import MAX_REQUEST, Answer
from sensor.audit.outside.witness_door import open_door


@pytest.fixture
def door():
    seen = []

    def answer(data):
        if data == b"full":
            raise OSError("no space")
        seen.append(data)
        return Answer(status=409, body=b"7\n", type="text/x.tlog.size")

    with open_door("127.0.0.1", 0, answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], seen
        server.shutdown()
        thread.join()


def ask(port, method, path, body=b"", headers=None):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request(method, path, body, headers or {})
    reply = link.getresponse()
    return reply.status, reply.read(), reply.getheader("Content-Type")


def test_a_request_reaches_the_witness_and_its_answer_comes_back(door):
    port, seen = door
    assert ask(port, "POST", "/add-checkpoint", b"old 0") == (409, b"7\n", "text/x.tlog.size") and seen == [b"old 0"]


def test_everything_else_does_not(door):
    port, seen = door
    assert ask(port, "POST", "/else", b"x")[0] == 404
    assert ask(port, "GET", "/add-checkpoint")[0] == 501
    assert ask(port, "POST", "/add-checkpoint", headers={"Content-Length": str(MAX_REQUEST + 1)})[0] == 400
    assert ask(port, "POST", "/add-checkpoint", headers={"Content-Length": "-1"})[0] == 400
    assert ask(port, "POST", "/add-checkpoint", b"full")[0] == 500
    assert seen == []
