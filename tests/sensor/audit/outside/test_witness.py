"""A witness: it cosigns what extends, and nothing that takes back or forks."""

from __future__ import annotations

import threading

import pytest

from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import ED25519, BadNote, parse_checkpoint, render_checkpoint
from sensor.audit.form.proofs import Tree
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey, cosigned_at, sign_line
from sensor.audit.outside.witness import Witness, parse_request, render_request

LOG, SIGNER = MemorySigner(bytes(32)), MemorySigner(b"\x07" * 32)
TREE = Tree([leaf_hash(bytes([number])) for number in range(40)])
FORK = Tree([leaf_hash(b"x"), *(leaf_hash(bytes([number])) for number in range(1, 40))])
KEY = NoteKey(name="w/1", type=COSIGNATURE, public=SIGNER.public)


def known(origin):
    return NoteKey(name=origin, type=ED25519, public=LOG.public) if origin == "local/d/0" else None


@pytest.fixture
def witness(tmp_path):
    return Witness(tmp_path, "w/1", SIGNER, known, lambda: 1234)


def ask(witness, old, size, tree=TREE, signer=LOG, origin="local/d/0"):
    return witness.add_checkpoint(render_request(old, tree.consistency(old, size), render_checkpoint(origin, size, tree.root(size), signer)))


def test_growth_is_cosigned_and_remembered(witness, tmp_path):
    for old, size in ((0, 3), (3, 3), (3, 17), (17, 40)):
        answer = ask(witness, old, size)
        note = parse_checkpoint(render_checkpoint("local/d/0", size, TREE.root(size), LOG) + answer.body)
        assert answer.status == 200 and cosigned_at(note, KEY) == 1234
    again = Witness(tmp_path, "w/1", SIGNER, known, lambda: 1)
    assert again.newest("local/d/0").size == 40 and again.newest("local/d/9") is None


def test_rollback_and_forks_are_refused_and_nothing_is_forgotten(witness):
    assert ask(witness, 0, 20).status == 200
    for old, size, tree in ((0, 10, TREE), (10, 19, TREE), (0, 20, TREE), (20, 20, FORK), (5, 30, FORK)):
        answer = ask(witness, old, size, tree)
        assert (answer.status, answer.body) == (409, b"20\n"), (old, size)
    assert ask(witness, 20, 30, FORK).status == 422
    assert witness.newest("local/d/0").size == 20 and ask(witness, 20, 30).status == 200


def test_strangers_and_bad_signatures(witness):
    assert ask(witness, 0, 5, origin="local/e/0").status == 404
    assert ask(witness, 0, 5, signer=SIGNER).status == 403
    assert ask(witness, 0, 5).status == 200
    assert witness.add_checkpoint(render_request(6, [], render_checkpoint("local/d/0", 5, TREE.root(5), LOG))).status == 400
    assert witness.add_checkpoint(b"old 0\n\nnot a note").status == 400


def test_lines_of_others_are_not_kept(witness):
    note = render_checkpoint("local/d/0", 5, TREE.root(5), LOG)
    body = parse_checkpoint(note).body
    crowd = b"".join(sign_line(body, f"n{number}", SIGNER) for number in range(99))
    assert witness.add_checkpoint(render_request(0, [], note + crowd)).status == 200
    assert ask(witness, 5, 9).status == 200


@pytest.mark.parametrize("data", [b"", b"old x\n\n", b"old 1\nzz\n\n", b"new 1\n\n", b"old 1\n" + b"A\n" * 70 + b"\n"])
def test_requests_that_are_none(data):
    with pytest.raises(BadNote):
        parse_request(data)


def test_of_two_forks_at_once_only_one_is_cosigned(tmp_path):
    answers, start = [], threading.Barrier(2)

    def one(tree):
        witness = Witness(tmp_path, "w/1", SIGNER, known, lambda: 1)
        start.wait()
        answers.append(ask(witness, 0, 30, tree).status)

    threads = [threading.Thread(target=one, args=(tree,)) for tree in (TREE, FORK)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
