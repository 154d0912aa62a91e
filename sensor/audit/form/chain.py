"""Hashes of the log: RFC 6962 leaves, the link between entries, and the compact range of the Merkle tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

SEED_TAG = b"handrail-log-v1\n"
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Leaf of canonical bytes; also the `prev` of the next entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def seed(origin: str) -> bytes:
    """`prev` of the entry with seq 0: fixed by the log's name, so that two logs never share a chain."""
    return leaf_hash(SEED_TAG + origin.encode("utf-8"))


class CompactRange:
    """Peaks of the perfect subtrees of a tree that only grows: about log2(n) hashes."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Resume at `size` with its peaks, largest first. Raises ValueError when their number does not fit."""
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count() or any(len(peak) != 32 for peak in self.peaks):
            raise ValueError("number of peaks does not fit the tree size")

    def append(self, leaf: bytes) -> None:
        """Add the next leaf."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Root hash of the tree (RFC 6962 MTH)."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root
