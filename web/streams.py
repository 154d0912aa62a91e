"""How many live streams may be open: each holds a thread of the server."""

from __future__ import annotations

import threading


class Streams:
    """A counter with a cap, and the wish to end them all."""

    def __init__(self, cap: int) -> None:
        self._free = threading.BoundedSemaphore(cap) if cap else None
        self.ending = threading.Event()

    def enter(self) -> bool:
        """Take a place; False when all are taken."""
        return self._free is not None and self._free.acquire(blocking=False)

    def leave(self) -> None:
        """Give it back."""
        if self._free is not None:
            self._free.release()
