"""The form of one row of the wrapper tables."""

from __future__ import annotations

import msgspec


class Wrapper(msgspec.Struct, frozen=True):
    """How the inner command is found.

    `values`: flags with a value, `pairs`: flags with two. `skip`: leading operands before the command. `assigns`: NAME=value may come before it.
    `own`: the wrapper is an effect of its own too. `joined`: the words are joined to one shell text. `each`: every word is a
    shell text of its own. `code`: flags whose value is a shell text. `container`: paths are not this machine's. `outlives`: the command goes on after the call.
    `anywhere`: flags may stand behind operands, which are no command. `writes`: flags whose value is a file that is written; `target`: the first operand is one.
    `action`: the leading words that make it a wrapper ("run", "exec"), any of them.
    """

    values: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    skip: int = 0
    assigns: bool = False
    own: bool = False
    joined: bool = False
    each: bool = False
    code: frozenset[str] = frozenset()
    container: bool = False
    privilege: bool = False
    outlives: bool = False
    anywhere: bool = False
    writes: frozenset[str] = frozenset()
    target: bool = False
    action: tuple[tuple[str, ...], ...] = ()


def wrapper_row(values: str = "", code: str = "", action: str = "", pairs: str = "", writes: str = "", **facts: object) -> Wrapper:
    actions = tuple(tuple(one.split()) for one in action.split(",")) if action else ()
    sets = {"values": frozenset(f"{values} {code} {writes}".split()), "pairs": frozenset(pairs.split()), "code": frozenset(code.split()), "writes": frozenset(writes.split())}
    return Wrapper(**{key: words for key, words in sets.items() if words}, action=actions, **facts)  # type: ignore[arg-type]
