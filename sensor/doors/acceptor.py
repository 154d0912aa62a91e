"""Accepts whoever connects to a listening socket, in the turns of the loop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

log = logging.getLogger(__name__)

BURST = 64  # connections that are accepted at once
PAUSE_SECONDS = 0.5


class Acceptor:
    """Hands each connection to `take`; `then` is called behind those that came at once. Belongs to the running loop, the socket to whoever made it."""

    def __init__(self, listener: socket.socket, take: Callable[[socket.socket], object], then: Callable[[], None] = lambda: None) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._take = take
        self._then = then
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._open()

    def close(self) -> None:
        """Accept nobody any more."""
        self._is_closed = True
        self._loop.remove_reader(self._listener)

    def _open(self) -> None:
        if not self._is_closed:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(BURST):
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                break
            except ConnectionError:
                continue  # gone already
            except OSError as error:  # no descriptor is left: those who wait must not keep the loop busy
                log.error("no connection can be accepted: %s", error)
                self._loop.remove_reader(self._listener)
                self._loop.call_later(PAUSE_SECONDS, self._open)
                break
            self._take(connection)
        self._then()
