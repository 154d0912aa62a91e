"""How the work for a text grows with its length."""

from __future__ import annotations

import time
from collections.abc import Callable


def growth(run: Callable[[str], object], unit: str, size: int = 4_000, times: int = 4) -> float:
    """CPU time for `unit` repeated to `times` times `size` characters, as a multiple of that for `size`: about `times` for work that is linear, its square for a loop in a loop.

    The least of several runs counts, as other programs on the machine make some longer."""
    short, long = (unit * (length // len(unit)) for length in (size, size * times))
    return _least(run, long) / _least(run, short)


def _least(run: Callable[[str], object], text: str) -> float:
    spent = []
    for _ in range(5):
        began = time.process_time_ns()
        run(text)
        spent.append(time.process_time_ns() - began)
    return max(min(spent), 1)
