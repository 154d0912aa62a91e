"""`read` and `mapfile`: variables get what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.runs.plain import run_plain
from sensor.effects.shell.cells import first_fields
from sensor.effects.shell.scope import SILENT, Field, Stream, Value

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk


def run_read(walk: Walk, command: Command) -> Stream:
    """`read`, `mapfile`: variables get what comes in."""
    run_plain(walk, command, command.fields[0].text)
    stdin = _descriptor(walk, command) or command.channels.stdin
    whole = command.fields[0].text != "read"
    names = _read_into(command) or ["MAPFILE" if whole else "REPLY"]
    if names and stdin.text is not None and (whole or _reads_array(command)):
        parts = stdin.text.split(_delimiter(command)) if whole else _at_marks(walk, stdin.text).split()
        walk.scope.variables[names[-1]] = Value(tuple(first_fields([Field(part, origins=stdin.origins) for part in parts if part], walk)), array=True)
        return SILENT
    if stdin.text is not None:
        stdin = msgspec.structs.replace(stdin, text=_at_marks(walk, stdin.text))
    lines = stdin.text.split("\n", 1)[0].split(None, max(len(names) - 1, 0)) if stdin.text is not None and "\n" not in stdin.text.strip("\n") else []
    for number, name in enumerate(names):
        if lines:
            walk.scope.variables[name] = Value((Field(lines[number] if number < len(lines) else "", origins=stdin.origins),))
        elif stdin.paths:
            walk.scope.variables[name] = Value((Field(stdin.paths, glob=True, origins=stdin.origins),))
        elif stdin.text is not None and stdin.text.strip():
            values = first_fields([Field(line, origins=stdin.origins) for line in stdin.text.split("\n") if line], walk)
            walk.scope.variables[name] = Value(tuple(values), choice=True)
        else:
            walk.scope.variables[name] = Value((Field("$" + name, known=False, origins=stdin.origins),))
    return SILENT


def _read_into(command: Command) -> list[str]:
    """The variables that `read` and `mapfile` are given: what is no flag, and no value of one."""
    takes = "dnNptui" if command.fields[0].text == "read" else "dnOsuCc"
    names, value = [], False
    for field in command.fields[1:]:
        if field.text[:1] != "-" and not value and field.text.isidentifier():
            names.append(field.text)
        value = field.text[:1] == "-" and field.text[-1] in takes
    return names


def _reads_array(command: Command) -> bool:
    """`read -a name`, also as `-ra name`."""
    return any(field.text[:1] == "-" and field.text[-1:] in "aA" and field.text[1:].isalpha() for field in command.fields[1:])


def _at_marks(walk: Walk, text: str) -> str:
    """The text with spaces where IFS divides it."""
    marks = walk.scope.variables.get("IFS")
    known = marks.fields[0].text if marks is not None and marks.fields and marks.fields[0].known else ""
    return text.translate(dict.fromkeys(map(ord, known.replace("\n", "")), " "))


def _delimiter(command: Command) -> str:
    """What ends an element of `mapfile`: the value of -d, else the line."""
    texts = [field.text for field in command.fields]
    attached = next((text[2:] for text in texts if text[:2] == "-d"), "")
    given = attached or next((texts[index + 1] for index, text in enumerate(texts[:-1]) if text[:1] == "-" and text[-1:] == "d"), "")
    return given[:1] or "\n"


def _descriptor(walk: Walk, command: Command) -> Stream | None:
    """What `-u 3` reads from, when this call opened it."""
    texts = [field.text for field in command.fields]
    for index, text in enumerate(texts[1:], start=1):
        if text.startswith("-") and "u" in text:
            number = text.partition("u")[2] or (texts[index + 1] if index + 1 < len(texts) else "")
            return walk.written.get(f"/dev/fd/{number}")
    return None
