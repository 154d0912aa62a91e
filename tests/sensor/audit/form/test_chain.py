"""Leaves and the compact range against the recursive definition of RFC 6962, and its published test vectors."""

from __future__ import annotations

import hashlib

import pytest

from sensor.audit.form.chain import EMPTY_ROOT, CompactRange, leaf_hash, node_hash, seed


def tree_hash(leaves):
    """MTH of RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def test_published_vectors():
    """Inputs and roots of the test tree that Certificate Transparency implementations share."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = CompactRange()
    assert tree.root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for text in inputs:
        tree.append(leaf_hash(bytes.fromhex(text)))
        if tree.size in roots:
            assert tree.root().hex() == roots[tree.size]


def test_every_size_gives_the_recursive_root_and_can_be_resumed():
    leaves = [leaf_hash(str(number).encode()) for number in range(300)]
    tree = CompactRange()
    for size, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert tree.root() == tree_hash(leaves[:size])
        assert CompactRange(tree.size, tree.peaks).root() == tree.root()


@pytest.mark.parametrize(("size", "peaks"), [(1, []), (0, [bytes(32)]), (3, [bytes(32)]), (1, [bytes(31)])])
def test_peaks_that_do_not_fit_are_refused(size, peaks):
    with pytest.raises(ValueError, match="peaks"):
        CompactRange(size, peaks)


def test_leaves_nodes_and_seeds_are_apart():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right) != node_hash(right, left)
    assert seed("local/a/0") != seed("local/a/1")
