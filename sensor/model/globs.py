"""Patterns of the shell against names, whatever an agent wrote."""

from __future__ import annotations

import fnmatch


def fits_glob(name: str, pattern: str) -> bool:
    """Whether `name` fits_glob a pattern with `*`, `?` and `[...]`. A bracket that nothing closes fits_glob any one character.

    The standard library looks for the end of each such bracket in the whole rest: 20 KB of them took ten seconds.
    """
    closed, end, rest = pattern.rpartition("]")
    return fnmatch.fnmatchcase(name, closed + end + rest.replace("[", "?"))
