"""Names: of agents, of our own sessions, and of tools, which programs write in many styles (`delete_repo`, `deleteRepo`, `repo.delete`)."""

from __future__ import annotations

import functools
import re

AGENT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")
DEMO, SELF_TEST = "demo-", "handrail-self-test-"  # so begin the sessions that Handrail plays in an agent's name
REHEARSALS = (DEMO, SELF_TEST)
TEST_CALL = "test call"  # how lists mark what belongs to such a session
MAX_NAME = 300  # no tool's own name is longer
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@functools.lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of `name` in order, in lower case; of a longer name those of its first MAX_NAME characters."""
    return tuple([word.lower() for word in _WORD.findall(name[:MAX_NAME])])


def plain_name(name: str) -> str:
    """A name as agents write it into the names of tools: everything but letters, digits, `_` and `-` becomes `_`."""
    return _NOT_IN_NAMES.sub("_", name)
