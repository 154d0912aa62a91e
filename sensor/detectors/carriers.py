r"""Texts inside of a text, as a secret may be carried: in Base64, in hexadecimal, behind `%` or `\x`, or split where two pieces are joined.

The signs are looked for with all other patterns: twenty-odd signs that are printable letters when decoded, so neither a hash nor
a path is one. Only what bears one is decoded. Standard library only.
"""

from __future__ import annotations

import re
import string
from base64 import b64decode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from sensor.detectors.formats import Proof
from sensor.patterns.passes import Match

# Of four letters of Base64, what the first three can be where all three bytes are printable.
BASE64 = r"(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_\-]){7,}"
HEX = r"(?:[2-7][0-9a-fA-F]){20,}"
# In an address nobody escapes what may stand there as it is; what must be may have a long word behind it.
ESCAPED = r"%(?:2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|[2-7][0-9a-fA-F][\w\-]{16})|\\(?:x|u00)[2-7][0-9a-fA-F]"
_OPERATOR = r"[ \t]{0,4}(?:\+|\.{1,2}|&|~|\|\||<>|\\\r?\n)\s{0,8}"
_SIGN = r"\\?[\"'](?:(?:%s)?\\?[\"'])?"
JOINT = r"[\w\-]{3}" + _SIGN % rf"{_OPERATOR}|\s{{1,8}}" + r"[\w\-]{4}"
MOST, REACH = 64 * 1024, 4096
_ALPHABET = rb"A-Za-z0-9+/_\-"
_CODED = re.compile(rb"[%s]+(?:\r?\n[%s]{16,})*={0,2}" % (_ALPHABET, _ALPHABET))
_LETTERS = (string.ascii_letters + string.digits + "+/_-").encode()
_DIGITS = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_RUN = re.compile(rb"(?:[\w.~+=/:@!\-]|%[0-9a-fA-F]{2}|\\x[0-9a-fA-F]{2}|\\u00[0-9a-fA-F]{2})+")
_ESCAPE = re.compile(rb"(?:%|\\x|\\u00)([0-9a-fA-F]{2})")
# A blank joins two texts in some languages, and keeps two words of a shell apart.
_JOINTS = tuple(re.compile(rf"(?<=[\w\-]){_SIGN % joint}(?=[\w\-])".encode()) for joint in (_OPERATOR, rf"{_OPERATOR}|\s{{1,8}}"))
_TOKEN = re.compile(rb"[\w.~+/\-]{20,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")

Carried = tuple[int, int, bytes]
"""Where a carrier begins and ends, and what it says."""


def read_base64(data: bytes, match: Match) -> Iterator[Carried]:
    """What stands in Base64 around a match, from the letter on where the groups of four begin."""
    first = match.span()[0]
    start = first - _coded_before(data, first) // 4 * 4
    found = _CODED.match(data, start, start + MOST)
    if found is not None:
        coded = b"".join(found.group().split()).rstrip(b"=").translate(_URL_SAFE)
        yield start, found.end(), b64decode(coded[:len(coded) - (len(coded) % 4 == 1)] + b"==")


def read_hex(data: bytes, match: Match) -> Iterator[Carried]:
    """What stands in hexadecimal from a match on."""
    start = match.span()[0]
    found = _DIGITS.match(data, start, start + MOST)
    if found is not None:
        yield start, found.end(), bytes.fromhex(found.group().decode())


def read_escapes(data: bytes, match: Match) -> Iterator[Carried]:
    """Every word of the text, from a match on, with the letters that its escapes stand for."""
    first = match.span()[0]
    for run in _RUN.finditer(data, first - _coded_before(data, first), first + MOST):
        if _ESCAPE.search(run.group()):
            yield run.start(), run.end(), _ESCAPE.sub(lambda escape: bytes.fromhex(escape.group(1).decode()), run.group())


def _coded_before(data: bytes, place: int) -> int:
    """How many letters of Base64 stand right before a place, 4 KB at most."""
    before = data[max(0, place - REACH):place]
    return len(before) - len(before.rstrip(_LETTERS))


CARRIERS: dict[Proof, Callable[[bytes, Match], Iterator[Carried]]] = {Proof.IN_BASE64: read_base64, Proof.IN_HEX: read_hex, Proof.IN_ESCAPES: read_escapes}


class Joined:
    """A text without the quotes and signs between pieces that are joined, and with `blanks` without those between quotes; the first 64 KB of it."""

    def __init__(self, data: bytes, *, blanks: bool = False) -> None:
        self._cuts, self._gone = list[int](), [0]  # places in the joined text, and how much was left out before each
        parts, place, length = list[bytes](), 0, 0
        for joint in _JOINTS[blanks].finditer(data, 0, MOST):
            parts.append(data[place:joint.start()])
            length += len(parts[-1])
            place = joint.end()
            self._cuts.append(length)
            self._gone.append(place - length)
        self.text = b"".join((*parts, data[place:MOST]))

    def is_new(self) -> bool:
        """Whether a word has come to be that is long enough for a token."""
        return any(self.origin(*word.span()) for word in _TOKEN.finditer(self.text))

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of the joined text stands in the text; None when it lies within one piece."""
        first, last = bisect_right(self._cuts, start), bisect_left(self._cuts, end)
        return (start + self._gone[first], end + self._gone[last]) if last > first else None
