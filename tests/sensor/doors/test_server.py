import asyncio
import errno
import os
import resource
import socket
import time

import pytest

from sensor.doors import server as door
from sensor.doors.server import LONG_CALL, LONG_MS, peer, serve
from sensor.doors.unfinished import MAX_UNFINISHED
from sensor.host.running.binding import bind
from sensor.wire import render_hold, render_reply, render_request

LARGE = 5_000_000


class Desk:
    """Answers with what it got; `hook agent=raise` raises, `later` answers after a moment, `held` says so first, `large` answers with LARGE bytes."""

    def __init__(self, later=0.05):
        self.later, self.broken = later, []

    def receive(self, kind, fields, body, caller, deliver):
        if fields.get("agent") == "raise":
            raise RuntimeError("a bug")
        reply = render_reply(0, f"{kind} {caller.uid} ".encode() + body, b"")
        if fields.get("agent") == "large":
            reply = bytes(LARGE)
        if fields.get("agent") == "held":
            deliver.hold(9000)
        if fields.get("agent") in ("later", "held"):
            asyncio.get_running_loop().call_later(self.later, deliver, reply)
        else:
            deliver(reply)
        if fields.get("agent") == "late-raise":
            raise RuntimeError("a bug behind the answer")

    def receive_broken(self, kind, fields, body, caller, deliver):
        self.broken.append(kind)
        deliver(render_reply(2, b"", b"broken"))


def talk(tmp_path, *parts, half_close=False, desk=None):
    async def run():
        tmp_path.mkdir(exist_ok=True)
        server = serve(bind(tmp_path / "s.sock"), desk or Desk())
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s.sock"))
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.01)
            if half_close:
                writer.write_eof()
            return await asyncio.wait_for(reader.read(), 4)
        except (ConnectionResetError, BrokenPipeError):
            return b""
        finally:
            writer.close()
            server.close()

    return asyncio.run(run())


def test_one_frame_in_one_frame_out_then_the_connection_ends(tmp_path):
    answer = talk(tmp_path, render_request("hook", b"body", agent="x"))
    assert answer == render_reply(0, f"hook {os.getuid()} ".encode() + b"body", b"")


def test_a_frame_may_arrive_in_pieces(tmp_path):
    frame = render_request("hook", b"x" * 1000, agent="x")
    assert talk(tmp_path, frame[:3], frame[3:30], frame[30:500], frame[500:]).endswith(b"x" * 1000)


def test_a_frame_may_be_large(tmp_path):
    assert talk(tmp_path, render_request("hook", b"x" * 3_000_000, agent="x")).endswith(b" " + b"x" * 3_000_000)


def test_a_client_may_read_a_large_answer_slowly(tmp_path):
    async def run():
        loop, server = asyncio.get_running_loop(), serve(bind(tmp_path / "s.sock"), Desk())
        with socket.socket(socket.AF_UNIX) as peer:
            peer.setblocking(False)
            await loop.sock_connect(peer, str(tmp_path / "s.sock"))
            await loop.sock_sendall(peer, render_request("hook", b"", agent="large"))
            read = 0
            while data := await loop.sock_recv(peer, 300_000):
                read += len(data)
                await asyncio.sleep(0.001)
        server.close()
        return read

    assert asyncio.run(run()) == LARGE


def test_a_held_call_is_told_so_before_its_answer(tmp_path):
    answer = talk(tmp_path, render_request("hook", b"b", agent="held"))
    assert answer == render_hold(9000) + render_reply(0, f"hook {os.getuid()} b".encode(), b"")


@pytest.mark.parametrize(("size", "told"), [(LONG_CALL - 1, b""), (LONG_CALL, render_hold(LONG_MS))])
def test_a_client_with_a_long_call_is_told_to_wait_before_it_is_judged(tmp_path, size, told):
    """A text that takes longer to judge than a client waits must not be decided on without the sensor."""
    answer = talk(tmp_path, render_request("hook", b"x" * size, agent="x"))
    assert answer.startswith(told + b"HR1 reply")


def test_a_frame_has_some_seconds_to_arrive_and_its_answer_may_take_longer(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "IDLE_SECONDS", 0.5)
    frame = render_request("hook", b"b", agent="later")
    began = time.monotonic()
    assert talk(tmp_path / "a", frame[:9]) == talk(tmp_path / "b", frame[:-1]) == b"" and time.monotonic() - began < 10
    assert talk(tmp_path / "c", frame[:9], frame[9:], desk=Desk(later=0.7)).endswith(b"b")


