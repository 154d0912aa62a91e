"""Words of constants and single variables only, `"$root/src/${name}.c"`: most of what scripts expand, read in one pass."""

from __future__ import annotations

import re

from sensor.effects.shell.cells import MAX_TEXT, Substituter
from sensor.effects.shell.scope import NO_ORIGINS, Field
from sensor.effects.shell.variables import lookup
from sensor.effects.syntax.script import decode

_NAME = r"[A-Za-z_]\w*|[0-9]"
_VARIABLE = rf"\$(?:({_NAME})|\{{({_NAME}+)\}})"
# Groups: characters that stand for themselves, a variable (two spellings), a quoted text, a double quote, a pattern character.
_OUTSIDE = re.compile(rf"""((?:[A-Za-z0-9_./:=@%+,^\]!-]|\{{\}})+)|{_VARIABLE}|'([^']*)'|(")|([*?\[])""")
_INSIDE = re.compile(rf"""([^"\\$`]+)|{_VARIABLE}|(?!)()|(")""")
_GLOBS = frozenset("*?[")


def plain_field(text: str, shell: Substituter, split: bool) -> Field | None:
    """The one field of a word as written, None when it holds anything else and has to be expanded step by step.

    `split` = values are split into fields outside of quotes, so that only values of one piece can stand there.
    """
    found, known, glob, head, tail = "", True, False, "", ""
    origins, quoted, pos, size = NO_ORIGINS, False, 0, len(text)
    budget = shell.budget
    while pos < size and budget.left >= 0:
        budget.left -= 1
        match = (_INSIDE if quoted else _OUTSIDE).match(text, pos)
        if match is None:
            return None
        pos = match.end()
        kind = match.lastindex or 0
        if kind == 5:
            quoted = not quoted
            continue
        if kind == 1 or kind == 4 or kind == 6:
            piece = decode(match.group(kind))
            found += piece
            glob = glob or kind == 6
            tail = tail if known else tail + piece
            continue
        field = _value(match.group(kind), shell, split and not quoted)
        if field is None:
            return None
        if field is _UNKNOWN:
            field = Field(decode(match.group()), known=False)
        if not field.known:
            head = found + field.head if known else head
            known, tail = False, field.tail
        elif not known:
            tail += field.text
        found += field.text
        glob = glob or field.glob
        origins = origins | field.origins if field.origins else origins
    return None if quoted or pos < size or len(found) > MAX_TEXT else Field(found, known, glob, head, tail, origins)


_UNKNOWN = Field("", known=False)


def _value(name: str, shell: Substituter, split: bool) -> Field | None:
    """The value of a variable as one field; `_UNKNOWN` where nobody knows it, None when it may be several fields."""
    value = lookup(shell, name)
    if value is None:
        return _UNKNOWN
    if value.array or value.optional or len(value.fields) != 1:
        return None
    field = value.fields[0]
    if value.choice or not split or not field.known:
        return field
    text = field.text
    if text.split() != [text] or "IFS" in shell.scope.variables:
        return None
    return Field(text, glob=field.glob or not _GLOBS.isdisjoint(text), origins=field.origins)
