"""Proofs for every entry and pair of sizes of small trees, against the definition; after pruning too."""

from __future__ import annotations

import pytest

from sensor.audit.form.chain import CompactRange, leaf_hash, node_hash
from sensor.audit.form.proofs import Tree, is_consistent, root_from_path

LEAVES = [leaf_hash(bytes([number])) for number in range(70)]


def tree_path(seq, leaves):
    """PATH of RFC 6962, section 2.1.1."""

    def root(part):
        tree = CompactRange()
        for leaf in part:
            tree.append(leaf)
        return tree.root()

    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if seq < split:
        return [*tree_path(seq, leaves[:split]), root(leaves[split:])]
    return [*tree_path(seq - split, leaves[split:]), root(leaves[:split])]


def test_every_proof_of_every_size():
    tree, grown = Tree(LEAVES), CompactRange()
    for size in range(1, len(LEAVES) + 1):
        grown.append(LEAVES[size - 1])
        assert tree.root(size) == grown.root()
        for seq in range(size):
            path = tree.path(seq, size)
            assert path == tree_path(seq, LEAVES[:size])
            assert root_from_path(LEAVES[seq], seq, size, path) == grown.root()


@pytest.mark.parametrize("first", [1, 2, 3, 16, 21, 48, 63, 69])
def test_proofs_behind_a_pruned_part_need_only_its_peaks(first):
    whole, peaks = Tree(LEAVES), CompactRange()
    for leaf in LEAVES[:first]:
        peaks.append(leaf)
    pruned = Tree(LEAVES[first:], first, tuple(peaks.peaks))
    for size in range(first, len(LEAVES) + 1):
        assert pruned.root(size) == whole.root(size)
        for seq in range(first, size):
            assert pruned.path(seq, size) == whole.path(seq, size)
    with pytest.raises(ValueError):
        pruned.path(first - 1, len(LEAVES))


def test_a_proof_fits_one_leaf_and_one_place():
    """Sizes of one shape share proofs: which of them it is, the checkpoint's signature says."""
    tree = Tree(LEAVES)
    path, root = tree.path(20, 37), tree.root(37)
    for seq in range(37):
        if seq != 20:
            try:
                assert root_from_path(LEAVES[20], seq, 37, path) != root, seq
            except ValueError:
                pass
    assert root_from_path(LEAVES[21], 20, 37, path) != root
    for at in range(len(path)):
        bad = list(path)
        bad[at] = node_hash(bad[at], bad[at])
        assert root_from_path(LEAVES[20], 20, 37, bad) != root
    for bad in (path[:-1], [*path, root], []):
        with pytest.raises(ValueError):
            root_from_path(LEAVES[20], 20, 37, bad)


@pytest.mark.parametrize(("seq", "size"), [(0, 0), (5, 5), (-1, 3), (0, 71)])
def test_outside_the_tree(seq, size):
    with pytest.raises(ValueError):
        Tree(LEAVES).path(seq, size)


def test_every_pair_of_sizes_is_consistent_and_no_other_tree_is():
    tree = Tree(LEAVES)
    roots = {size: tree.root(size) for size in range(1, len(LEAVES) + 1)} | {0: bytes(32)}
    other = Tree([LEAVES[1], *LEAVES[1:]])
    for size in range(1, len(LEAVES) + 1):
        for old in range(size + 1):
            path = tree.consistency(old, size)
            assert is_consistent((old, roots[old]), (size, roots[size]), path)
            if old > 0:
                assert not is_consistent((old, bytes(32)), (size, roots[size]), path)
                assert not is_consistent((old, roots[old]), (size, other.root(size)), other.consistency(old, size))
            if path:
                assert not is_consistent((old, roots[old]), (size, roots[size]), path[:-1])
                assert not is_consistent((old, roots[old]), (size, roots[size]), [*path, path[0]])


def test_consistency_after_pruning_and_outside_the_tree():
    whole, grown = Tree(LEAVES), CompactRange()
    for leaf in LEAVES[:21]:
        grown.append(leaf)
    pruned = Tree(LEAVES[21:], 21, tuple(grown.peaks))
    for old in range(21, 70):
        assert pruned.consistency(old, 70) == whole.consistency(old, 70)
    for old, size in ((5, 70), (3, 2), (1, 71), (-1, 3)):
        with pytest.raises(ValueError):
            pruned.consistency(old, size)
