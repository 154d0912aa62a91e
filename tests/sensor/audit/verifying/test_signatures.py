"""Signatures in bulk: the first bad one is named, alone or divided among processes."""

from __future__ import annotations

import pytest

from sensor.audit.form.keys import ENTRY_TAG, MemorySigner
from sensor.audit.verifying import signatures
from sensor.audit.verifying.signatures import SignatureChecker, first_bad

SIGNER = MemorySigner(bytes(range(32)))


def jobs(count, bad=()):
    found = []
    for seq in range(count):
        leaf = seq.to_bytes(32, "big")
        sig = bytes(64) if seq in bad else SIGNER.sign(ENTRY_TAG + leaf)
        found.append((seq, leaf, sig, SIGNER.public))
    return found


def test_the_first_bad_one_is_found():
    assert first_bad(jobs(5)) == -1
    assert first_bad(jobs(5, bad=(3, 4))) == 3
    assert first_bad([]) == -1


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("bad", "first"), [((), -1), ((37,), 37), ((95, 12, 41), 12)])
def test_batches_and_processes_find_the_same(monkeypatch, workers, bad, first):
    monkeypatch.setattr(signatures, "BATCH", 10)
    monkeypatch.setattr(signatures, "POOL_FROM", 30)
    checker = SignatureChecker(workers)
    try:
        for job in jobs(97, bad):
            checker.add(job)
        assert checker.finish() == first
        assert checker.checked == 97
    finally:
        checker.close()


def test_few_signatures_need_no_processes():
    checker = SignatureChecker(4)
    for job in jobs(20, bad=(7,)):
        checker.add(job)
    assert checker.finish() == 7 and checker._pool is None
    checker.close()
