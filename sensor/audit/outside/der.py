"""The little DER that a timestamp token needs: elements one after the other, read strictly."""

from __future__ import annotations

from typing import NamedTuple

SEQUENCE, SET, OCTETS, OID = 0x30, 0x31, 0x04, 0x06
CONTEXT_0 = 0xA0


class BadDer(ValueError):
    """Bytes that are not DER, or not the elements that stand there."""


class Element(NamedTuple):
    """One element: its tag byte, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes) -> tuple[Element, ...]:
    """Elements that fill `data`. Raises BadDer."""
    found, at = [], 0
    while at < len(data):
        one = _element(data, at)
        found.append(one)
        at += len(one.whole)
    return tuple(found)


def only(data: bytes, tag: int) -> Element:
    """The one element that fills `data`. Raises BadDer."""
    found = elements(data)
    if len(found) != 1 or found[0].tag != tag:
        raise BadDer(f"expected one element with tag {tag:#04x}")
    return found[0]


def inside(element: Element, tag: int = SEQUENCE) -> tuple[Element, ...]:
    """Elements in a sequence or set. Raises BadDer."""
    if element.tag != tag:
        raise BadDer(f"expected tag {tag:#04x}, found {element.tag:#04x}")
    return elements(element.content)


def encode(tag: int, content: bytes) -> bytes:
    """One element with `content`."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _element(data: bytes, at: int) -> Element:
    if len(data) < at + 2 or data[at] & 0x1F == 0x1F:
        raise BadDer(f"no element at byte {at}")
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(data[begin:begin + size], "big"), begin + size
        if not 1 <= size <= 4 or length < 0x80 or length >> (8 * (size - 1)) == 0:
            raise BadDer(f"length at byte {at} is not DER")
    if begin + length > len(data):
        raise BadDer(f"element at byte {at} is longer than what is there")
    return Element(data[at], data[begin:begin + length], data[at:begin + length])
