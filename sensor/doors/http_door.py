"""The loopback HTTP door: `POST /hooks/{agent}` for http hooks, `POST /api/v1/verdict` for own integrations.

Every request needs the bearer token of this installation, a Host that names this door, and no Origin: a web page that
reaches the port, by rebinding or otherwise, gets nothing. Checks come before the body is looked at, in this order:
421 wrong Host, 403 Origin present, 404 path, 405 method, 401 token, 415 content type, 413 size.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import Callable
from typing import Any, Protocol

import httptools
import msgspec

from sensor.access.credentials import Credentials
from sensor.doors.acceptor import Acceptor
from sensor.doors.stream import Stream
from sensor.doors.unfinished import Unfinished
from sensor.wire import MAX_BODY

IDLE_SECONDS = 5.0
BACKLOG = 128
MAX_HEAD = 16 * 1024
REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           413: "Content Too Large", 415: "Unsupported Media Type", 421: "Misdirected Request", 500: "Internal Server Error"}


class Answer(msgspec.Struct, frozen=True):
    """What goes back: a status and a body (b"" = none)."""

    status: int
    body: bytes = b""
    verdict: str = ""
    content_type: str = "application/json"


Respond = Callable[[Answer], None]


class Clerk(Protocol):
    """What the door hands requests to; `respond` is called exactly once from the loop."""

    def hook(self, agent: str, body: bytes, given: Credentials, respond: Respond) -> None: ...

    def verdict(self, body: bytes, given: Credentials, respond: Respond) -> None: ...

    def held(self, call_id: str, respond: Respond) -> None: ...

    def metrics(self, respond: Respond) -> None: ...


class Door:
    """Opens the port. `token` is the secret that callers send as `Authorization: Bearer`."""

    def __init__(self, clerk: Clerk, token: str, port: int) -> None:
        self.clerk = clerk
        self.port = port
        self._expected = f"Bearer {token}".encode()
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost", "[::1]")}
        self.unfinished = Unfinished()  # anybody on this machine may connect

    def open(self) -> None:
        """Listen on 127.0.0.1, in the running loop. Raises OSError when the port is busy."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=BACKLOG)
        self._acceptor = Acceptor(self._listener, lambda connection: _Exchange(self, connection))

    def close(self) -> None:
        """Accept nobody any more."""
        self._acceptor.close()
        self._listener.close()

    def refuse(self, method: str, path: str, headers: dict[bytes, bytes]) -> Answer | None:
        """The refusal that this request head earns, or None."""
        if headers.get(b"host", b"").lower() not in self._hosts:
            return _error(421, "This door answers to 127.0.0.1 and localhost only.")
        if b"origin" in headers or headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            return _error(403, "Requests from web pages are refused.")
        wanted = "GET" if path.startswith("/api/v1/quarantine/") or path == "/metrics" else "POST"
        if not (path.startswith(("/hooks/", "/api/v1/quarantine/")) or path in ("/api/v1/verdict", "/metrics")):
            return _error(404, "Known: POST /hooks/{agent}, POST /api/v1/verdict, GET /api/v1/quarantine/{id}, GET /metrics.")
        if method != wanted:
            return _error(405, f"Use {wanted}.")
        if not hmac.compare_digest(headers.get(b"authorization", b""), self._expected):
            return _error(401, "Send the token of <run>/intake.token as Authorization: Bearer.")
        if wanted == "POST" and headers.get(b"content-type", b"").split(b";")[0].strip().lower() != b"application/json":
            return _error(415, "Send application/json.")
        if _too_long(headers.get(b"content-length", b"0")):
            return _error(413, "Send at most 16 MiB.")
        return None