def test_a_client_that_leaves_costs_nothing_but_its_answer(tmp_path):
    async def run():
        server = serve(bind(tmp_path / "s.sock"), Desk())
        for agent in ("later", "held", "large", "x"):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(str(tmp_path / "s.sock"))
                peer.sendall(render_request("hook", b"", agent=agent))
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s.sock"))
        writer.write(render_request("hook", b"still there", agent="x"))
        answer = await asyncio.wait_for(reader.read(), 4)
        writer.close()
        server.close()
        return answer

    assert asyncio.run(run()).endswith(b"still there")


def test_without_a_free_descriptor_those_who_wait_are_answered_later_and_keep_nobody_busy(tmp_path, caplog):
    async def run():
        server, limits = serve(bind(tmp_path / "s.sock"), Desk()), resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(tmp_path / "s.sock"))
            peer.sendall(render_request("hook", b"patient", agent="x"))
            spare = os.dup(0)
            os.close(spare)
            resource.setrlimit(resource.RLIMIT_NOFILE, (spare, limits[1]))
            try:
                await asyncio.sleep(0.1)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            answer = await asyncio.to_thread(peer.recv, 1000)
        server.close()
        return answer

    assert asyncio.run(run()).endswith(b"patient")
    assert [record.getMessage() for record in caplog.records] == ["no connection can be accepted: [Errno 24] Too many open files"]


def test_a_client_whom_the_system_no_longer_knows_keeps_nobody_waiting(tmp_path, monkeypatch, caplog):
    known = iter((False, True))

    def known_peer(connection):
        if not next(known):
            raise OSError(errno.ENOTCONN, "not connected")
        return peer(connection)

    async def run():
        monkeypatch.setattr(door, "peer", known_peer)
        server = serve(bind(tmp_path / "s.sock"), Desk())
        with socket.socket(socket.AF_UNIX) as gone, socket.socket(socket.AF_UNIX) as here:
            for client in (gone, here):
                client.connect(str(tmp_path / "s.sock"))
            here.sendall(render_request("hook", b"next", agent="x"))
            ended, answer = await asyncio.to_thread(gone.recv, 10), await asyncio.to_thread(here.recv, 1000)
        server.close()
        return ended, answer

    ended, answer = asyncio.run(run())
    assert ended == b"" and answer.endswith(b"next") and not caplog.records


def test_a_client_that_closes_its_side_still_gets_a_late_answer(tmp_path):
    assert talk(tmp_path, render_request("hook", b"b", agent="later"), half_close=True).endswith(b"b")


def test_a_bug_in_one_call_becomes_an_answer(tmp_path):
    desk = Desk()
    assert talk(tmp_path, render_request("hook", b"b", agent="raise"), desk=desk).endswith(b"broken")
    assert desk.broken == ["hook"]


def test_a_bug_behind_an_answer_changes_nothing_of_it(tmp_path):
    desk = Desk()
    assert talk(tmp_path, render_request("hook", b"b", agent="late-raise"), desk=desk).endswith(b"b")
    assert desk.broken == []


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\n\n", b"HR1 hook agent=x len=99999999\n", b"HR1 hook agent=x\n", b"x" * 600, b"HR1 hook agent=x len=5\nabc"])
def test_what_is_not_a_whole_frame_gets_nothing(tmp_path, data):
    assert talk(tmp_path, data, half_close=True) == b""


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
def test_another_user_is_dropped_before_a_byte_is_read(tmp_path):
    path = tmp_path / "s.sock"
    desk = Desk()

    async def run():
        server = serve(bind(path), desk)
        path.chmod(0o777)
        for folder in (tmp_path, *tmp_path.parents):
            if str(folder).startswith("/tmp/"):
                folder.chmod(0o755)
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            try:
                with socket.socket(socket.AF_UNIX) as peer:
                    peer.settimeout(3)
                    peer.connect(str(path))
                    peer.sendall(render_request("hook", b"b", agent="x"))
                    os._exit(1 if peer.recv(10) else 0)
            except (ConnectionResetError, BrokenPipeError):
                os._exit(0)
            except OSError:
                os._exit(2)
        status = await asyncio.to_thread(os.waitpid, child, 0)
        server.close()
        return os.waitstatus_to_exitcode(status[1])

    assert asyncio.run(run()) == 0


