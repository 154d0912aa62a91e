import asyncio
import os
import socket

import pytest
import uvloop

from sensor.doors.server import serve
from sensor.host.binding import bind
from sensor.wire import render_reply, render_request


class Desk:
    """Answers with what it got; `hook agent=raise` raises, `agent=later` answers after a moment."""

    def __init__(self):
        self.broken = []

    def receive(self, kind, fields, body, caller, deliver):
        if fields.get("agent") == "raise":
            raise RuntimeError("a bug")
        reply = render_reply(0, f"{kind} {caller.uid} ".encode() + body, b"")
        if fields.get("agent") == "later":
            asyncio.get_running_loop().call_later(0.05, deliver, reply)
        else:
            deliver(reply)

    def receive_broken(self, kind, fields, body, caller, deliver):
        self.broken.append(kind)
        deliver(render_reply(2, b"", b"broken"))


def talk(tmp_path, *parts, half_close=False, desk=None):
    async def run():
        listener = bind(tmp_path / "s.sock")
        server = await serve(listener, desk or Desk())
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

    return uvloop.run(run())


def test_one_frame_in_one_frame_out_then_the_connection_ends(tmp_path):
    answer = talk(tmp_path, render_request("hook", b"body", agent="x"))
    assert answer == render_reply(0, f"hook {os.getuid()} ".encode() + b"body", b"")


def test_a_frame_may_arrive_in_pieces(tmp_path):
    frame = render_request("hook", b"x" * 1000, agent="x")
    assert talk(tmp_path, frame[:3], frame[3:30], frame[30:500], frame[500:]).endswith(b"x" * 1000)


def test_a_client_that_closes_its_side_still_gets_a_late_answer(tmp_path):
    assert talk(tmp_path, render_request("hook", b"b", agent="later"), half_close=True).endswith(b"b")


def test_a_bug_in_one_call_becomes_an_answer(tmp_path):
    desk = Desk()
    assert talk(tmp_path, render_request("hook", b"b", agent="raise"), desk=desk).endswith(b"broken")
    assert desk.broken == ["hook"]


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\n\n", b"HR1 hook agent=x len=99999999\n", b"HR1 hook agent=x\n", b"x" * 600, b"HR1 hook agent=x len=5\nabc"])
def test_what_is_not_a_whole_frame_gets_nothing(tmp_path, data):
    assert talk(tmp_path, data, half_close=True) == b""


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
def test_another_user_is_dropped_before_a_byte_is_read(tmp_path):
    path = tmp_path / "s.sock"
    desk = Desk()

    async def run():
        server = await serve(bind(path), desk)
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

    assert uvloop.run(run()) == 0


def test_the_socket_outlives_the_server(tmp_path):
    """Python 3.13 and later remove it by default; the supervisor and systemd hold the listener for the next sensor."""
    talk(tmp_path, render_request("hook", b"body", agent="x"))
    assert (tmp_path / "s.sock").is_socket()
