"""Time as entries record it: wall clock, monotonic clock that counts suspend, and the boot it belongs to."""

from __future__ import annotations

import calendar
import ctypes
import ctypes.util
import sys
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import msgspec


class Clock(msgspec.Struct, frozen=True):
    """The clocks of one boot: nanoseconds since 1970 (UTC), nanoseconds since boot, and the boot's identifier.

    `awake_ns` is like `mono_ns` but stands still while the machine sleeps; None = it never sleeps.
    """

    wall_ns: Callable[[], int]
    mono_ns: Callable[[], int]
    boot_id: str
    awake_ns: Callable[[], int] | None = None

    def slept_ns(self, mono_ns: int) -> int:
        """How long the machine has slept since its boot, at `mono_ns`, which is now."""
        return mono_ns - self.awake_ns() if self.awake_ns is not None else 0


def system_clock() -> Clock:
    """The machine's clocks: CLOCK_BOOTTIME, on macOS the monotonic clock that runs on during sleep."""
    return Clock(wall_ns=time.time_ns, mono_ns=_mono_ns(), boot_id=_boot_id(), awake_ns=_awake_ns())


def _mono_ns() -> Callable[[], int]:
    fallback = getattr(time, "CLOCK_MONOTONIC_RAW", time.CLOCK_MONOTONIC)
    number: int = getattr(time, "CLOCK_BOOTTIME", fallback)
    return partial(time.clock_gettime_ns, number)


def _awake_ns() -> Callable[[], int]:
    number: int = getattr(time, "CLOCK_UPTIME_RAW", time.CLOCK_MONOTONIC)
    return partial(time.clock_gettime_ns, number)


def _boot_id() -> str:
    if sys.platform == "darwin":
        return _sysctl("kern.bootsessionuuid").lower()
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _sysctl(name: str) -> str:
    library = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    size = ctypes.c_size_t(128)
    buffer = ctypes.create_string_buffer(size.value)
    if library.sysctlbyname(name.encode("ascii"), buffer, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
        raise OSError(ctypes.get_errno(), f"sysctl {name}")
    return buffer.value.decode("ascii")


def micros(ts: str) -> int:
    """Microseconds since 1970 of an entry's `ts`. Raises ValueError in any other form."""
    fraction = ts[20:26]
    if len(ts) != 27 or ts[19] != "." or ts[26] != "Z" or not (fraction.isascii() and fraction.isdigit()):
        raise ValueError(f"not a time stamp: {ts[:40]!r}")
    seconds = ts[17:19]
    if ts[16] != ":" or not (seconds.isascii() and seconds.isdigit()) or seconds > "59":
        raise ValueError(f"not a time stamp: {ts!r}")
    return _minute(ts[:16]) + int(seconds) * 1_000_000 + int(fraction)


@lru_cache(maxsize=1024)
def _minute(text: str) -> int:
    """Microseconds of a time up to its minutes: entries of one minute share it, and parsing is what costs."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M")) * 1_000_000


class Stamp:
    """RFC 3339 with microseconds, UTC. Keeps the formatted second: formatting costs more than signing's share."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def render(self, wall_ns: int) -> str:
        """"2026-01-02T03:04:05.678901Z" of nanoseconds since 1970."""
        micros = wall_ns // 1000
        second, fraction = divmod(micros, 1_000_000)
        if second != self._second:
            self._text = time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(second))
            self._second = second
        return f"{self._text}{fraction:06d}Z"
