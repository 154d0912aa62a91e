"""In which order the parts of a long text are looked at, so that a budget that runs out has seen both ends."""

from __future__ import annotations

from collections.abc import Iterator

WINDOW = 256 * 1024
# What begins in one window and ends in the next is whole in one of them.
OVERLAP = 4 * 1024


def windows(size: int, window: int = WINDOW, overlap: int = OVERLAP) -> Iterator[tuple[int, int]]:
    """(start, end) of the windows of a text: the first, the last, then the middle in order."""
    if size <= window:
        yield 0, size
        return
    step = window - overlap
    starts = list(range(0, size - overlap, step))
    for start in (starts[0], starts[-1], *starts[1:-1]):
        yield start, min(size, start + window)
