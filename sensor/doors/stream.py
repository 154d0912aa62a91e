"""A TCP connection on the sensor's loop. A transport of asyncio takes 35 µs more per connection: a task, futures and more turns of the loop."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

CHUNK = 64 * 1024


class Reader(Protocol):
    """Who is told what comes in."""

    def received(self, data: bytes) -> None: ...

    def lost(self) -> None:
        """The end, told once."""


class Stream:
    """Reads until either side closes; what does not fit into the socket is written later."""

    __slots__ = ("_fd", "_is_closed", "_is_closing", "_is_writing", "_loop", "_out", "_reader", "_socket")

    def __init__(self, connection: socket.socket, reader: Reader) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._fd = connection.fileno()  # the loop describes a socket in words whenever it looks for one that it does not know: 10 µs each
        self._reader = reader
        self._loop = asyncio.get_running_loop()
        self._out = b""
        self._is_closing = self._is_closed = self._is_writing = False
        self._loop.add_reader(self._fd, self._read)

    @property
    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self._is_closing

    def write(self, data: bytes) -> None:
        """Send `data`. The connection ends when the other side is gone."""
        if not self._is_closing:
            self._out += data
            self._write()

    def close(self) -> None:
        """End it once all is written."""
        if not self._is_closing:
            self._is_closing = True
            if self._out:
                self._loop.remove_reader(self._fd)
            else:
                self.abort()

    def abort(self) -> None:
        """End it now."""
        if not self._is_closed:
            self._is_closing = self._is_closed = True
            self._loop.remove_reader(self._fd)
            self._stop_writing()
            self._socket.close()
            self._reader.lost()

    def _read(self) -> None:
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self.abort()
            return
        if not data:
            self.close()
            return
        try:
            self._reader.received(data)
        except BaseException:  # the loop logs it; the descriptor must not stay
            self.abort()
            raise

    def _write(self) -> None:
        try:
            self._out = self._out[self._socket.send(self._out):]
        except BlockingIOError:
            pass
        except OSError:
            self.abort()
            return
        if not self._out:
            self._stop_writing()
            if self._is_closing:
                self.abort()
        elif not self._is_writing:
            self._is_writing = True
            self._loop.add_writer(self._fd, self._write)

    def _stop_writing(self) -> None:
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._fd)
