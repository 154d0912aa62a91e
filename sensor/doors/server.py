"""The unix socket: who may connect, how much may be sent, and one frame in for one frame out.

A connection carries one request, and gets its answer in turn (`sensor.doors.turns`). Peers of another user are dropped
before a byte is read. The broad except around one connection is one of the two of the project: whatever raises inside a
call becomes an answer by risk, never a crash.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import sys
from typing import Protocol

from sensor.doors.acceptor import Acceptor
from sensor.doors.turns import Turns
from sensor.doors.unfinished import Unfinished
from sensor.model.calls import Caller
from sensor.wire import MAX_HEADER, FrameError, length, parse_header, render_hold

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
BACKLOG = 512
# A hook event of so many bytes may take longer than its client waits for a first answer; so long the client is told to wait.
LONG_CALL, LONG_MS = 128 * 1024, 4000
CHUNK = 64 * 1024


class Line(Protocol):
    """The way back to one client: called exactly once per request with the reply, now or later, from the loop."""

    def __call__(self, frame: bytes) -> None: ...

    def hold(self, ms: int) -> None:
        """Tell the client to wait `ms` longer: a person is being asked."""


class Desk(Protocol):
    """What the server hands frames to."""

    def receive(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None: ...

    def receive_broken(self, kind: str, fields: dict[str, str], body: bytes, caller: Caller, deliver: Line) -> None: ...


class Room:
    """Those at one door who wait: for their turn, for the other side, for a person."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.unfinished = Unfinished()
        self.held = Unfinished()
        self._is_called = False

    def serve_next(self) -> None:
        """Answer one of those whose turn it is, and the next in the next turn of the loop."""
        try:
            self.turns.serve_next()
        finally:
            self.call_next()

    def call_next(self) -> None:
        """Have one answered in the next turn of the loop, however many have become whole in this one."""
        if self.turns and not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self._is_called = False
        self.serve_next()


