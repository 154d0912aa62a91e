"""Words that marks of a page split: a reader sees one word where a pattern sees two."""

from __future__ import annotations

import re

# Marks of HTML and Markdown and named invisible characters between two letters.
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
