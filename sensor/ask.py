"""Ask the running sensor something over its socket: the only client of `op` frames (command line, dashboard).

    request   HR1 op len=N\\n{"op":"status","args":{}}
    answer    HR1 reply exit=0 out=N err=0\\n{...}                        the result, an object
    refusal   HR1 reply exit=1 out=N err=0\\n{"error":"...","next_step":"..."}   1 negative, 2 usage, 3 not completed

Blocking, and tried again only while the queue of the socket is full: a person waits for the answer and is told at once when the sensor is away.
"""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import msgspec

from sensor import wire
from sensor.model.errors import HandrailError, UsageError, in_words

AGAIN_SECONDS = 0.01
FOREIGN = "It is that of another user: run this as that user."
JsonObject = dict[str, Any]


class SensorAway(HandrailError):
    """Nobody answers at the socket, or not in time, or not in our protocol."""


class SensorRefused(HandrailError):
    """The sensor understood and said no. `exit_code` is the sensor's."""

    def __init__(self, message: str, *, next_step: str = "", exit_code: int = 1) -> None:
        super().__init__(message, next_step=next_step)
        self.exit_code = exit_code


def ask(socket_path: Path, op: str, args: JsonObject | None = None, timeout: float = 5.0) -> JsonObject:
    """Send one request and return the result object. `timeout` is in seconds, for the whole exchange.

    Raises SensorAway, SensorRefused, or UsageError for bytes that are not text.
    """
    try:
        body = msgspec.json.encode({"op": op, "args": args or {}})
    except UnicodeEncodeError as error:
        raise UsageError("what was given holds bytes that are not UTF-8 text") from error
    deadline = time.monotonic() + timeout
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(timeout)
            _connect(peer, str(socket_path), deadline)
            peer.sendall(wire.render_request("op", body))
            exit_code, out = _read_reply(_Stream(peer, deadline))
    except (OSError, wire.FrameError) as error:
        raise away(socket_path, error) from error
    return _result(exit_code, out)


def _connect(peer: socket.socket, path: str, deadline: float) -> None:
    """A connection with a deadline is refused at once while the queue is full, which any program can bring about for a moment."""
    while True:
        try:
            peer.connect(path)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(AGAIN_SECONDS)


class _Stream:
    """Reads exact amounts from a socket until a deadline."""

    def __init__(self, peer: socket.socket, deadline: float) -> None:
        self._peer = peer
        self._deadline = deadline
        self._have = bytearray()

    def _more(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self._peer.settimeout(left)
        chunk = self._peer.recv(65536)
        if not chunk:
            raise wire.FrameError("the connection ended in the middle of an answer")
        self._have += chunk

    def line(self) -> bytes:
        while (end := self._have.find(b"\n")) < 0:
            if len(self._have) > wire.MAX_HEADER:
                raise wire.FrameError("header too long")
            self._more()
        line = bytes(self._have[:end])
        del self._have[: end + 1]
        return line

    def take(self, size: int) -> bytes:
        while len(self._have) < size:
            self._more()
        part = bytes(self._have[:size])
        del self._have[:size]
        return part


def _read_reply(stream: _Stream) -> tuple[int, bytes]:
    kind, fields = wire.parse_header(stream.line())
    while kind == "hold":
        kind, fields = wire.parse_header(stream.line())
    if kind != "reply":
        raise wire.FrameError(f"expected a reply, got {kind!r}")
    out = stream.take(wire.length(fields, "out"))
    stream.take(wire.length(fields, "err"))
    return wire.length(fields, "exit"), out


def away(socket_path: Path, error: Exception) -> SensorAway:
    """What is wrong where the sensor could not be reached, and what to do."""
    step = FOREIGN if isinstance(error, PermissionError) else "Start it with: handrail service start"
    return SensorAway(f"The sensor does not answer at {socket_path}: {in_words(error)}", next_step=step)


def _result(exit_code: int, out: bytes) -> JsonObject:
    try:
        result = msgspec.json.decode(out, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SensorAway(f"The sensor's answer is not an object: {error}") from error
    if exit_code == 0:
        return result
    raise SensorRefused(
        str(result.get("error", "The sensor refused.")), next_step=str(result.get("next_step", "")), exit_code=exit_code
    )
