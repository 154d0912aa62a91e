"""A TCP connection on the loop: what comes in, what goes out late, and that each end is told once."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sensor.doors.stream import Stream

LARGE = b"x" * 20_000_000  # more than the buffers of both sockets hold


class Notes:
    def __init__(self) -> None:
        self.got, self.ends = b"", 0

    def received(self, data):
        if data == b"bug":
            raise RuntimeError("a bug")
        self.got += data

    def lost(self):
        self.ends += 1


def pair():
    """A stream, its notes, and the other end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        other = socket.create_connection(listener.getsockname())
        here, _ = listener.accept()
    notes = Notes()
    other.setblocking(False)
    return Stream(here, notes), notes, other


async def everything(other) -> bytes:
    got = b""
    while data := await asyncio.wait_for(asyncio.get_running_loop().sock_recv(other, 1 << 20), 10):
        got += data
    return got


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def in_loop(story):
    asyncio.run(asyncio.wait_for(story(pair), 30))


@pytest.mark.parametrize("answer", [b"short", LARGE])
def test_an_answer_arrives_whole_before_the_end(answer):
    async def story(make):
        stream, notes, other = make()
        other.send(b"hello")
        await until(lambda: notes.got == b"hello")
        stream.write(answer)
        stream.close()
        stream.write(b"too late")
        assert stream.is_closing and notes.ends == (answer != LARGE)
        assert await everything(other) == answer
        await until(lambda: notes.ends)
        stream.abort()
        assert notes.ends == 1

    in_loop(story)


def test_the_end_of_the_other_side_is_told_once():
    async def story(make):
        stream, notes, other = make()
        other.close()
        await until(lambda: notes.ends)
        stream.write(b"nobody reads this")
        stream.close()
        assert notes.ends == 1 and stream.is_closing

    in_loop(story)


def test_what_nobody_reads_is_dropped_when_it_is_aborted():
    async def story(make):
        stream, notes, other = make()
        stream.write(LARGE)
        await asyncio.sleep(0.01)
        assert not stream.is_closing
        stream.abort()
        assert notes.ends == 1 and len(await everything(other)) < len(LARGE)

    in_loop(story)


def test_a_reader_that_raises_costs_its_connection_and_no_descriptor():
    async def story(make):
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        _, notes, other = make()
        other.send(b"bug")
        await until(lambda: notes.ends)
        assert await everything(other) == b""

    in_loop(story)
