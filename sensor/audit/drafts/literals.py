"""Texts inside of JSON: as they stand there, the breaks of their lines and their quotes are escapes, which no pattern for lines of a file knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

# The last one may be cut off, and an escape in it.
_LITERAL = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z)', re.S)
_SHORTEST = 8
_CUT_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{0,3}\Z")


def is_json(text: str) -> bool:
    """Whether a text begins like an object or a list of JSON, whole or cut off."""
    return text[:1] in ("{", "[") or text.lstrip()[:1] in ("{", "[")


def find_literals(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Places of the string literals of `text` without their quotes, and what each says. Those too short to hold a name and a secret are left out."""
    places = [place for match in _LITERAL.finditer(text) if (place := match.span(1))[1] - place[0] >= _SHORTEST]
    return places, [_said(text[start:end]) for start, end in places]


def views(text: str) -> list[str]:
    """What the literals of `text` say, what those say that are JSON themselves, and the text."""
    if "\\" not in text:  # nearly all of it is, and then none of them holds JSON
        return [*(said for said in text.split('"')[1::2] if len(said) >= _SHORTEST), text]
    return [view for said in find_literals(text)[1] for view in (views(said) if is_json(said) else (said,))] + [text]


def put_back(text: str, places: list[tuple[int, int]], texts: Iterator[tuple[str, str]]) -> str:
    """`text` with the literals at `places` replaced where they were changed; `texts` gives what each said and what it shall say."""
    parts, done = [], 0
    for (start, end), (before, after) in zip(places, texts, strict=True):
        if before != after:
            parts += [text[done:start], json.dumps(after, ensure_ascii=False)[1:-1]]
            done = end
    return "".join(parts) + text[done:]


def _said(body: str) -> str:
    if "\\" not in body:
        return body
    try:
        return str(json.loads(f'"{_CUT_ESCAPE.sub("", body)}"', strict=False))
    except ValueError:  # no JSON: what is not understood stays as it is
        return body.replace("\\n", "\n").replace('\\"', '"')
