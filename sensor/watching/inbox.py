"""Where hints wait: told by threads, taken by the watcher's loop. Each name waits once, however often it is told of."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sensor.watching.eyes import DROPPED, Hint


class Inbox:
    """`is_wanted` says which hints matter; it is called in the thread that tells, so that others cost next to nothing."""

    def __init__(self) -> None:
        self.is_wanted: Callable[[Hint], bool] = lambda hint: True
        self._waiting: dict[tuple[str, str], Hint] = {}
        self._changed = threading.Condition()

    def tell(self, hint: Hint) -> None:
        """Take a hint over; the latest about a name counts."""
        if hint.what is not DROPPED and not self.is_wanted(hint):
            return
        with self._changed:
            self._waiting[(hint.folder, hint.name)] = hint
            self._changed.notify()

    def wake(self) -> None:
        """End a wait without a hint."""
        with self._changed:
            self._changed.notify()

    def take(self, seconds: float) -> tuple[Hint, ...]:
        """Everything that waits, after up to `seconds` when nothing does."""
        with self._changed:
            if not self._waiting and seconds > 0:
                self._changed.wait(seconds)
            taken = tuple(self._waiting.values())
            self._waiting.clear()
        return taken
