"""Whether a git work tree holds anything that is not committed, found from its files without running git.

Only a clear yes counts: what is too large, of an unknown form or merely likely is taken for changed.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib

MAX_INDEX = 1_000_000
MAX_ENTRIES = 2000
MAX_OBJECT = 65536
_STAT = struct.Struct(">10I20sH")
_PLAIN_FLAGS = 0x0FFF  # neither assumed unchanged, nor extended, nor of a merge
_ERRORS = (OSError, ValueError, IndexError, struct.error, zlib.error)


def matches_head(root: str) -> bool:
    """Whether files and index are as the last commit has them."""
    try:
        data = _read(root + "/.git/index", MAX_INDEX)
        end = _entries_end(root, data)
        return end > 0 and _index_tree(data, end) == _head_tree(root + "/.git")
    except _ERRORS:
        return False


def _read(path: str, limit: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(path)
    return data


def _entries_end(root: str, data: bytes) -> int:
    """Offset behind the last entry, 0 when a file differs or cannot be compared."""
    signature, version, count = struct.unpack_from(">4sII", data)
    if signature != b"DIRC" or version not in (2, 3) or count > MAX_ENTRIES:
        return 0
    written = os.stat(root + "/.git/index").st_mtime_ns
    offset = 12
    for _ in range(count):
        made, made_part, seconds, nanoseconds, _, _, mode, _, _, size, _, flags = _STAT.unpack_from(data, offset)
        if flags & ~_PLAIN_FLAGS or flags == _PLAIN_FLAGS:
            return 0
        start = offset + _STAT.size
        facts = os.lstat(os.path.join(os.fsencode(root), data[start : start + flags]))
        changed = seconds * 1_000_000_000 + nanoseconds
        same = changed == facts.st_mtime_ns and made * 1_000_000_000 + made_part == facts.st_ctime_ns and size == facts.st_size and stat.S_IFMT(mode) == stat.S_IFMT(facts.st_mode)
        # a file written in the moment the index was may have changed since without a trace
        if not same or changed >= written or bool(mode & 0o100) != bool(facts.st_mode & 0o100):
            return 0
        offset += (_STAT.size + flags + 8) & ~7
    return offset


def _index_tree(data: bytes, offset: int) -> str:
    """The tree that the whole index stands for, as its cache remembers it; it forgets when anything is staged."""
    while offset + 8 <= len(data) - 20:
        name, size = struct.unpack_from(">4sI", data, offset)
        if name == b"TREE":
            path, _, rest = data[offset + 8 : offset + 8 + size].partition(b"\0")
            counts, _, rest = rest.partition(b"\n")
            if path or counts.startswith(b"-"):
                break
            return rest[:20].hex()
        offset += 8 + size
    raise ValueError("no tree")


def _head_tree(folder: str) -> str:
    """The tree of the last commit, when that is not packed."""
    head = _read(folder + "/HEAD", 4096).decode().strip()
    if head.startswith("ref: refs/") and ".." not in head:
        head = _read(f"{folder}/{head[5:]}", 4096).decode().strip()
    if len(head) != 40 or not head.isalnum():
        raise ValueError(head)
    packed = _read(f"{folder}/objects/{head[:2]}/{head[2:]}", MAX_OBJECT)
    text = zlib.decompressobj().decompress(packed, MAX_OBJECT)
    kind, _, body = text.partition(b"\0")
    if not kind.startswith(b"commit ") or not body.startswith(b"tree "):
        raise ValueError(head)
    return body[5:45].decode()
