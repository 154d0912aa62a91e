"""Programs that run another one on a list of names: `find -exec`, `fd -x`, `xargs`."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.guarded import guarded_below
from sensor.effects.programs.finders import find_starts, found_by, takes_all
from sensor.effects.runs.effect import understand
from sensor.effects.runs.plain import run_plain
from sensor.effects.shell.cells import MAX_FIELDS, first_fields
from sensor.effects.shell.scope import TERMINAL, Field, Stream

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_QUOTED = 20_000  # characters whose quotes are read
_NAMES = re.compile(r"\^(\(?(?:[\w-]|\\.)+(?:\|(?:[\w-]|\\.)+)*\)?)\$")
_NARROWS = frozenset({"e", "extension", "E", "exclude", "S", "size", "g", "glob", "changed-within", "changed-before", "d", "max-depth"})
_DELETERS = frozenset({"rm", "unlink", "shred", "srm", "wipe", "trash"})


def run_inner(walk: Walk, command: Command, name: str, fields: list[Field]) -> Stream:
    """Run `fields` as a command behind `name`."""
    return walk.dispatch(walk, msgspec.structs.replace(
        command, fields=tuple(fields), context=command.context.within(name, span=command.span), assignments=()))


def run_find(walk: Walk, command: Command, program: str) -> Stream:
    """`find -exec`, `-execdir`, `-ok`: `{}` stands for what is found."""
    output = run_plain(walk, command, program)
    fields = list(command.fields[1:])
    _, arguments, _ = understand(command, "find")
    starts, patterns = find_starts(arguments)
    names = [found for start in starts for found in found_by(start, patterns)]
    names += [Field(path) for pattern in patterns or () for path in guarded_below(walk.paths, [walk.ref(start) for start in starts], pattern)]
    for index, field in enumerate(fields):
        if field.text in ("-exec", "-execdir", "-ok", "-okdir"):
            end = index + 1
            while end < len(fields) and fields[end].text not in (";", "+"):
                end += 1
            inner = _filled(fields[index + 1 : end], "{}", names)
            if inner:
                known = len(walk.effects)
                output = run_inner(walk, command, "find", inner)
                if takes_all(arguments):
                    _reaches_all(walk, known)
    return output


def _filled(fields: list[Field], mark: str, names: list[Field]) -> list[Field]:
    """Put `names` where `mark` stands."""
    found: list[Field] = []
    for field in fields:
        if field.text == mark:
            found += names
        elif mark in field.text and names:
            found.append(Field(field.text.replace(mark, names[0].text), field.known and names[0].known, True,
                               field.text.partition(mark)[0], "", field.origins | names[0].origins))
        else:
            found.append(field)
    return found


def run_fd(walk: Walk, command: Command, program: str) -> Stream:
    output = run_plain(walk, command, program)
    fields = list(command.fields[1:])
    for index, field in enumerate(fields):
        if field.text in ("-x", "-X", "--exec", "--exec-batch"):
            inner = fields[index + 1 :]
            _, arguments, _ = understand(msgspec.structs.replace(command, fields=command.fields[: index + 1]), "fd")
            pattern, folders = arguments.operands[:1], arguments.operands[1:] or [Field(walk.cwd() or ".")]
            names = [found for folder in folders for found in found_by(folder, _named(pattern))]
            marked = any("{}" in one.text for one in inner)
            known = len(walk.effects)
            if inner:
                run_inner(walk, command, program, _filled(inner, "{}", names) if marked else inner + names)
            if not arguments.flags & _NARROWS and all(field.text in (".", "", ".*") for field in pattern):
                _reaches_all(walk, known)
            break
    return output


def _named(pattern: list[Field]) -> tuple[Field, ...] | None:
    """The names that a pattern of fd means when it is nothing but a choice of whole names: `^(a|b)$`."""
    match = _NAMES.fullmatch(pattern[0].text) if pattern and pattern[0].known else None
    return tuple(Field("**/" + name.replace("\\", "")) for name in match.group(1).strip("()").split("|")) if match is not None else None


def run_xargs(walk: Walk, command: Command, program: str) -> Stream:
    """`xargs cmd`: words from standard input are appended, or put where `-I` says."""
    fields = list(command.fields[1:])
    index, mark = 0, ""
    stdin = command.channels.stdin
    values = {"I", "n", "L", "P", "d", "s", "E", "a", "arg-file", "max-args", "max-procs", "delimiter", "max-lines", "replace", "J", "R", "S"}
    while index < len(fields) and fields[index].text.startswith("-") and len(fields[index].text) > 1:
        text = fields[index].text
        name = text.lstrip("-")
        if text.startswith(("-I", "-J")):
            mark = text[2:] or (fields[index + 1].text if index + 1 < len(fields) else "{}")
        elif text.startswith(("-i", "--replace")) and "=" not in text:
            mark = text[2:] if text.startswith("-i") and text[2:] else "{}"
        elif text in ("-a", "--arg-file") and index + 1 < len(fields):
            listed_in = walk.ref(fields[index + 1])
            stdin = walk.file_stream(fields[index + 1], listed_in)
            if listed_in is not None and "@credentials" in listed_in.places:
                walk.read_file(fields[index + 1])  # the command gets its lines
        takes = name in values and name not in ("replace",) and not (text.startswith("--") and "=" in text)
        clustered = not text.startswith("--") and len(name) > 1 and name[-1] in values and name[0] not in values
        index += 2 if takes or clustered else 1
    inner = fields[index:]
    if not inner:
        return run_plain(walk, command, program)
    if stdin.text is not None and stdin.piped:
        listed = stdin.text.split("\0") if "\0" in stdin.text else stdin.text.split("\n") if mark else _words(stdin.text)
        words = list(first_fields([Field(word.strip("'\""), glob="*" in word, origins=stdin.origins) for word in listed[: MAX_FIELDS + 1] if word], walk))
    elif stdin.paths:
        words = [Field(stdin.paths, glob=True, origins=stdin.origins)]
    else:
        words = [Field("{}", known=False, origins=stdin.origins)]
    before = msgspec.structs.replace(command.channels, stdin=TERMINAL)
    walk_command = msgspec.structs.replace(command, channels=before)
    filled = _filled(inner, mark, words) if mark else inner + words
    known = len(walk.effects)
    output = run_inner(walk, walk_command, "xargs", filled)
    if stdin.deep:
        _reaches_all(walk, known)
    return output


def _words(text: str) -> list[str]:
    """What `xargs` takes for words: quotes and backslashes keep a text together."""
    if not any(mark in text for mark in "'\"\\") or len(text) > MAX_QUOTED:
        return text.split()
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _reaches_all(walk: Walk, first: int) -> None:
    """Deleters from effect `first` on are given everything below a folder, file by file: no less than `find -delete`."""
    for number, effect in enumerate(walk.effects[first:], first):
        if effect.program in _DELETERS and effect.deletes:
            walk.effects[number] = msgspec.structs.replace(effect, flags=effect.flags | {"delete"})
