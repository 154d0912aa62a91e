"""Which files a patch changes: unified diffs and the `*** Begin Patch` form of coding agents."""

from __future__ import annotations

import re
from itertools import islice

import msgspec

MAX_FILES = 400
_LINE = re.compile(r"^(?:\*\*\* (Add|Update|Delete) File: (.+)|\*\*\* Move to: (.+)|--- (\S[^\t\n]*)(?:\t.*)?\n\+\+\+ (\S[^\t\n]*)(?:\t.*)?|rename (?:from|to) (.+))$", re.M)


class Patch(msgspec.Struct, frozen=True):
    """Paths as written, without the `a/` and `b/` of git. Not `whole` = it names more than MAX_FILES times a file; the rest is left out."""

    writes: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    whole: bool = True


def parse_patch(text: str) -> Patch | None:
    """The files of a patch, None when `text` is none."""
    if "*** " not in text and "+++ " not in text:
        return None
    writes: list[str] = []
    deletes: list[str] = []
    named = list(islice(_LINE.finditer(text), MAX_FILES + 1))
    for match in named[:MAX_FILES]:
        verb, path, moved, old, new, renamed = match.groups()
        if path:
            (deletes if verb == "Delete" else writes).append(path.strip())
        elif old and new:
            (deletes if new == "/dev/null" else writes).append(_plain(old if new == "/dev/null" else new))
        else:
            writes.append((moved or renamed).strip())
    return Patch(tuple(dict.fromkeys(writes)), tuple(dict.fromkeys(deletes)), len(named) <= MAX_FILES) if writes or deletes else None


def _plain(path: str) -> str:
    return path[2:] if path.startswith(("a/", "b/")) else path
