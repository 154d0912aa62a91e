"""Reads what models used from the histories of agents, some time after a call, in a thread of its own: no verdict waits for a file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from hooks.usage import Used, read_usage
from sensor.model.calls import ToolCall
from sensor.model.verdicts import JudgedCall

AGENT = "claude-code"
SECONDS = 2.0
MAX_WAITING = 500
MAX_FILES = 200
_LOG = logging.getLogger(__name__)

# (agent, session, file, where the next reading begins, what was used)
Deliver = Callable[[str, str, str, int, tuple[Used, ...]], None]


class UsageDesk:
    """Built once by `sensor.composition`. `offset` tells how far a file was counted; `deliver` is called in the desk's thread."""

    def __init__(self, *, offset: Callable[[str], int], deliver: Deliver, seconds: float = SECONDS) -> None:
        self._offset, self._deliver, self._seconds = offset, deliver, seconds
        self._due: dict[str, ToolCall] = {}
        self._at: dict[str, int] = {}
        self._lock = threading.Lock()
        self._grown, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def judged(self, judged: JudgedCall) -> None:
        """Remember that the history of a session grows. Never waits, reads nothing."""
        call = judged.call
        if call.agent != AGENT or not call.transcript.endswith(".jsonl"):
            return
        with self._lock:
            if len(self._due) < MAX_WAITING:
                self._due[call.transcript] = call
        self._grown.set()
        if self._thread is None:  # an agent without histories costs no thread
            self._thread = threading.Thread(target=self._work, name="usage", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End; what was not read yet is read after the next start."""
        self._stop.set()
        self._grown.set()
        if self._thread is not None:
            self._thread.join(5.0)

    def _work(self) -> None:
        while self._grown.wait() and not self._stop.wait(self._seconds):
            self._grown.clear()
            with self._lock:
                due, self._due = self._due, {}
            for call in due.values():
                for file in histories(Path(call.transcript)):
                    self._read(call, file)

    def _read(self, call: ToolCall, file: Path) -> None:
        name = str(file)
        start = self._at.get(name, self._offset(name))
        try:
            found, end = read_usage(file, start)
        except OSError as error:
            _LOG.debug("a history cannot be read: %s", error)
            return
        if end != start:
            if len(self._at) > MAX_WAITING * 4:
                self._at.clear()
            self._at[name] = end
            self._deliver(call.agent, call.session, name, end, found)


def histories(own: Path) -> Iterator[Path]:
    """The history of a session and those of its sub-agents."""
    yield own
    try:
        yield from sorted((own.with_suffix("") / "subagents").glob("*.jsonl"))[:MAX_FILES]
    except OSError:
        return
