"""The reading a person or model gives a text: compatibility forms folded, invisible characters gone."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and joining marks, soft hyphen, bidirectional controls, invisible operators, variation selectors, tags.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]")


def normalise(text: str) -> str:
    """NFKC without invisible characters; the same object when nothing changes (ASCII text costs one check)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text))


def tag_text(text: str) -> str:
    """The ASCII text hidden in Unicode tag characters, "" when there is none."""
    return "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)
