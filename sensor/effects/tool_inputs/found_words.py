"""Where fixed words stand in a text: much faster than a pattern that names them, as most of them stand nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def words_in(text: str, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where each of `words` begins, word by word."""
    for word in words:
        place = text.find(word)
        while place >= 0:
            yield place, word
            place = text.find(word, place + len(word))
