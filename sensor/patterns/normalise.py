"""The reading a person or model gives a text: compatibility forms folded, invisible characters gone. Rules and detectors look at it beside the text itself."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and joining marks, soft hyphen, bidirectional controls, invisible operators, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e01ef]")
# Signs that fold to whole words or phrases, of which a text would become up to eighteen times as long, and stand for no letter: a blank.
_PHRASES = re.compile("[\u3300-\u3357\u337b-\u337f\u33e0-\u33fe\ufdf0-\ufdfc]")


def normalise(text: str) -> str:
    """NFKC without invisible characters; the same object when nothing changes (ASCII text costs one check)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _PHRASES.sub(" ", _INVISIBLE.sub("", text)))
