"""Who connects is taken in, nobody after the end, and a system without descriptors is asked again later."""

from __future__ import annotations

import asyncio
import errno
import socket

from sensor.doors import acceptor
from sensor.doors.acceptor import BURST, Acceptor


class Listener:
    """A listening socket whose `accept` gives what the test says, then nothing."""

    def __init__(self, *results) -> None:
        self.results = list(results)
        self.here, self.there = socket.socketpair()
        self.there.send(b"x")  # readable

    def fileno(self):
        return self.here.fileno()

    def setblocking(self, flag):
        self.here.setblocking(flag)

    def accept(self):
        if not self.results:
            raise BlockingIOError
        result = self.results.pop(0)
        if isinstance(result, OSError):
            raise result
        return result, None


def taken(listener, seconds=0.05):
    """What each turn of the loop took in."""
    turns, now = [], []

    async def run():
        one = Acceptor(listener, now.append, lambda: (turns.append(list(now)), now.clear()))
        await asyncio.sleep(seconds)
        one.close()
        turns.append("closed")
        await asyncio.sleep(seconds)

    asyncio.run(run())
    assert turns[-1] == "closed", "nobody is taken in behind the end"
    return [one for one in turns[:-1] if one]


def test_those_who_wait_are_taken_in_together_but_not_without_end():
    assert taken(Listener(*range(BURST + 2))) == [list(range(BURST)), [BURST, BURST + 1]]


def test_who_is_gone_already_is_passed_over():
    assert taken(Listener(1, ConnectionAbortedError(), 2)) == [[1, 2]]


def test_without_descriptors_the_loop_rests_and_tries_again(monkeypatch, caplog):
    monkeypatch.setattr(acceptor, "PAUSE_SECONDS", 0.02)
    assert taken(Listener(1, OSError(errno.EMFILE, "too many"), 2), 0.2) == [[1], [2]]
    assert caplog.text.count("no connection can be accepted") == 1


def test_a_pause_does_not_outlive_the_end(monkeypatch):
    monkeypatch.setattr(acceptor, "PAUSE_SECONDS", 0.07)
    assert taken(Listener(OSError(errno.EMFILE, "too many"), 2), 0.05) == []
