"""The form of one row of the program tables."""

from __future__ import annotations

import msgspec


class Spec(msgspec.Struct, frozen=True):
    """`operands`: "reads", "writes", "deletes", "copy" (last one written, others read), "move" (last one written, others
    deleted), "lists" (names only), "none", "guess" (what looks like a path is read). The first `skip` operands are no
    files unless one of `unskip` is given. `single` = flags are words behind one dash. `subcommands` = how many leading
    operands name what to do. `longs` are the long flags we know, which may be abbreviated. `attached` are short flags
    whose value, if any, stands in the same word. `hosts`: "url" (operands are addresses), "remote" (`host:path`), "ssh" (first operand).
    """

    operands: str = "guess"
    skip: int = 0
    unskip: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    names: dict[str, str] = {}
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    folder: frozenset[str] = frozenset()
    single: bool = False
    subcommands: int = 0
    hosts: str = ""
    longs: tuple[str, ...] = ()
    attached: frozenset[str] = frozenset()


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def spec_row(operands: str = "guess", **facts: object) -> Spec:
    """A row from space separated words; `names` are `short:long` pairs."""
    names = dict(pair.split(":") for pair in str(facts.pop("names", "")).split())
    sets = {key: _set(str(facts.pop(key, ""))) for key in ("values", "reads", "writes", "folder", "unskip", "attached")}
    sets["values"] = sets["values"] | sets["reads"] | sets["writes"] | sets["folder"]
    sets["values"] |= {long for short, long in names.items() if short in sets["values"]}
    longs = {name for name in {*names.values(), *sets["values"], "help", "version"} if len(name) > 2}
    given = {key: words for key, words in sets.items() if words}  # the default of all other rows is one set, which would take 200 bytes each
    return Spec(operands=operands, names=names, longs=tuple(sorted(longs)), **given, **facts)  # type: ignore[arg-type]
