"""Patterns of the shell against names, whatever an agent wrote."""

from __future__ import annotations

import fnmatch

MAX_PATH = 4096


def fits_glob(name: str, pattern: str) -> bool:
    """Whether `name` fits a pattern with `*`, `?` and `[...]`. A bracket that nothing closes fits any one character.

    The standard library looks for the end of each such bracket in the whole rest: 20 KB of them took ten seconds.
    A pattern longer than any path may fit everything.
    """
    if len(pattern) > MAX_PATH:
        return True
    closed, end, rest = pattern.rpartition("]")
    return fnmatch.fnmatchcase(name, closed + end + rest.replace("[", "?"))
