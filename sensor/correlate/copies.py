"""Where what a command copies or moves will lie: by name below a folder that is there, in place of it where nothing is yet."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from sensor.model.effects import Effect
from sensor.model.globs import fits_glob

COPIERS = frozenset({"cp", "mv", "install", "rsync", "ln", "ditto", "gcp", "gmv", "ginstall", "rename"})
MAX_LANDED = 500  # files of one command
PATTERN = re.compile(r"[*?\[]")


def landings(effect: Effect, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(from, to) of what `effect` copies, as the disk is before it.

    That is what it names, and those of `files` (sorted) that lie below that or that its pattern means.
    """
    return islice(_landings(effect, files), MAX_LANDED)


def _landings(effect: Effect, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    for target in dict.fromkeys(ref.path for ref in effect.writes if ref.path and not ref.glob):
        for raw, source in dict.fromkeys((ref.raw, ref.path) for ref in effect.reads + effect.deletes if ref.path):
            into = os.path.isdir(target) and not (effect.program == "rsync" and raw.endswith("/"))
            for start in _meant(source, files):
                place = f"{target}/{start.rpartition('/')[2]}" if into else target
                yield start, place
                for file in starting_with(start + "/", files):
                    yield file, place + file[len(start):]


def _meant(path: str, files: Sequence[str]) -> Iterator[str]:
    """`path` itself, and of a pattern those of `files` and their folders that it means."""
    pattern = PATTERN.search(path)
    yield path
    if pattern is not None:
        depth = path.count("/")
        found = ("/".join(file.split("/")[: depth + 1]) for file in starting_with(path[: pattern.start()], files))
        yield from dict.fromkeys(one for one in found if fits_glob(one, path))


def starting_with(start: str, files: Sequence[str]) -> Iterator[str]:
    """Those of `files` (sorted) that begin with `start`."""
    return takewhile(lambda file: file.startswith(start), islice(files, bisect_left(files, start), None))
