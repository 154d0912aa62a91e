"""awk: commands that it starts, files that it reads and writes, in as far as its program says them in constants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.budget import READ_CODE
from sensor.effects.code.room import MAX_GROWTH, Room
from sensor.effects.runs.plain import note_code, run_plain, run_started
from sensor.effects.shell.paths import path_field
from sensor.model.effects import Origin

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.scope import Stream
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import PathRef

_TEXT = r'(?<!\\)"((?:[^"\\]|\\.)*)"'  # an escaped quote begins no text: each would be read to the end
_CALL = re.compile(rf"system\s*\(\s*{_TEXT}|{_TEXT}\s*\|\s*getline|\|\s*{_TEXT}")
_WRITE = re.compile(r'\bprintf?\b[^;}\n>]{0,400}>>?\s*"([^"]+)"')
_READ = re.compile(r'getline[^<"]{0,400}<\s*"([^"]+)"')
_ENVIRON = re.compile(r'ENVIRON\[\s*"(\w+)"\s*\]')
_ASSIGN = re.compile(rf"(?<![\w.])([A-Za-z_]\w*)\s*=\s*{_TEXT}(?=\s*(?:[;}}\n)]|$))")
_BESIDE = re.compile(rf"{_TEXT}[ \t]*{_TEXT}")
_RUNS_LINES = re.compile(r"system\s*\(\s*\$\d|\bprint\b[^|}]*\|\s*\"(?:ba|z|da)?sh\b|\$\d\s*\|\s*getline")  # what stands in them is a command
_INPUT = re.compile(r"system\s*\(\s*\$(\d)\s*\)")
MAX_ROUNDS, MAX_VARIABLES, MAX_CODE, MAX_LINES, MAX_VALUE = 16, 8, 20_000, 64, 200


def run_awk(walk: Walk, command: Command, program: str) -> Stream:
    output = run_plain(walk, command, program)
    number = len(walk.effects) - 1
    words = [field.text for field in command.fields[1:]]
    given = [word for before, word in zip(["", *words], words, strict=False) if before in ("-v", "--assign")] + [word[2:] for word in words if word.startswith("-v") and "=" in word]
    foreign = command.channels.stdin.origins & {Origin.DOWNLOAD, Origin.DECODED} if command.channels.stdin.piped else frozenset()
    if foreign and any(_RUNS_LINES.search(word) for word in words):
        note_code(walk, foreign, opaque=False)
    for word in words:
        if not any(mark in word for mark in ("system", "|", ">", "getline")):
            continue
        if not walk.spend(READ_CODE + (len(word) >> 2)):
            return output
        room = Room(min(MAX_GROWTH, walk.budget.left))
        code = fold(word[:MAX_CODE], given, room)
        walk.budget.left -= max(len(code) - len(word), 0)
        if room.ran_out or len(word) > MAX_CODE:
            walk.give_up("size")
        effect = walk.effects[number]
        walk.effects[number] = msgspec.structs.replace(
            effect, reads=effect.reads + tuple(_refs(walk, _READ.findall(code))), writes=effect.writes + tuple(_refs(walk, _WRITE.findall(code))))
        for match in _CALL.finditer(code):
            run_started(walk, command, program, next((part for part in match.groups() if part), "").replace('\\"', '"'))
        if command.channels.stdin.piped and Origin.DOWNLOAD in command.channels.stdin.origins and _INPUT.search(code):
            note_code(walk, frozenset({Origin.DOWNLOAD}), opaque=False)
        for match in _INPUT.finditer(code):
            for line in (command.channels.stdin.text or "").split("\n")[:MAX_LINES]:
                part = line if match.group(1) == "0" else " ".join(line.split()[int(match.group(1)) - 1 : int(match.group(1))])
                run_started(walk, command, program, part)
    return output


def fold(code: str, given: list[str], room: Room) -> str:
    """The program with constants in the place of variables, and those that stand beside each other put together. `given` are assignments of `-v`; it grows by what `room` gives."""
    code = _joined(_ENVIRON.sub(r'"${\1}"', code))
    values = dict([one.partition("=")[::2] for one in given[:MAX_VARIABLES]]) | {match.group(1): match.group(2) for match in list(_ASSIGN.finditer(code))[:MAX_VARIABLES]}
    values = {name: value for name, value in values.items() if name.isidentifier() and len(value) <= MAX_VALUE}
    if not values:
        return code
    uses = re.compile(rf"{_TEXT}|(?<![\w.$])(?P<name>{'|'.join(values)})(?![\w(]|\s*=[^=])")

    def put(found: re.Match[str]) -> str:
        value = values.get(found["name"] or "")
        if value is None:
            return found.group()
        return f'"{value}"' if room.take(len(value)) else found.group()

    return _joined(uses.sub(put, code))


def _joined(code: str) -> str:
    for _ in range(MAX_ROUNDS):
        folded = _BESIDE.sub(r'"\1\2"', code)
        if folded == code:
            break
        code = folded
    return code


def _refs(walk: Walk, texts: list[str]) -> Iterator[PathRef]:
    for text in texts[:MAX_LINES]:
        ref = walk.ref(path_field(walk.home, text))
        if ref is not None:
            yield ref
