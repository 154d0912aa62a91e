"""The words of a name that programs write in many styles: `delete_repo`, `deleteRepo`, `repo.delete`."""

from __future__ import annotations

import functools
import re

MAX_NAME = 300  # no tool's own name is longer
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@functools.lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of `name` in order, in lower case; of a longer name those of its first MAX_NAME characters."""
    return tuple([word.lower() for word in _WORD.findall(name[:MAX_NAME])])
