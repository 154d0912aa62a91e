"""A real shell on a real terminal: type, read until the prompt is back, see what stands there without what only moves the cursor."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import time
from pathlib import Path

import psutil

PROMPT = "P> "
_MOVES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[=>78cHMNOZ]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Za-z]|\x1b[P_^][^\x1b]*\x1b\\")
SECONDS = 20.0


def plain(text: str) -> str:
    """What is left for a reader."""
    return re.sub(r"⏎ +", "", _MOVES.sub("", text)).replace("\r", "")


class Terminal:
    """One shell. `type` gives what the line printed."""

    def __init__(self, words: list[str], env: dict[str, str], cwd: Path) -> None:
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(words[0], words, env)
        self.seen = ""
        self.wait()

    def send(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def wait(self, until: str = PROMPT, seconds: float = SECONDS) -> str:
        """Read until the text ends with a prompt (or holds `until`) and nothing more comes."""
        text, deadline = "", time.monotonic() + seconds
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.handle], [], [], 0.25)
            if ready:
                try:
                    chunk = os.read(self.handle, 65536)
                except OSError:
                    break
                if not chunk:
                    break
                self._answer(chunk)
                text += chunk.decode("utf-8", "replace")
            elif (until == PROMPT and plain(text).rstrip("\n ").endswith(PROMPT.strip())) or (until != PROMPT and until in plain(text)):
                break
        self.seen += text
        return plain(text)

    def _answer(self, chunk: bytes) -> None:
        """What a terminal answers when it is asked who it is and where the cursor stands (fish does)."""
        for question, answer in ((b"\x1b[c", b"\x1b[?62c"), (b"\x1b[0c", b"\x1b[?62c"), (b"\x1b[6n", b"\x1b[1;1R")):
            if question in chunk:
                os.write(self.handle, answer)

    def type(self, line: str, enter: str = "\r") -> str:
        """What stands between the typed line and the next prompt."""
        self.send(line + enter)
        return self.output(self.wait())

    def begin(self, line: str) -> None:
        """Type a line that goes on, and come back when its program has the terminal."""
        shell, deadline = os.tcgetpgrp(self.handle), time.monotonic() + SECONDS
        self.send(line + "\r")
        while os.tcgetpgrp(self.handle) == shell and time.monotonic() < deadline:
            time.sleep(0.05)
        self.wait("nothing", 0.6)

    @staticmethod
    def output(text: str) -> str:
        """Without the echo of the line and the prompts."""
        _, _, rest = text.partition("\n")
        rest = rest.rstrip()
        return rest.removesuffix(PROMPT.strip()).rstrip()

    def end(self) -> int:
        """Type exit 3, again every two seconds as a shell that knows of a job wants to be asked twice; the exit code."""
        deadline, asked = time.monotonic() + 60, 0.0
        while (now := time.monotonic()) < deadline:
            if now - asked > 2:
                asked = now
                with contextlib.suppress(OSError):
                    self.send("exit 3\r")
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self.handle)
                return os.waitstatus_to_exitcode(status)
            with contextlib.suppress(OSError):
                if select.select([self.handle], [], [], 0.05)[0]:
                    os.read(self.handle, 65536)
        for one in (*psutil.Process(self.pid).children(recursive=True), psutil.Process(self.pid)):  # a shell that hangs would go on without its terminal
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        os.waitpid(self.pid, 0)
        os.close(self.handle)
        return -1
