"""Which options, settings and words of a program hold a command, or program text, that it runs: the rows of `handing.tsv`.

Wrappers, whose operands are the command, stand in `wrappers.py`; what is here is handed over beside the program's own work.
A line of the table is `programs`, `what`, `value`, with a tab between them. `what` is one of:

- `options`: words whose value is shell text, as `--x=text`, `--x text`, `-xtext`; one without a dash counts only before a text with a blank
- `rest`: options behind which all words are one command
- `behind`: leading words with which a command stands behind `--`
- `code LANGUAGE`: options whose value is program text
- `mark`: a pattern; what its first filled group holds, in one word, is shell text. `mark in input`: it is looked for in the standard input, too
- `files`: options that name a file in which the marks are looked for; `*` is any operand
- `pieced`: the command is put together from several words, see `sensor.effects.options`
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec


class Handing(msgspec.Struct, frozen=True):
    """What a program is handed to run; `marks` are patterns."""

    options: frozenset[str] = frozenset()
    rest: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    language: str = ""
    code: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    input: bool = False
    files: frozenset[str] = frozenset()


@cache
def compiled(mark: str) -> re.Pattern[str]:
    """A mark, compiled when a program of its row first runs."""
    return re.compile(mark, re.S | re.M)


def read_table(text: str) -> dict[str, Handing]:
    """The row of each program."""
    rows: dict[str, Handing] = {}
    for line in text.splitlines():
        if line and line[0] != "#":
            programs, what, value = line.split("\t")
            for program in programs.split():
                rows[program] = _with(rows.get(program, Handing()), what, value)
    return rows


def _with(row: Handing, what: str, value: str) -> Handing:
    kind, _, detail = what.partition(" ")
    if kind == "mark":
        return msgspec.structs.replace(row, marks=(*row.marks, value), input=bool(detail))
    if kind == "code":
        return msgspec.structs.replace(row, code=frozenset(value.split()), language=detail)
    return row if kind == "pieced" else msgspec.structs.replace(row, **{kind: frozenset(value.split())})


HANDING = read_table(files("sensor.effects.programs").joinpath("handing.tsv").read_text(encoding="utf-8"))
