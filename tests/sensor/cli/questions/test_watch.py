"""`handrail quarantine watch` in a real pseudo-terminal, with a real sensor."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest


class Terminal:
    """A pseudo-terminal in which the command runs; `seen` is everything it wrote since the last look."""

    def __init__(self, prefix, rows=24, columns=80):
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environment = {"HOME": str(prefix), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8", "USER": "sam"}
        self.process = subprocess.Popen([sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", str(prefix), "quarantine", "watch"],
                                        stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # ignored where a shell runs the tests in the background
        self.seen = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, words, seconds=20):
        """Read until `words` were written."""
        deadline = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < deadline, f"{words!r} is not in {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                self.seen += os.read(self.master, 65536).decode("utf-8", "replace")

    def ended(self, seconds=60):
        """Read until the program has ended, which waits for what it wrote last; its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it goes on after {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.process.returncode

    def press(self, key):
        self.seen = ""
        os.write(self.master, key.encode())

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def screen(live):
    opened = []

    def make(**size):
        opened.append(Terminal(live.prefix, **size))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_a_held_call_appears_and_is_approved_by_a_key(live, screen):
    terminal = screen()
    terminal.until("Nothing waits")
    assert live.bash("git push --force origin watched", "toolu_w1")[1] != {}
    terminal.until("git push --force origin watched")
    terminal.press("a")
    terminal.press("j")
    terminal.until("folder")
    terminal.press("aaaa")
    terminal.until("Approved Q")
    assert live.bash("git push --force origin watched", "toolu_w2")[1] == {}, "the next identical call passes"
    assert live.bash("git push --force origin watched", "toolu_w3")[1] != {}, "once"
    approval = [entry["approval"] for entry in live.entries() if entry["kind"] == "approval"][-1]
    assert approval["by"] == "sam" and approval["action"] == "approve"


def test_a_repeated_key_approves_one_call(live, screen):
    for number in range(3):
        live.bash(f"git push --force origin many{number}", f"toolu_m{number}")
    terminal = screen()
    terminal.until("many2")
    terminal.press("j")
    terminal.until("folder")
    for _ in range(6):
        terminal.press("aaa")
        time.sleep(0.3)
    terminal.until("Choose a call")
    states = [call["state"] for call in live.op("quarantine.list")["calls"] if any("many" in text for _label, text in call["lines"])]
    assert sorted(states) == ["approved", "pending", "pending"]


def test_a_rejected_call_leaves_the_screen_and_quit_restores_the_terminal(live, screen):
    live.bash("git push --force origin refused", "toolu_w4")
    terminal = screen()
    terminal.until("git push --force origin refused")
    waiting = live.op("quarantine.list", state="pending")["calls"]
    terminal.press("j")
    terminal.until("folder")
    terminal.press("r")
    terminal.until("Rejected Q")
    assert len(live.op("quarantine.list", state="pending")["calls"]) == len(waiting) - 1
    terminal.resize(12, 50)
    terminal.press("q")
    assert terminal.ended() == 0
    assert termios.tcgetattr(terminal.slave)[3] == terminal.before[3], "echo and line mode are back"


def test_always_here_is_typed_reviewed_and_holds_in_another_session(live, screen):
    live.bash("git push --force origin lasting", "toolu_l1")
    terminal = screen()
    terminal.until("git push --force origin lasting")
    terminal.press("j")
    terminal.until("folder")
    terminal.press("AAAA")
    terminal.until("For how many days")
    terminal.press("\x7f3\r")
    terminal.until("right here")
    terminal.press("où on publie\r")
    terminal.until("Why: où on publie")
    assert live.op("quarantine.list")["allowances"] == []
    terminal.press("y")
    terminal.until("Always allowed here for 3 days")
    (made,) = live.op("quarantine.list")["allowances"]
    assert (made["reason"], made["by"]) == ("où on publie", "sam")
    assert live.bash("git push --force origin lasting", "toolu_l2", session_id="another")[1] == {}
    live.op("quarantine.revoke", id=made["id"])


def test_a_note_is_kept_with_the_refusal(live, screen):
    live.bash("git push --force origin noted", "toolu_n1")
    terminal = screen()
    terminal.until("git push --force origin noted")
    terminal.press("j")
    terminal.until("folder")
    terminal.press("n")
    terminal.until("Why not?")
    terminal.press("q no\r")
    terminal.until("Rejected Q")
    (held,) = [call for call in live.op("quarantine.list")["calls"] if "noted" in str(call["lines"])]
    assert (held["state"], held["note"]) == ("rejected", "q no")


def test_without_a_terminal_it_says_what_to_use(terminal):
    error = terminal.error("quarantine", "watch")
    assert "needs a terminal" in error.message and "handrail quarantine list" in error.next_step


def test_ctrl_c_quits_as_q_does(live, screen):
    terminal = screen()
    terminal.until("q quit")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.ended() == 0 and termios.tcgetattr(terminal.slave)[3] == terminal.before[3]
