import asyncio

import pytest

from sensor.doors.http_door import Answer, Door, json_answer
from sensor.doors.unfinished import MAX_UNFINISHED
from tests.sensor.live import free_port

TOKEN = "t" * 43


class Clerk:
    def __init__(self):
        self.seen = []

    def hook(self, agent, body, given, respond):
        self.seen.append((agent, body))
        respond(Answer(200))

    def verdict(self, body, given, respond):
        self.given = given
        self.seen.append(("verdict", body))
        respond(json_answer(202, {"id": "Q1"}, "quarantine"))

    def metrics(self, respond):
        respond(Answer(200, b"x 1\n", content_type="text/plain"))

    def held(self, call_id, respond):
        self.seen.append(("held", call_id))
        respond(json_answer(200, {"state": "pending"}))


def exchange(raw: bytes | list[bytes], port=None):
    """Send raw bytes to a fresh door; return (status line, whole answer, what the clerk saw)."""
    clerk, port = Clerk(), port or free_port()

    async def run():
        server = Door(clerk, TOKEN, port)
        server.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer = b""
        try:
            for part in raw if isinstance(raw, list) else [raw]:
                writer.write(part.replace(b"PORT", str(port).encode()))
                await writer.drain()
                await asyncio.sleep(0)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 5)
        except (ConnectionResetError, BrokenPipeError):
            pass  # the door hung up on a body that it had refused: the test looks at what the clerk saw
        writer.close()
        server.close()
        return answer

    answer = asyncio.run(run())
    return answer.split(b"\r\n")[0].decode(), answer, clerk.seen


def request(path="/hooks/claude-code", method="POST", body=b"{}", **changes):
    headers = {"Host": "127.0.0.1:PORT", "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json",
               "Content-Length": str(len(body)), "Connection": "close"}
    for name, value in changes.items():
        name = name.replace("_", "-")
        if value is None:
            headers.pop(name, None)
        else:
            headers[name] = value
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
    return head.encode() + body


def test_a_hook_with_the_token_reaches_the_clerk():
    status, _, seen = exchange(request(body=b'{"a":1}'))
    assert status == "HTTP/1.1 200 OK"
    assert seen == [("claude-code", b'{"a":1}')]


def test_a_quarantined_call_answers_202_with_its_verdict():
    status, answer, _ = exchange(request("/api/v1/verdict"))
    assert status == "HTTP/1.1 202 Accepted"
    assert b"X-Handrail-Verdict: quarantine" in answer and answer.endswith(b'{"id":"Q1"}')


def test_a_held_call_can_be_polled():
    status, _, seen = exchange(request("/api/v1/quarantine/Q1", "GET", b"", Content_Type=None))
    assert (status, seen) == ("HTTP/1.1 200 OK", [("held", "Q1")])


@pytest.mark.parametrize("host", [
    "evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "localhost.evil.example:PORT", "0.0.0.0:PORT", "127.0.0.1:PORT@evil.example",
    "", "127.1:PORT", "[::]:PORT", "2130706433:PORT", "127.0.0.1.nip.io:PORT", "LOCALHOST.:PORT", "evil.example:PORT",
])
def test_another_host_gets_nothing(host):
    status, _, seen = exchange(request(Host=host))
    assert status.startswith(("HTTP/1.1 421", "HTTP/1.1 400"))
    assert seen == []


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:PORT"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
])
def test_a_web_page_gets_nothing(headers):
    status, _, seen = exchange(request(**headers))
    assert status.startswith("HTTP/1.1 403")
    assert seen == []


@pytest.mark.parametrize("changes, code", [
    ({"Authorization": None}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": f"bearer {TOKEN}"}, 401),
    ({"Content-Type": "text/plain"}, 415), ({"Content-Type": None}, 415), ({"Content-Length": str(17 * 1024 * 1024)}, 413),
    ({"path": "/"}, 404), ({"path": "/dashboard"}, 404), ({"method": "GET"}, 405), ({"method": "PUT"}, 405),
])
def test_each_refusal_has_its_status(changes, code):
    status, _, seen = exchange(request(**changes))
    assert status.startswith(f"HTTP/1.1 {code}")
    assert seen == []


def test_a_header_sent_twice_counts_for_neither_reading():
    raw = request().replace(b"Host: 127.0.0.1:PORT\r\n", b"Host: evil.example\r\nHost: 127.0.0.1:PORT\r\n")
    assert exchange(raw)[0].startswith("HTTP/1.1 4")
    assert exchange(raw)[2] == []


def test_garbage_is_answered_and_closed():
    assert exchange(b"\x16\x03\x01 not http\r\n\r\n")[0].startswith("HTTP/1.1 400")


def test_a_body_in_pieces_is_one_request():
    whole = request(body=b'{"long":"' + b"x" * 1000 + b'"}')
    _, _, seen = exchange([whole[:200], whole[200:700], whole[700:]])
    assert len(seen) == 1 and len(seen[0][1]) == 1011


def test_a_chunked_body_over_the_cap_is_refused_while_it_streams():
    head = request(body=b"", Content_Length=None, Transfer_Encoding="chunked")
    chunk = b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n"
    status, _, seen = exchange([head] + [chunk] * 17 + [b"0\r\n\r\n"])
    assert status in ("", "HTTP/1.1 413 Content Too Large") and seen == []


def test_the_oldest_unfinished_request_gives_way():
    """Anybody on the machine may connect: without a token that costs the sensor a bounded number of descriptors."""
    async def run():
        port = free_port()
        server = Door(Clerk(), TOKEN, port)
        server.open()
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MAX_UNFINISHED)]
        for _, writer in lines:
            writer.write(b"POST /h")
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(Connection="keep-alive").replace(b"PORT", str(port).encode()))
        answered = await asyncio.wait_for(reader.readuntil(b"\r\n"), 2)
        assert await asyncio.wait_for(lines[0][0].read(), 2) == b""
        assert not lines[-1][0].at_eof()
        for _, one in (*lines, (reader, writer)):
            one.close()
        server.close()
        return answered

    assert asyncio.run(run()).startswith(b"HTTP/1.1 200")


def test_an_answer_is_never_taken_for_that_of_another_request():
    """A held call answers late. Who sends the next request before that gets no answer at all, rather than the other one's."""
    class Slow(Clerk):
        def hook(self, agent, body, given, respond):
            if body == b'{"held":1}':
                self.late = respond
            else:
                super().hook(agent, body, given, respond)

    async def run():
        clerk, port = Slow(), free_port()
        server = Door(clerk, TOKEN, port)
        server.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        both = request(body=b'{"held":1}', Connection="keep-alive") + request(body=b"{}", Connection="keep-alive")
        writer.write(both.replace(b"PORT", str(port).encode()))
        assert await asyncio.wait_for(reader.read(), 2) == b""
        clerk.late(Answer(200))  # nobody is there any more
        writer.close()
        server.close()
        return clerk.seen

    assert asyncio.run(run()) == []


def test_requests_behind_their_answers_share_a_connection():
    one = request(body=b"{}", Connection="keep-alive")
    _, answer, seen = exchange(one + one + request())
    assert answer.count(b"HTTP/1.1 200 OK") == 3 and len(seen) == 3
