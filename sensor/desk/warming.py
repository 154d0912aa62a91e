"""What a sensor makes ready after its start, while it answers: indexes, and databases of patterns and words that its cache lacks."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sensor.policy.ruleset import RuleSet

WARM_AFTER = 0.1  # seconds: calls that waited for the start are answered before what later ones need is built
LOOK_AGAIN = 3600.0  # seconds: a cache that was deleted is filled again
SECONDS = 600
QUICK_MEMORY = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=60000:glibc.malloc.trim_threshold=1000000000:glibc.malloc.top_pad=16000000"}
"""A compiler of patterns takes and frees millions of small pieces: a fifth less work where threads keep all they freed. Other C libraries ignore it."""

_LOG = logging.getLogger(__name__)


async def keep_warm(rules: Callable[[], RuleSet], cache: Path) -> None:
    """Until it is cancelled, for the rules in force. Belongs to the event loop that calls them."""
    await asyncio.sleep(WARM_AFTER)
    while True:
        await _warm(rules())
        if (sets := rules().uncompiled()) and await compile_beside(sets, cache):
            rules().take_compiled()
            await _warm(rules())
        give_back()
        await asyncio.sleep(LOOK_AGAIN)


async def _warm(rules: RuleSet) -> None:
    for _ in rules.warm():
        await asyncio.sleep(0)  # a call that has come meanwhile is judged now


def give_back() -> None:
    """Return memory that is free again to the system, 50 MB after a start that compiled; nothing where the C library cannot."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


async def compile_beside(sets: Sequence[Sequence[str]], cache: Path) -> bool:
    """Have a process put databases of these patterns into the cache; False, and a line in the log, when it did not."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-m", "sensor.patterns.compiling", str(cache),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, env={**os.environ, **QUICK_MEMORY})
    except OSError as error:
        _LOG.warning("patterns and words of rules stay with the slower engine: %s", error)
        return False
    try:
        _, err = await asyncio.wait_for(process.communicate(msgspec.msgpack.encode(sets)), SECONDS)
    except (asyncio.TimeoutError, asyncio.CancelledError) as stopped:
        process.kill()
        await process.wait()
        if isinstance(stopped, asyncio.CancelledError):
            raise
        err = f"it took longer than {SECONDS} s".encode()
    if process.returncode:
        _LOG.warning("patterns and words of rules stay with the slower engine: %s", err.decode("utf-8", "replace").strip()[-500:])
    return process.returncode == 0
