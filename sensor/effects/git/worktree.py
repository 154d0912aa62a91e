"""Whether a git work tree holds anything that is not committed, found from its files without running git.

Only a clear yes counts: what is too large, of an unknown form or merely likely is taken for changed.
"""

from __future__ import annotations

import os
import stat
import struct

from sensor.effects.git.objects import ERRORS, commit_text, data, folders, head_commit

MAX_INDEX = 1_000_000
MAX_ENTRIES = 2000
_STAT = struct.Struct(">10I20sH")
_PLAIN_FLAGS = 0x0FFF  # neither assumed unchanged, nor extended, nor of a merge


def matches_head(root: str) -> bool:
    """Whether files and index are as the last commit has them."""
    try:
        own, common = folders(root)
        index = data(own + "/index", MAX_INDEX)
        end = _entries_end(root, own, index)
        return end > 0 and _index_tree(index, end) == commit_text(common, head_commit(own, common))[5:45]
    except ERRORS:
        return False


def _entries_end(root: str, own: str, index: bytes) -> int:
    """Offset behind the last entry, 0 when a file differs or cannot be compared."""
    signature, version, count = struct.unpack_from(">4sII", index)
    if signature != b"DIRC" or version not in (2, 3) or count > MAX_ENTRIES:
        return 0
    written = os.stat(own + "/index").st_mtime_ns
    offset = 12
    for _ in range(count):
        made, made_part, seconds, nanoseconds, _, _, mode, _, _, size, _, flags = _STAT.unpack_from(index, offset)
        if flags & ~_PLAIN_FLAGS or flags == _PLAIN_FLAGS:
            return 0
        start = offset + _STAT.size
        facts = os.lstat(os.path.join(os.fsencode(root), index[start : start + flags]))
        changed = seconds * 1_000_000_000 + nanoseconds
        same = changed == facts.st_mtime_ns and made * 1_000_000_000 + made_part == facts.st_ctime_ns and size == facts.st_size and stat.S_IFMT(mode) == stat.S_IFMT(facts.st_mode)
        # a file written in the moment the index was may have changed since without a trace
        if not same or changed >= written or bool(mode & 0o100) != bool(facts.st_mode & 0o100):
            return 0
        offset += (_STAT.size + flags + 8) & ~7
    return offset


def _index_tree(index: bytes, offset: int) -> str:
    """The tree that the whole index stands for, as its cache remembers it; it forgets when anything is staged."""
    while offset + 8 <= len(index) - 20:
        name, size = struct.unpack_from(">4sI", index, offset)
        if name == b"TREE":
            path, _, rest = index[offset + 8 : offset + 8 + size].partition(b"\0")
            counts, _, rest = rest.partition(b"\n")
            if path or counts.startswith(b"-"):
                break
            return rest[:20].hex()
        offset += 8 + size
    raise ValueError("no tree")
