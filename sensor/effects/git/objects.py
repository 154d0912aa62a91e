"""Commits and folders of a git repository, read from its files without running git: where a work tree keeps them, loose or packed."""

from __future__ import annotations

import os
import struct
import zlib

MAX_PACKED = 1_000_000
_MAX_OBJECT = 65536
_MAX_PACKS = 50
_MAX_BUCKET = 2_000_000
_MAX_CHAIN = 60
_DIFFERENCE = 6  # to what begins a distance before it
_KINDS = {"commit": 1, "tree": 2}
ERRORS = (OSError, ValueError, IndexError, struct.error, zlib.error)
"""What reading a repository may raise; callers then know nothing."""


def folders(root: str) -> tuple[str, str]:
    """The git folder of the work tree at `root`, and the one that holds refs and objects; they differ in a linked work tree."""
    own = root + "/.git"
    if not os.path.isfile(own):
        return own, own
    own = os.path.join(root, text(own, 4096).strip().removeprefix("gitdir: "))
    return own, os.path.normpath(os.path.join(own, text(own + "/commondir", 4096).strip()))


def text(path: str, limit: int) -> str:
    """The whole of a file of at most `limit` bytes."""
    return data(path, limit).decode("utf-8")


def data(path: str, limit: int) -> bytes:
    """The same, as it is."""
    with open(path, "rb") as file:
        found = file.read(limit + 1)
    if len(found) > limit:
        raise ValueError(path)
    return found


def head_commit(own: str, common: str) -> str:
    """The commit that is checked out."""
    head = text(own + "/HEAD", 4096).strip()
    if head.startswith("ref: refs/") and ".." not in head:
        name = head[5:]
        head = text(f"{common}/{name}", 4096).strip() if os.path.exists(f"{common}/{name}") else packed_refs(common).get(name, "")
    if len(head) != 40 or not head.isalnum():
        raise ValueError(head)
    return head


def packed_refs(common: str) -> dict[str, str]:
    """Commit of every packed ref by full name."""
    path = common + "/packed-refs"
    lines = text(path, MAX_PACKED).splitlines() if os.path.exists(path) else []
    parts = [line.partition(" ") for line in lines]
    return {name: commit for commit, _, name in parts if len(commit) == 40 and name}


def commit_text(common: str, commit: str) -> str:
    """What a commit says: `tree HASH`, `parent HASH`, ... Raises when it is not there."""
    return _object(common, commit, "commit").decode("utf-8", "replace")


def blob_names(common: str, commit: str) -> dict[str, str]:
    """Hash of every file at the root of a commit, by name."""
    rest, found = _object(common, commit_text(common, commit)[5:45], "tree"), {}
    while rest:
        mode, _, rest = rest.partition(b" ")
        name, _, rest = rest.partition(b"\0")
        if mode.startswith(b"100"):
            found[name.decode("utf-8", "replace")] = rest[:20].hex()
        rest = rest[20:]
    return found


def _object(common: str, name: str, kind: str) -> bytes:
    path = f"{common}/objects/{name[:2]}/{name[2:]}"
    if not os.path.exists(path):
        return _packed(common + "/objects/pack", bytes.fromhex(name), _KINDS[kind])
    with open(path, "rb") as file:
        whole = zlib.decompressobj().decompress(file.read(_MAX_OBJECT), _MAX_OBJECT)
    head, _, body = whole.partition(b"\0")
    if not head.startswith(kind.encode() + b" "):
        raise ValueError(name)
    return body


def _packed(folder: str, name: bytes, kind: int) -> bytes:
    indexes = sorted(file for file in os.listdir(folder) if file.endswith(".idx"))
    for index in indexes[:_MAX_PACKS]:
        path = os.path.join(folder, index)
        offset = _offset(path, name)
        if offset:
            return _unpacked(path[:-3] + "pack", offset, kind)
    raise ValueError(name.hex())


def _offset(path: str, name: bytes) -> int:
    """Where an index of version 2 says that an object begins, 0 when it does not know it."""
    with open(path, "rb") as file:
        head = file.read(8 + 1024)
        if head[:8] != b"\xfftOc\0\0\0\x02":
            raise ValueError(path)
        fanout = struct.unpack_from(">256I", head, 8)
        first, last, total = fanout[name[0] - 1] if name[0] else 0, fanout[name[0]], fanout[255]
        file.seek(8 + 1024 + 20 * first)
        bucket = file.read(min(20 * (last - first), _MAX_BUCKET))
        at = bucket.find(name)
        while at > 0 and at % 20:
            at = bucket.find(name, at + 1)
        if at < 0:
            return 0
        file.seek(8 + 1024 + 24 * total + 4 * (first + at // 20))
        offset = int(struct.unpack(">I", file.read(4))[0])
        if offset & 0x80000000:
            file.seek(8 + 1024 + 28 * total + 8 * (offset & 0x7FFFFFFF))
            offset = int(struct.unpack(">Q", file.read(8))[0])
    return offset


def _unpacked(path: str, offset: int, wanted: int, chain: int = 0) -> bytes:
    """The object of the `wanted` kind that begins at `offset` of a pack."""
    with open(path, "rb") as file:
        file.seek(offset)
        raw = file.read(_MAX_OBJECT)
    kind, start = raw[0] >> 4 & 7, 1
    while raw[start - 1] & 0x80:
        start += 1
    if kind not in (wanted, _DIFFERENCE) or chain > _MAX_CHAIN:
        raise ValueError(path)
    back = 0
    if kind == _DIFFERENCE:
        back = raw[start] & 0x7F
        while raw[start] & 0x80:
            start += 1
            back = (back + 1) << 7 | raw[start] & 0x7F
        start += 1
    found = zlib.decompressobj().decompress(raw[start:], _MAX_OBJECT)
    return found if kind == wanted else _changed(_unpacked(path, offset - back, wanted, chain + 1), found)


def _changed(base: bytes, steps: bytes) -> bytes:
    """`base` after a difference was applied: its steps copy a piece of the base or bring one of their own."""
    at = _behind_size(steps, _behind_size(steps, 0))
    out = b""
    while at < len(steps) and len(out) <= _MAX_OBJECT:
        step = steps[at]
        at += 1
        if not step & 0x80:
            out += steps[at : at + step]
            at += step
            continue
        numbers = [0] * 7
        for bit in range(7):
            if step >> bit & 1:
                numbers[bit] = steps[at]
                at += 1
        start, size = int.from_bytes(bytes(numbers[:4]), "little"), int.from_bytes(bytes(numbers[4:]), "little") or 0x10000
        out += base[start : start + size]
    return out


def _behind_size(steps: bytes, at: int) -> int:
    while steps[at] & 0x80:
        at += 1
    return at + 1