class Connection:
    """One client. Collects a frame, hands it to the desk, writes the reply and closes.

    Most frames have arrived when the connection is accepted, and most replies fit into the socket: for these the loop is asked
    for nothing more, no timer, no transport, no other turn.
    """

    __slots__ = (
        "_answered", "_body", "_caller", "_desk", "_fd", "_fields", "_head", "_is_writing", "_kind", "_loop", "_missing", "_out",
        "_room", "_socket", "_timer",
    )

    def __init__(self, connection: socket.socket, caller: Caller, desk: Desk, loop: asyncio.AbstractEventLoop, room: Room) -> None:
        self._room = room
        self._socket = connection
        self._fd = connection.fileno()  # see `sensor.doors.stream`
        self._caller = caller
        self._desk = desk
        self._loop = loop
        self._head = b""
        self._kind = ""
        self._fields: dict[str, str] = {}
        self._body: list[bytes] = []
        self._missing = -1
        self._answered = self._is_writing = False
        self._out = b""
        self._timer: asyncio.TimerHandle | None = None

    def read(self) -> None:
        """Take what has arrived. The loop calls again until the frame is whole, or its time is up."""
        try:
            data = self._socket.recv(CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._wait(0)
            return
        except OSError:
            data = b""
        if not data or not self._take(data):
            self._close()
        elif self._missing:
            self._wait(len(data))
        else:
            self._stop_reading()
            size = sum(map(len, self._body))
            if size >= LONG_CALL and self._kind == "hook":
                self._send(render_hold(LONG_MS))
            self._room.turns.add(self, self._caller.pid, size, self._kind != "op")

    def _read_more(self) -> None:
        self.read()
        self._room.call_next()

    def _take(self, data: bytes) -> bool:
        """Add to the frame; False when it is none."""
        if self._missing < 0:
            self._head += data
            line, newline, data = self._head.partition(b"\n")
            if not newline:
                return len(self._head) <= MAX_HEADER
            try:
                self._kind, self._fields = parse_header(line)
                self._missing = length(self._fields, "len")
            except FrameError as error:
                log.warning("dropped a connection: %s", error)
                return False
        self._body.append(data[: self._missing])
        self._missing = max(0, self._missing - len(data))
        return True

    def _wait(self, size: int) -> None:
        """The rest of the frame is on its way; `size` bytes came now."""
        if self._timer is None:
            self._timer = self._loop.call_later(IDLE_SECONDS, self._close)
            self._loop.add_reader(self._fd, self._read_more)
        self._room.unfinished.add(self, size)

    def _stop_reading(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._loop.remove_reader(self._fd)
            self._room.unfinished.remove(self)

    def serve(self) -> None:
        """It is this client's turn."""
        body = b"".join(self._body)
        self._body = []
        try:
            self._desk.receive(self._kind, self._fields, body, self._caller, self)
        except Exception:  # the connection boundary: a bug in one call must not open the door or stop the sensor
            log.exception("a call failed inside the sensor")
            if not self._answered:
                self._desk.receive_broken(self._kind, self._fields, body, self._caller, self)

    def hold(self, ms: int) -> None:
        """See `Line`. Nobody may hold every descriptor by questions that nobody answers."""
        self._room.held.add(self)
        self._send(render_hold(ms))

    def __call__(self, frame: bytes) -> None:
        """Write the reply and close; see `Line`."""
        if not self._answered:
            self._answered = True
            self._send(frame)

    def _send(self, data: bytes) -> None:
        self._out += data
        if not self._is_writing:
            self._write()

    def _write(self) -> None:
        """Write what fits, and close behind the reply. The loop calls again while something is left."""
        try:
            self._out = self._out[self._socket.send(self._out, socket.MSG_DONTWAIT):]
        except BlockingIOError:
            pass
        except OSError:  # the client is gone
            self._close()
            return
        if self._out and not self._is_writing:
            self._is_writing = True
            self._loop.add_writer(self._fd, self._write)
            self._room.unfinished.add(self)
        elif not self._out and self._answered:
            self._close()
        elif not self._out:
            self._stop_writing()

    def _stop_writing(self) -> None:
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._fd)
            self._room.unfinished.remove(self)

    def drop(self) -> None:
        """End it; what comes later goes nowhere."""
        self._answered = True
        self._close()

    def _close(self) -> None:
        """The end: answered, given up, or out of time."""
        self._stop_reading()
        self._stop_writing()
        self._room.held.remove(self)
        self._socket.close()


class Server:
    """Takes in all who wait and answers one of them in each turn of the loop, so that timers and late answers come in between."""

    def __init__(self, listener: socket.socket, desk: Desk) -> None:
        self._desk = desk
        self._uid = os.getuid()
        self._loop = asyncio.get_running_loop()
        self._room = Room()
        self._acceptor = Acceptor(listener, self._take, self._room.serve_next)

    def close(self) -> None:
        """Accept nobody any more. The socket and its file stay: the supervisor or systemd holds them for the next sensor."""
        self._acceptor.close()

    def _take(self, connection: socket.socket) -> None:
        try:
            caller = peer(connection)
        except OSError:  # some systems know no peer that is gone
            connection.close()
            return
        if caller.uid != self._uid:
            log.warning("refused a connection of user %d", caller.uid)
            connection.close()
            return
        Connection(connection, caller, self._desk, self._loop, self._room).read()


def peer(connection: socket.socket) -> Caller:
    """The user and process at the other end, by the kernel's word. `pid` is 0 for a process of another container."""
    if sys.platform == "linux":
        pid, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return Caller(uid=uid, pid=pid)
    credentials = connection.getsockopt(0, 1, 80)  # SOL_LOCAL, LOCAL_PEERCRED: struct xucred
    pid, = struct.unpack("i", connection.getsockopt(0, 2, 4))  # LOCAL_PEERPID
    return Caller(uid=struct.unpack_from("I", credentials, 4)[0], pid=pid)


def serve(listener: socket.socket, desk: Desk) -> Server:
    """Start answering on a bound listener, in the running loop."""
    listener.listen(BACKLOG)
    return Server(listener, desk)
