"""Variables and parameter expansion inside a word: `$x`, `${x:-word}`, `${a[@]}`, `${x//a/b}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

import msgspec

from sensor.effects.shell.cells import MAX_FIELDS, Cell, Substituter, first_fields, inner_end
from sensor.effects.shell.scope import NOWHERE, Field, Value
from sensor.effects.syntax.parameters import apply_operator
from sensor.effects.syntax.script import Source, decode

_BRACED = re.compile(r"(!?)([A-Za-z_]\w*|\d+|[@*#?$!-])(\[[^\]]*\])?(:?[-=+?]|##?|%%?|//?[#%]?|\^\^?|,,?|:|@)?", re.S)
# Flags of zsh in front of a name: `${(L)x}`, `${=x}`.
_MARKS = re.compile(r"(?:\(([^()]{1,80})\))?([=~^]*)(?=[A-Za-z_])")
_WHOLE_NAME = re.compile(r'"?\$\{?([A-Za-z_]\w*)\}?"?')
_ELEMENT = re.compile(r'"?\$\{[A-Za-z_]\w*\[[^\]}@*][^\]}]*\]\}"?')
MAX_CHOICES = 8
_DIVIDED = re.compile(r"s(.)([^\w\s]{1,3})\1")
_KEYED = re.compile(r"\[([^\]\n]+)\]=")


class Expansion(Protocol):
    """A word under expansion, see `words`: takes pieces and splits them into fields."""

    source: Source
    shell: Substituter
    split: bool
    cells: list[Cell]

    def add(self, field: Field) -> None: ...

    def flush(self) -> None: ...

    def add_text(self, field: Field, quoted: bool) -> None: ...

    def argument(self, bounds: tuple[int, int], quoted: bool) -> None: ...

    def single(self, bounds: tuple[int, int]) -> Field: ...

    def prompted(self, text: str) -> Field: ...


def lookup(shell: Substituter, name: str) -> Value | None:
    """What a variable or special parameter holds, None when nobody knows."""
    scope = shell.scope
    if scope.references:
        name = scope.references.get(name, name)
    value = scope.variables.get(name)
    if value is not None:
        return value
    if name.isdigit():
        index = int(name)
        if index == 0:
            return Value((Field("bash"),))
        return Value(scope.positional[index - 1 : index]) if index <= len(scope.positional) else Value(())
    if name in "@*":
        return Value(scope.positional, array=True)
    if name == "#":
        return Value((Field(str(len(scope.positional))),))
    if name == "PWD":
        return Value((Field(scope.cwd),)) if scope.cwd and scope.cwd != NOWHERE else None
    if name == "DIRSTACK":
        shell.budget.left -= len(scope.stack)
        return Value(tuple([Field(folder, folder not in ("", NOWHERE)) for folder in (scope.cwd, *reversed(scope.stack))]), array=True)
    if name == "OLDPWD":
        return Value((Field(scope.previous),)) if scope.previous and scope.previous != NOWHERE else None
    text = shell.environment.get(name)
    return None if text is None else Value((Field(text),))


def add_value(word: Expansion, value: Value | None, name: str, quoted: bool, raw: str) -> None:
    """Add what a variable holds; `raw` is how it was written, for one that nobody knows."""
    if value is None:
        word.add(Field(decode(raw), known=False))
    elif value.choice:
        grown: list[Cell] = []
        for cell in word.cells:
            for field in first_fields(value.fields, word.shell, MAX_FIELDS - len(grown)):
                twin = cell.copy()
                twin.add(field)
                grown.append(twin)
        word.shell.budget.left -= len(grown) + (sum([len(cell.text) for cell in grown]) >> 6)
        word.cells = grown
    elif value.array and quoted and name != "*" and word.split:
        for number, field in enumerate(first_fields(value.fields, word.shell)):
            if number:
                word.flush()
            word.add(field)
    else:
        for number, field in enumerate(first_fields(value.fields, word.shell)):
            if number:
                word.add_text(Field(" "), quoted)
            word.add_text(field, quoted)


def add_plain(word: Expansion, value: Value | None, name: str, quoted: bool, bounds: tuple[int, int]) -> None:
    """Add `$name` or `${name}` between two offsets. In front of a slash it matters most that it may not be set: `$D/*`."""
    text, after = word.source.text, bounds[1]
    raw = text[bounds[0] : after]
    if value is None or not value.optional or len(value.fields) != 1 or text[after : after + 2].lstrip('"')[:1] != "/" or any(cell.text for cell in word.cells):
        add_value(word, value, name, quoted, raw)
    else:  # one that has several values got one in each branch
        _both(word, lambda: add_value(word, value, name, quoted, raw), lambda: word.add(Field(decode(raw), known=False)))


def programs_in(shell: Substituter, text: str) -> list[tuple[Field, ...]]:
    """The commands that the variable `text` in front of a command may hold, when there are several, or in an element of an array."""
    name = _WHOLE_NAME.fullmatch(text)
    if name is not None:
        value = shell.scope.variables.get(name.group(1))
        fields = value.fields if value is not None and value.choice else ()
    else:
        match = _BRACED.match(text.strip('"'), 2) if _ELEMENT.fullmatch(text) else None
        value = _indexed(shell, lookup(shell, match.group(2)), match.group(3)) if match is not None else None
        fields = value.fields if value is not None else ()
    quoted = text.startswith('"')
    return [(field,) if quoted or not field.known else tuple(msgspec.structs.replace(field, text=part) for part in field.text.split()[:MAX_FIELDS])
            for field in fields[:MAX_CHOICES] if field.text.strip()]


def _both(word: Expansion, one: Callable[[], None], other: Callable[[], None]) -> None:
    """Add to a word what is one of two."""
    before = [cell.copy() for cell in word.cells]
    one()
    first, word.cells = word.cells, before
    other()
    word.cells = [*first, *word.cells][:MAX_FIELDS]
    word.shell.budget.left -= sum([1 + (len(cell.text) >> 6) for cell in word.cells])


def add_braced(word: Expansion, pos: int, stop: int, quoted: bool) -> None:
    """Add `${...}` between two offsets."""
    text = word.source.text
    raw = text[pos:stop]
    close = inner_end(text, stop, "}")
    if text.startswith("${#", pos) and close > pos + 3:
        value = lookup(word.shell, text[pos + 3 : close].partition("[")[0])
        size = len(value.fields[0].text) if value and len(value.fields) == 1 and value.fields[0].known else None
        word.add(Field(raw, known=False) if size is None else Field(str(size)))
        return
    marks = _MARKS.match(text, pos + 2, close)
    flags = (marks.group(1) or "") if marks else ""
    match = _BRACED.match(text, marks.end() if marks else pos + 2, close)
    if match is None:
        word.add(Field(decode(raw), known=False))
        return
    bang, name, index, operator = match.groups()
    value = _indexed(word.shell, lookup(word.shell, name), index)
    if value is None and name == "commands" and index:  # zsh: the path of a program
        value = Value((Field(index[1:-1].strip("'\"")),))
    if flags and value is not None:
        value = _flagged(word, value, flags)
    if bang and index in ("[@]", "[*]"):
        value = _keys(lookup(word.shell, name))
    elif (bang or "P" in flags) and value and len(value.fields) == 1 and value.fields[0].known:
        value = lookup(word.shell, value.fields[0].text) if value.fields[0].text else None
    if operator is None:
        shown = "@" if index == "[@]" else name
        add_plain(word, value, shown, quoted, (pos, stop))
        return
    rest = (match.end(), close)
    empty = value is None or not any(field.text for field in value.fields)
    if operator.lstrip(":") in ("-", "="):
        if value is not None and value.optional:
            _both(word, lambda: add_value(word, value, name, quoted, raw), lambda: word.argument(rest, quoted))
        elif empty and (value is None or operator[0] == ":" or not value.fields):
            word.argument(rest, quoted)
            if operator.endswith("=") and len(word.cells) == 1:
                word.shell.scope.variables[name] = Value((word.single(rest),))
        else:
            add_value(word, value, name, quoted, raw)
        return
    if operator.lstrip(":") == "+":
        # set in the environment or not: the alternative is what matters, so assume it applies
        if value is not None and value.optional:
            _both(word, lambda: word.argument(rest, quoted), lambda: word.add(Field("")))
        elif value is None or not empty:
            word.argument(rest, quoted)
        return
    if operator.lstrip(":") == "?":
        add_value(word, value, name, quoted, raw)
        return
    _operated(word, value, operator, word.single(rest), (raw, quoted))


def _keys(value: Value | None) -> Value | None:
    """What `${!name[@]}` stands for."""
    if value is None or not value.array:
        return None
    keys = [(match.group(1).strip("'\"") if (match := _KEYED.match(field.text)) else str(number)) for number, field in enumerate(value.fields)]
    return Value(tuple(map(Field, keys)), array=True)


def _flagged(word: Expansion, value: Value, flags: str) -> Value:
    """What flags of zsh make of a value: lower or upper case, divided at a mark, expanded once more."""
    divided = _DIVIDED.search(flags)
    flags = flags.replace(divided.group(), "") if divided else flags
    fields = []
    for field in value.fields:
        text = field.text.lower() if "L" in flags else field.text.upper() if "U" in flags else field.text
        text = text.replace(divided.group(2), " ") if divided else text
        fields.append(word.prompted(text) if "e" in flags else msgspec.structs.replace(field, text=text))
    return msgspec.structs.replace(value, fields=tuple(fields))


def _operated(word: Expansion, value: Value | None, operator: str, argument: Field, how: tuple[str, bool]) -> None:
    raw, quoted = how
    if value is None or not argument.known or not all(field.known for field in value.fields):
        word.add(Field(decode(raw), known=False))
        return
    fields = value.fields
    if operator == "@" and argument.text == "P":
        add_value(word, Value(tuple(word.prompted(field.text) for field in fields), value.array, value.choice), "@", quoted, raw)
        return
    if operator == ":" and value.array:
        start = argument.text.partition(":")[0].strip()
        fields = fields[max(int(start) - 1, 0) :] if start.isdigit() and len(start) < 6 else fields
        changed: list[str | None] = [field.text for field in fields]
    else:
        word.shell.spend(sum([len(field.text) for field in fields]) >> (0 if operator[0] in "#%" else 6))
        changed = [apply_operator(field.text, operator, argument.text) for field in fields]
    if any(text is None for text in changed):
        word.add(Field(decode(raw), known=False))
        return
    new = tuple(Field(text or "", origins=field.origins) for text, field in zip(changed, fields, strict=False))
    add_value(word, Value(new, value.array, value.choice), "@", quoted, raw)


def _indexed(shell: Substituter, value: Value | None, index: str | None) -> Value | None:
    if value is None or index is None:
        return value if value is None or not value.array or index else Value(value.fields[:1], False) \
            if value.fields and value.fields is not shell.scope.positional else value
    inside = index[1:-1]
    keyed = {match.group(1): msgspec.structs.replace(field, text=field.text[match.end() :])
             for field in value.fields if (match := _KEYED.match(field.text)) is not None} if value.array else {}
    if inside in ("@", "*"):
        return Value(tuple(keyed.values()), array=True) if keyed and len(keyed) == len(value.fields) else value
    if inside.strip("'\"") in keyed:
        return Value((keyed[inside.strip("'\"")],))
    if inside.lstrip("-").isdigit() and len(inside) < 6:
        number = int(inside)
        return Value((value.fields[number],)) if -len(value.fields) <= number < len(value.fields) else Value(())
    # which one is meant is not known: any of them
    return Value(tuple(keyed.values()) or value.fields, choice=True) if value.array and value.fields else None
