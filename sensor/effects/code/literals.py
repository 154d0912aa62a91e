"""Quoted texts in code of any language: the pattern for one, and what it says."""

from __future__ import annotations

import re

STRING = r"""(?:[rbuf]{0,2})(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`)"""
"""A quoted text as a part of a pattern, with three groups for its content, one for each kind of quote."""
_ESCAPED = re.compile(r"\\([nt'\"\\])")
_SIGNS = {"n": "\n", "t": "\t"}


def text_of(match: re.Match[str]) -> str:
    """The content of the first quoted text that `match` has found, its escapes read; "" when it has found none."""
    for part in match.groups()[:3]:
        if part is not None:
            return _ESCAPED.sub(lambda found: _SIGNS.get(found.group(1), found.group(1)), part) if "\\" in part else part
    return ""