class _Exchange:
    """One connection: requests one after the other until the client closes or idles. Who sends the next one before the answer gets none."""

    def __init__(self, door: Door, connection: socket.socket) -> None:
        self._door = door
        self._parser = httptools.HttpRequestParser(self)
        self._is_answering = False
        self._reset()
        self._stream = Stream(connection, self)
        self._expect()

    def _reset(self) -> None:
        self._path = ""
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._size = 0
        self._head_size = 0
        self._refused = False

    def lost(self) -> None:
        """See `sensor.doors.stream.Reader`."""
        self._timer.cancel()
        self._door.unfinished.remove(self)

    def drop(self) -> None:
        """End it without an answer."""
        self._refused = True
        self._stream.abort()

    def _expect(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stream.abort)
        self._door.unfinished.add(self)

    def received(self, data: bytes) -> None:
        """See `sensor.doors.stream.Reader`."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._respond(_error(400, "Not an HTTP/1.1 request."), close=True)

    def on_message_begin(self) -> None:
        if self._is_answering:
            self.drop()  # answers may come in another order than requests, and a verdict must not be taken for that of another call

    def on_url(self, url: bytes) -> None:
        self._path += url.decode("ascii", "replace")
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        key = name.lower()
        # A header sent twice could be read differently by two readers, so neither reading counts.
        self._headers[key] = b"" if key in self._headers else value

    def on_headers_complete(self) -> None:
        refusal = self._door.refuse(self._parser.get_method().decode("ascii"), self._path.partition("?")[0], self._headers)
        if refusal is not None:
            self._refuse(refusal)

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > MAX_BODY:
            self._refuse(_error(413, "Send at most 16 MiB."))
        elif not self._refused:
            self._body.append(body)
            self._door.unfinished.add(self, len(body))

    def on_message_complete(self) -> None:
        if self._refused:
            return
        self._timer.cancel()
        self._door.unfinished.remove(self)
        self._is_answering = True
        path, body, clerk, given = self._path.partition("?")[0], b"".join(self._body), self._door.clerk, _credentials(self._headers)
        self._reset()
        if path == "/api/v1/verdict":
            clerk.verdict(body, given, self._respond)
        elif path == "/metrics":
            clerk.metrics(self._respond)
        elif path.startswith("/hooks/"):
            clerk.hook(path.removeprefix("/hooks/"), body, given, self._respond)
        else:
            clerk.held(path.removeprefix("/api/v1/quarantine/"), self._respond)

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > MAX_HEAD:
            self._refuse(_error(400, "The head is too large."))

    def _refuse(self, answer: Answer) -> None:
        if not self._refused:
            self._refused = True
            self._respond(answer, close=True)

    def _respond(self, answer: Answer, close: bool = False) -> None:
        self._is_answering = False
        if self._stream.is_closing:
            return
        lines = [f"HTTP/1.1 {answer.status} {REASONS[answer.status]}", f"Content-Length: {len(answer.body)}", "Cache-Control: no-store",
                 "X-Content-Type-Options: nosniff"]
        if answer.body:
            lines.append(f"Content-Type: {answer.content_type}")
        if answer.verdict:
            lines.append(f"X-Handrail-Verdict: {answer.verdict}")
        if close:
            lines.append("Connection: close")
        self._stream.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)
        if close:
            self._stream.close()
        elif not self._stream.is_closing:
            self._expect()


def json_answer(status: int, value: Any, verdict: str = "") -> Answer:
    """An answer with a JSON body."""
    return Answer(status, msgspec.json.encode(value), verdict)


def _credentials(headers: dict[bytes, bytes]) -> Credentials:
    def text(name: bytes) -> str:
        return headers.get(name, b"").decode("ascii", "replace")

    return Credentials(delegation=text(b"x-handrail-delegation"), task=text(b"x-handrail-task"), proof=text(b"x-handrail-proof"),
                       signature=text(b"x-handrail-signature"))


def _error(status: int, message: str) -> Answer:
    return json_answer(status, {"error": message})


def _too_long(value: bytes) -> bool:
    return not value.isdigit() or int(value[:20]) > MAX_BODY
