"""Proofs of RFC 6962, about log2(n) hashes each: inclusion (an entry stands at its place in the tree of a checkpoint) and
consistency (the tree of a later checkpoint begins with the tree of an earlier one)."""

from __future__ import annotations

from collections.abc import Iterable

from sensor.audit.form.chain import node_hash

HASH = 32


class Tree:
    """All hashes of a tree, to make proofs from. Takes 64 bytes of memory per entry."""

    def __init__(self, leaves: Iterable[bytes], first: int = 0, peaks: tuple[bytes, ...] = ()) -> None:
        """Leaves `first`, `first` + 1, ...; `peaks` are those of the tree of size `first` (pruned entries)."""
        self._first = first
        self._known: dict[tuple[int, int], bytes] = {}
        start = 0
        for peak in peaks:
            width = 1 << (first - start).bit_length() - 1
            self._known[start, start + width] = peak
            start += width
        level = bytearray().join(leaves)
        self.size = first + len(level) // HASH
        self._levels: list[tuple[int, bytearray]] = [(first, level)]
        while len(level) >= 2 * HASH:
            begin, level = self._levels[-1]
            skip = begin & 1
            above = bytearray()
            for at in range(skip * HASH, len(level) - HASH, 2 * HASH):
                above += node_hash(bytes(level[at:at + HASH]), bytes(level[at + HASH:at + 2 * HASH]))
            self._levels.append(((begin + 1) >> 1, above))
            level = above

    def root(self, size: int) -> bytes:
        """Root of the first `size` entries. Raises ValueError outside the tree."""
        if not max(1, self._first) <= size <= self.size:
            raise ValueError(f"no tree of size {size}")
        return self._range(0, size)

    def path(self, seq: int, size: int) -> list[bytes]:
        """Inclusion proof of entry `seq` in the tree of `size` entries, from the leaf up. Raises ValueError outside it."""
        if not self._first <= seq < size <= self.size:
            raise ValueError(f"entry {seq} is not in a tree of size {size}")
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if seq < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        path.reverse()
        return path

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Consistency proof between the trees of `old` and `size` entries (RFC 6962, 2.1.2). Raises ValueError outside the tree.

        Empty for `old` 0 and for equal sizes. After pruning, `old` must not lie in what was pruned.
        """
        if not (0 <= old <= size <= self.size) or 0 < old < self._first:
            raise ValueError(f"no proof from {old} to {size}")
        path: list[bytes] = []
        start, end, whole = 0, size, True
        while old and old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if old and not whole:
            path.append(self._range(start, end))
        path.reverse()
        return path

    def _range(self, start: int, end: int) -> bytes:
        """Hash of the subtree over [start, end)."""
        width = end - start
        if width & (width - 1) == 0:
            known = self._known.get((start, end))
            if known is not None:
                return known
            if start >= self._first:
                begin, level = self._levels[width.bit_length() - 1]
                at = ((start // width) - begin) * HASH
                return bytes(level[at:at + HASH])
        middle = start + _split(width)
        return node_hash(self._range(start, middle), self._range(middle, end))


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def root_from_path(leaf: bytes, seq: int, size: int, path: list[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, 2.1.3.2). Raises ValueError when its length does not fit."""
    if not 0 <= seq < size:
        raise ValueError(f"entry {seq} is not in a tree of size {size}")
    place, last, node = seq, size - 1, leaf
    for step in path:
        if last == 0:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            node = node_hash(node, step)
        place >>= 1
        last >>= 1
    if last != 0:
        raise ValueError("the proof is too short")
    return node


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]) -> bool:
    """Whether `path` proves that the tree `new` (size, root) begins with the tree `old` (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (size, root) = old, new
    if old_size == 0 or old_size == size:
        return not path and (old_size == 0 or old_root == root)
    if not 0 < old_size < size or not path:
        return False
    steps = list(path) if old_size & (old_size - 1) else [old_root, *path]
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == root
