"""`handrail run`: keep the processes of one installation alive until told to stop.

The loop sleeps in `select` until a child ends, a signal arrives or a restart falls due; nothing is polled. A child that
somebody stops goes on at once: the system tells its parent. A hook client that got no answer tells by SIGCONT, which also
wakes a supervisor that was stopped itself and harms no process that is none; a sensor that then does not answer is
replaced. Under systemd that is the watchdog's, which is answered only while the sensor answers.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sensor.host.running.lock import LOCK_FILE, InstanceLock
from sensor.host.running.notify import Notifier
from sensor.host.services.children import Child, ChildSpec, RunState, end_leftovers, load_state, save_state

STOPPING = (signal.SIGTERM, signal.SIGINT)
WATCHED = (signal.SIGCHLD, signal.SIGHUP, signal.SIGCONT, *STOPPING)
STOP_GRACE_S = 5.0
FIRST_ANSWER_S = 120.0
UNANSWERED = 2  # questions in a row, after which a sensor that a client told about is replaced
STATE_FILE = "children.json"

log = logging.getLogger(__name__)


class Supervisor:
    """Runs `specs` in their order; stops them in the reverse order.

    `listen` opens the socket that children with a `socket_option` inherit; it is called once the lock is held. `is_healthy` says whether the sensor answers;
    it decides when systemd is told that we are ready and whether its watchdog is fed.
    """

    def __init__(
        self, specs: Sequence[ChildSpec], run: Path, listen: Callable[[], socket.socket] | None = None, *,
        notifier: Notifier | None = None, is_healthy: Callable[[], bool] = lambda: True,
    ) -> None:
        self._children = [Child(spec) for spec in specs]
        self._run = run
        self._listen = listen
        self._listener: socket.socket | None = None
        self._notifier = notifier or Notifier()
        self._is_healthy = is_healthy
        self._began = time.time()
        self._answered: set[int] = set()
        self._stopping = False
        self._questions = 0

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT. Must be called in the main thread. Raises AlreadyRunning."""
        lock = InstanceLock(self._run / LOCK_FILE)
        try:
            for name in end_leftovers(load_state(self._run / STATE_FILE)):
                log.warning("ended %s, left over from a supervisor that was killed", name)
            self._listener = self._listen() if self._listen is not None else None
            with _signals() as received:
                self._start_all()
                self._loop(received)
                self._stop_all()
        finally:
            lock.release()

    def _start_all(self) -> None:
        for child in self._children:
            child.start(self._socket_fd())
        self._record()
        self._feed(ready=True)

    def _loop(self, received: socket.socket) -> None:
        selector = selectors.DefaultSelector()
        selector.register(received, selectors.EVENT_READ)
        next_feed = self._next_feed()
        while not self._stopping:
            events = selector.select(self._timeout(next_feed))
            if events:
                self._note_signals(received.recv(256))
            self._restart_due()
            self._question()
            if next_feed is not None and time.monotonic() >= next_feed:
                self._feed(ready=False)
                next_feed = self._next_feed()
        selector.close()

    def _note_signals(self, numbers: bytes) -> None:
        self._stopping = any(number in STOPPING for number in numbers)
        if signal.SIGCHLD in numbers:
            for child in self._children if not self._stopping else ():
                if child.resume():
                    log.warning("%s was stopped by another process and goes on", child.spec.name)
        if signal.SIGCONT in numbers and not self._notifier.watchdog_s:
            self._questions = self._questions or UNANSWERED  # a call more is no new question: busy agents would put the end off for ever
        ended = [child for child in self._children if child.reap()]
        for child in ended:
            log.warning("%s ended: %s", child.spec.name, child.state.last_exit)
        if ended and not self._stopping:
            self._record()

    def _restart_due(self) -> None:
        due = [child for child in self._children if child.due is not None and child.due <= time.monotonic()]
        for child in due if not self._stopping else ():
            child.start(self._socket_fd())
        if due:
            self._record()

    def _question(self) -> None:
        """Ask the sensor once, where a client told that it got no answer; signals are heard between two questions."""
        if not self._questions or self._stopping:
            return
        self._questions -= 1
        if self._answers() or self._may_still_start():
            self._questions = 0
        elif not self._questions:
            for child in self._children:
                if child.spec.socket_option:
                    log.warning("%s does not answer and is replaced", child.spec.name)
                    child.kill()

    def _timeout(self, next_feed: float | None) -> float | None:
        if self._questions:
            return 0.0
        moments = [child.due for child in self._children if child.due is not None]
        if next_feed is not None:
            moments.append(next_feed)
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _next_feed(self) -> float | None:
        period = self._notifier.watchdog_s
        return time.monotonic() + period / 2 if period else None

    def _feed(self, *, ready: bool) -> None:
        if not self._notifier.address:
            return
        if ready:
            self._notifier.send("READY=1", f"MAINPID={os.getpid()}")
        if self._notifier.watchdog_s and (self._answers() or self._may_still_start()):
            self._notifier.send("WATCHDOG=1")

    def _answers(self) -> bool:
        healthy = self._is_healthy()
        if healthy:
            self._answered = {child.state.pid for child in self._children if child.spec.socket_option}
        return healthy

    def _may_still_start(self) -> bool:
        """A sensor that has not answered yet may be compiling its rules: on a slow machine for longer than the watchdog waits."""
        new = [child for child in self._children if child.spec.socket_option and child.state.pid not in (0, *self._answered)]
        return any(child.age_s() < FIRST_ANSWER_S for child in new)

    def _stop_all(self) -> None:
        self._notifier.send("STOPPING=1")
        for child in reversed(self._children):
            child.stop(STOP_GRACE_S)
        self._record()

    def _socket_fd(self) -> int | None:
        return self._listener.fileno() if self._listener is not None else None

    def _record(self) -> None:
        state = RunState(supervisor=os.getpid(), started=self._began, children=tuple(child.state for child in self._children))
        try:
            save_state(self._run / STATE_FILE, state)
        except OSError as error:  # a full disk must not stop supervision
            log.warning("cannot write %s: %s", self._run / STATE_FILE, error)


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket on which the numbers of arriving signals can be read; former handlers are put back at the end."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in WATCHED}
    old_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(old_fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()
