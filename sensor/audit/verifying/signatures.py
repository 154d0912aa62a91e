"""Entry signatures in bulk: independent of each other, so divided among worker processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from sensor.audit.form.keys import ENTRY_TAG, is_signed

BATCH = 2000
# Below this a pool costs more than it saves: starting a worker takes some hundred milliseconds.
POOL_FROM = 12_000
MAX_AHEAD = 8

Job = tuple[int, bytes, bytes, bytes]
"""(seq, leaf, signature, public key)."""


def first_bad(jobs: Sequence[Job]) -> int:
    """Seq of the first entry whose signature does not verify, -1 when all do."""
    for seq, leaf, sig, public in jobs:
        if not is_signed(ENTRY_TAG + leaf, sig, public):
            return seq
    return -1


class SignatureChecker:
    """Collects signatures and checks them in batches; in this process when there are few or `workers` is 1."""

    def __init__(self, workers: int) -> None:
        """Use up to `workers` processes."""
        self._workers = workers
        self._jobs: list[Job] = []
        self._held: list[list[Job]] = []
        self._pool: ProcessPoolExecutor | None = None
        self._running: list[Future[int]] = []
        self._bad = -1
        self.checked = 0

    def add(self, job: Job) -> None:
        """Take one signature."""
        self._jobs.append(job)
        if len(self._jobs) == BATCH:
            self._flush()

    def finish(self) -> int:
        """Check everything taken so far; the first bad seq, -1 when all verify."""
        self._flush()
        for batch in self._held:
            self._take(first_bad(batch))
        self._held = []
        for future in self._running:
            self._take(future.result())
        self._running = []
        return self._bad

    def close(self) -> None:
        """End the worker processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _flush(self) -> None:
        batch, self._jobs = self._jobs, []
        if not batch:
            return
        self.checked += len(batch)
        if self._workers <= 1:
            self._take(first_bad(batch))
            return
        self._held.append(batch)
        if self._pool is None and self.checked >= POOL_FROM:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))
        if self._pool is not None:
            self._running += [self._pool.submit(first_bad, held) for held in self._held]
            self._held = []
            while len(self._running) > MAX_AHEAD:
                self._take(self._running.pop(0).result())

    def _take(self, bad: int) -> None:
        if bad >= 0 and (self._bad < 0 or bad < self._bad):
            self._bad = bad
