"""Strict DER, as far as timestamp tokens need it."""

from __future__ import annotations

import pytest

from sensor.audit.outside.der import OCTETS, SEQUENCE, BadDer, elements, encode, inside, only


def test_elements_one_after_the_other():
    first, second = elements(bytes.fromhex("0401aa" "3003040155"))
    assert (first.tag, first.content) == (OCTETS, b"\xaa") and inside(second)[0].content == b"\x55"
    assert second.whole == bytes.fromhex("3003040155")
    assert only(b"\x04\x81\x80" + bytes(128), OCTETS).content == bytes(128)


@pytest.mark.parametrize("wrong", [
    "04", "0402aa", "0480", "04810100", "0481", "048200800000", "1f0100", "0485000000000000", "040000",
])
def test_what_is_not_der_or_not_one_element(wrong):
    with pytest.raises(BadDer):
        only(bytes.fromhex(wrong), OCTETS)


def test_another_tag():
    with pytest.raises(BadDer, match="tag"):
        inside(elements(b"\x04\x00")[0], SEQUENCE)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70_000])
def test_what_was_encoded_is_read_again(size):
    assert only(encode(OCTETS, bytes(size)), OCTETS).content == bytes(size)
