"""How the C library keeps memory that is free again. glibc only; elsewhere nothing is done."""

from __future__ import annotations

import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
LARGE = 128 * 1024


def keep_together() -> None:
    """One arena for all threads, and large blocks apart, so that each goes back to the system when it is freed.

    Called before the first thread. Python lets one thread allocate at a time, so that more arenas would only keep more free memory.
    """
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(M_ARENA_MAX, 1)
        option(M_MMAP_THRESHOLD, LARGE)