def test_the_socket_outlives_the_server(tmp_path):
    """Python 3.13 and later remove it by default; the supervisor and systemd hold the listener for the next sensor."""
    talk(tmp_path, render_request("hook", b"body", agent="x"))
    assert (tmp_path / "s.sock").is_socket()


@pytest.mark.parametrize("sent", [b"HR1 hook", render_request("hook", b"", agent="large")], ids=["no whole request", "answer not taken"])
def test_the_oldest_that_keeps_the_sensor_waiting_gives_way(tmp_path, sent):
    """Whoever takes every descriptor takes the verdict from every call."""
    async def run():
        server = serve(bind(tmp_path / "s.sock"), Desk())
        lines = []
        for _ in range(MAX_UNFINISHED + 1):
            line = socket.socket(socket.AF_UNIX)
            line.setblocking(False)
            await asyncio.get_running_loop().sock_connect(line, str(tmp_path / "s.sock"))
            line.sendall(sent)
            lines.append(line)
            await asyncio.sleep(0)
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s.sock"))
        writer.write(render_request("hook", b"body", agent="x"))
        answer = await asyncio.wait_for(reader.read(), 4)
        writer.close()
        first, _ = await asyncio.open_unix_connection(sock=lines[0])
        got = await asyncio.wait_for(first.read(), 4)
        for line in lines[1:]:
            line.close()
        server.close()
        return answer, got

    answer, got = asyncio.run(run())
    assert b"body" in answer and len(got) < LARGE


def test_a_call_of_another_program_waits_for_no_queue_of_requests(tmp_path):
    """One program sends two hundred; what comes then from a process of its own is not answered behind them."""
    count, order = 200, []

    class Noting(Desk):
        def receive(self, kind, fields, body, caller, deliver):
            order.append(fields.get("agent", ""))
            super().receive(kind, fields, body, caller, deliver)

    async def run():
        listener = bind(tmp_path / "s.sock")
        listener.listen(2 * count)
        lines = []
        for number in range(count):
            line = socket.socket(socket.AF_UNIX)
            line.connect(str(tmp_path / "s.sock"))
            line.sendall(render_request("hook" if number % 2 else "op", b"{}", agent="flood"))
            lines.append(line)
        hook = socket.socket(socket.AF_UNIX)
        child = os.fork()
        if child == 0:
            hook.connect(str(tmp_path / "s.sock"))
            hook.sendall(render_request("hook", b"x" * 3000, agent="own"))
            answer = b"".join(iter(lambda: hook.recv(65536), b""))
            os._exit(0 if b"x" * 3000 in answer else 1)
        while hook_waits(listener) < count + 1:
            await asyncio.sleep(0.005)
        server = serve(listener, Noting())
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        server.close()
        for line in (hook, *lines):
            line.close()
        return os.waitstatus_to_exitcode(status)

    def hook_waits(listener):
        with open("/proc/net/unix") as table:
            return sum(str(tmp_path / "s.sock") in line for line in table) - 1

    if not os.path.exists("/proc/net/unix"):
        pytest.skip("only Linux tells who waits at a socket")
    assert asyncio.run(run()) == 0
    assert order.index("own") < count // 2


def test_questions_that_nobody_answers_do_not_take_every_descriptor(tmp_path):
    class Asking(Desk):
        def receive(self, kind, fields, body, caller, deliver):
            if fields["agent"] == "asks":
                deliver.hold(60_000)
            else:
                super().receive(kind, fields, body, caller, deliver)

    async def run():
        server, lines = serve(bind(tmp_path / "s.sock"), Asking()), []
        for _ in range(MAX_UNFINISHED + 1):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s.sock"))
            writer.write(render_request("hook", b"", agent="asks"))
            assert await asyncio.wait_for(reader.readline(), 4) == render_hold(60_000)
            lines.append((reader, writer))
        ended = await asyncio.wait_for(lines[0][0].read(), 4)
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s.sock"))
        writer.write(render_request("hook", b"body", agent="x"))
        answer = await asyncio.wait_for(reader.read(), 4)
        for _, one in (*lines, (reader, writer)):
            one.close()
        server.close()
        return ended, answer

    ended, answer = asyncio.run(run())
    assert ended == b"" and b"body" in answer
