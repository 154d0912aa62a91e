"""The reading a person or model gives a text: compatibility forms folded, invisible characters gone."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and joining marks, soft hyphen, bidirectional controls, invisible operators, variation selectors, tags.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e01ef]")

# Marks of HTML and Markdown and named invisible characters between two letters: a reader sees one word, a pattern sees two.
_INLINE = r"(?:/?(?:b|i|u|s|em|strong|span|font|a|small|big|sub|sup|wbr|mark|code|tt|ins|del|abbr|bdi|bdo|q|nobr|x|o)(?:\s[^<>]{0,200})?/?>|!--[^<]{0,300}?-->)"
_SPLITS = (
    ("<", re.compile(rf"<(?<=[A-Za-z]<){_INLINE}(?:<{_INLINE}){{0,9}}(?=[A-Za-z])", re.I)),
    ("**", re.compile(r"\*{2,3}(?<=[A-Za-z]\*\*)(?=[A-Za-z])|\*{3}(?<=[A-Za-z]\*\*\*)(?=[A-Za-z])")),
    ("&", re.compile(r"&(?<=[A-Za-z]&)(?:shy|zwnj|zwj|ZeroWidthSpace|NoBreak|#0*(?:173|820[345]|8288)|#x0*(?:ad|200[bcd]|2060|feff));(?=[A-Za-z])", re.I)),
)
MANY_SPLITS = 3  # ordinary pages have a capital or an index in marks of its own


def whole_words(text: str) -> str:
    """The text without marks inside words, "" where fewer than MANY_SPLITS are."""
    removed = 0
    for sign, split in _SPLITS:
        if sign in text:
            text, number = split.subn("", text)
            removed += number
    return text if removed >= MANY_SPLITS else ""


# Signs that stand for whole words and sentences, of which a text would become up to eighteen times as long; no order can be spelt with them.
_PHRASES = re.compile("[\u3300-\u3357\ufdf0-\ufdfc]")


def normalise(text: str) -> str:
    """NFKC without invisible characters; the same object when nothing changes (ASCII text costs one check)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _PHRASES.sub(" ", INVISIBLE.sub("", text)))


def tag_text(text: str) -> str:
    """The ASCII text hidden in Unicode tag characters, "" when there is none."""
    return "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)
