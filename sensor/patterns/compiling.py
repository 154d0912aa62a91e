"""Databases that a sensor wants compiled beside it: `python -I -m sensor.patterns.compiling CACHE < SETS`.

A process of its own at the lowest priority: seconds of a compiler's work then neither delay calls nor leave its memory
with the sensor. SETS is a msgpack array of arrays of patterns. A database is put in the cache whole or not at all, so
that several of these, or one that is killed, do no harm.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from sensor.patterns import engines

PRIORITY = 19


def main() -> None:
    """Compile what the cache does not have. Exit code 1 when an engine refuses a pattern."""
    os.nice(PRIORITY)
    try:
        engines.compile_all(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[list[str]]), Path(sys.argv[1]))
    except engines.PatternError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
