"""The unix socket: who may connect, how much may be sent, and one frame in for one frame out.

A connection carries one request. Peers of another user are dropped before a byte is read. The broad except around one
connection is one of the two of the project: whatever raises inside a call becomes an answer by risk, never a crash.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import sys
from typing import Protocol, cast

from sensor.model.calls import Caller
from sensor.wire import MAX_HEADER, FrameError, length, parse_header, render_hold

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
BACKLOG = 512


class Line(Protocol):
    """The way back to one client: called exactly once per request with the reply, now or later, from the loop."""

    def __call__(self, frame: bytes) -> None: ...

    def hold(self, ms: int) -> None:
        """Tell the client to wait `ms` longer: a person is being asked."""


class Desk(Protocol):
    """What the server hands frames to."""

    def receive(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None: ...

    def receive_broken(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None: ...


class Connection(asyncio.Protocol):
    """One client. Collects a frame, hands it to the desk, writes the reply and closes."""

    __slots__ = ("_answered", "_body", "_caller", "_desk", "_fields", "_head", "_kind", "_missing", "_timer", "_transport", "_uid")

    def __init__(self, desk: Desk, uid: int) -> None:
        self._desk = desk
        self._uid = uid
        self._head = b""
        self._kind = ""
        self._fields: dict[str, str] = {}
        self._body: list[bytes] = []
        self._missing = -1
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are not subclasses of asyncio's
        self._caller = peer(transport.get_extra_info("socket"))
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._give_up)
        if self._caller.uid != self._uid:
            log.warning("refused a connection of user %d", self._caller.uid)
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._answered:
            return
        if self._missing < 0:
            self._head += data
            line, newline, rest = self._head.partition(b"\n")
            if not newline:
                if len(self._head) > MAX_HEADER:
                    self._transport.abort()
                return
            try:
                self._kind, self._fields = parse_header(line)
                self._missing = length(self._fields, "len")
            except FrameError as error:
                log.warning("dropped a connection: %s", error)
                self._transport.abort()
                return
            data = rest
        self._body.append(data[: self._missing])
        self._missing -= len(data)
        if self._missing <= 0:
            self._serve()

    def eof_received(self) -> bool:
        return self._missing <= 0  # keep the connection open for the reply, drop an unfinished frame

    def connection_lost(self, error: Exception | None) -> None:
        self._timer.cancel()

    def _serve(self) -> None:
        self._answered = True
        self._timer.cancel()
        body = b"".join(self._body)
        self._body = []
        try:
            self._desk.receive(self._kind, self._fields, body, self._caller, self)
        except Exception:  # the connection boundary: a bug in one call must not open the door or stop the sensor
            log.exception("a call failed inside the sensor")
            self._desk.receive_broken(self._kind, self._fields, body, self._caller, self)

    def hold(self, ms: int) -> None:
        """See `Line`."""
        if not self._transport.is_closing():
            self._transport.write(render_hold(ms))

    def __call__(self, frame: bytes) -> None:
        """Write the reply and close; see `Line`."""
        if not self._transport.is_closing():
            self._transport.write(frame)
            self._transport.close()

    def _give_up(self) -> None:
        if not self._answered:
            self._transport.abort()


def peer(connection: socket.socket) -> Caller:
    """The user and process at the other end, by the kernel's word. `pid` is 0 for a process of another container."""
    if sys.platform == "linux":
        pid, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return Caller(uid=uid, pid=pid)
    credentials = connection.getsockopt(0, 1, 80)  # SOL_LOCAL, LOCAL_PEERCRED: struct xucred
    pid, = struct.unpack("i", connection.getsockopt(0, 2, 4))  # LOCAL_PEERPID
    return Caller(uid=struct.unpack_from("I", credentials, 4)[0], pid=pid)


async def serve(listener: socket.socket, desk: Desk) -> asyncio.Server:
    """Start answering on a bound listener. Its file stays when the server ends: the supervisor or systemd holds the socket on."""
    uid = os.getuid()
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 13):
        return await loop.create_unix_server(lambda: Connection(desk, uid), sock=listener, backlog=BACKLOG, cleanup_socket=False)
    return await loop.create_unix_server(lambda: Connection(desk, uid), sock=listener, backlog=BACKLOG)
