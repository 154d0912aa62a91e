"""Understand one simple command: function, builtin, wrapper, shell, interpreter, or plain program."""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.aliases import run_alias_body, run_function
from sensor.effects.builtins import BUILTINS
from sensor.effects.found import run_found
from sensor.effects.interpreters import INTERPRETERS, language_of, run_interpreter, scan_code
from sensor.effects.nested import NESTED, Nested, run_ssh
from sensor.effects.options import run_handed, run_unknown
from sensor.effects.programs.handing import HANDING
from sensor.effects.programs.table import OF_WINDOWS, UNKNOWN_PROGRAM, spec_of
from sensor.effects.programs.wrappers import LOADER, LOADERS, SHELLS, WRAPPERS
from sensor.effects.runs.effect import origins_of
from sensor.effects.runs.plain import note_code, run_apart, run_plain, run_script_file
from sensor.effects.shell.scope import Field, Stream
from sensor.effects.shell.subscripts import EVALUATING, run_evaluated
from sensor.effects.shells import run_power, run_shell, shell_from_afar, shell_on_stdin
from sensor.effects.unfold import is_login, open_wrapper
from sensor.model.effects import Origin
from sensor.model.globs import fits_glob

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_NESTING = 24
_VERSIONED = re.compile(r"((?:ba|z|da|a|mk|ya|fi)?sh|ksh)(?:-?[\d.]+|-static)")
_SAME = {**{f"zf_{name}": name for name in ("rm", "mv", "ln", "chmod", "chown", "mkdir", "rmdir")}, "curlie": "curl", "hush": "sh", "ysh": "sh", "rc": "sh"}  # builtins of zsh/files, shells of which no more is known
_OWN_PROGRAM = re.compile(r"/proc/(?:self|thread-self|\$\$|\$\{?(?:BASHPID|PPID)\}?)/exe")
_SPLIT = re.compile(r"-[0iv]*S|--s[a-z-]*=")  # how `env` is told to take one text for several words
_FLAGS = 4  # characters of a `#!` line's word that is no program text

# Without a command they start a shell, which reads what comes in.
_START_SHELLS = frozenset({"parallel", "su", "newgrp", "unshare", "nsenter", "fakeroot", "script", "setarch", "linux32", "linux64", "firejail", "proot", "nix-shell", "toolbox", "distrobox", "distrobox-enter", "run0", "login", "qsub", "sbatch", "bsub"})
# Everything that is more than a plain program, but for numbered interpreters and loaders.
POWER_SHELLS = frozenset({"powershell", "pwsh", "powershell.exe", "pwsh.exe"})
_GUESSED = ("rm", "sh", "bash", "curl", "wget", "nc", "dd", "chmod", "shred", "sudo", "python3", "perl", "kill", "find", "mkfs")  # what a program word with wild cards may mean
_SPECIAL = frozenset({*BUILTINS, *POWER_SHELLS, *SHELLS, *WRAPPERS, *NESTED, *INTERPRETERS, "ssh", "autossh"})
# Those of them that only one table knows.
_NESTED_ONLY = {name: nested for name, nested in NESTED.items() if name not in {*BUILTINS, *POWER_SHELLS, *SHELLS, *WRAPPERS, "ssh", "autossh", "bun"}}


def program_name(field: Field) -> str:
    """Base name of the program a word names, "" when it cannot be determined."""
    text = field.text if field.known else (field.tail if "/" in field.tail else "")
    return text.rstrip("/").rpartition("/")[2] if "/" in text else text


def dispatch(walk: Walk, command: Command) -> Stream:
    """Add the effects of `command`; what it prints."""
    context = command.context
    if len(context.wrappers) > MAX_NESTING or not walk.spend():
        return walk.give_up("nesting")
    outer, walk.context = walk.context, context
    output = _dispatch(walk, command)
    if (program := command.fields[0].text.rpartition("/")[2]) in HANDING and len(command.fields) > 1:
        run_handed(walk, command, program)
    walk.context = outer
    return output


def _dispatch(walk: Walk, command: Command) -> Stream:
    first, scope = command.fields[0], walk.scope
    name = first.text
    if first.known and (scope.functions or scope.aliases):
        if name in scope.functions and "function" not in command.context.wrappers[-1:]:
            output = run_function(walk, command)
            if name not in scope.maybe:
                return output
        if name in scope.aliases and name not in walk.active:
            return run_alias_body(walk, command)
    program = name if first.known and "/" not in name else program_name(first)
    if name in EVALUATING:
        run_evaluated(walk, command)
    own = "bash" if program == "exe" and _OWN_PROGRAM.fullmatch(name) else ""
    if own or (first.known and (own := _SAME.get(name) or _other_spelling(program))):
        skip = 2 if own == "osh" and [field.text for field in command.fields[1:2]] in (["osh"], ["ysh"]) else 1
        return _dispatch(walk, msgspec.structs.replace(command, fields=(Field(own), *command.fields[skip:])))
    if first.glob and "[" in program and program not in ("[", "[["):
        meant = next((known for known in _GUESSED if fits_glob(known, program)), "")
        if meant:
            return _dispatch(walk, msgspec.structs.replace(command, fields=(Field(meant), *command.fields[1:])))
    if not program:
        return _unknown_program(walk, command)
    if walk.written and "/" in name and (ref := walk.ref(first)) is not None and ref.path in walk.written:
        return _run_file(walk, command, program)
    if walk.written:
        run_found(walk, program, command.fields[1].text if len(command.fields) > 1 else "")
    nested = _NESTED_ONLY.get(program)
    if nested is not None:
        return nested(walk, command, program)
    if program not in _SPECIAL and not program[-1].isdigit() and not program.startswith(LOADERS):
        return _run_file(walk, command, program)
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return builtin(walk, command)
    if program in POWER_SHELLS:
        return run_power(walk, command, program)
    if program in SHELLS:
        return run_shell(walk, command, program)
    if program in ("ssh", "autossh"):
        run_ssh(walk, command, program)
    if program == "env" and len(command.fields) > 1:
        split = _env_split(walk, command)
        if split is not None:
            return split
    wrapper = WRAPPERS.get(program)
    if wrapper is None and program.startswith(LOADERS):
        wrapper = LOADER
    if wrapper is not None and program != "command":
        opened = open_wrapper(walk, command, program, wrapper)
        if opened is not None:
            return opened
    if command.channels.stdin.piped and (reader := _reader_of(command, program)) is not None:
        return reader(walk, command, program)
    nested = NESTED.get(program)
    if nested is not None and not (program == "bun" and any(field.text in ("-e", "-p", "--eval", "--print") for field in command.fields[1:])):
        return nested(walk, command, program)
    if language_of(program):
        return run_interpreter(walk, command, program)
    return _run_file(walk, command, program)


def _other_spelling(program: str) -> str:
    """The usual name of a shell with its version (`bash-5.2`), of a program as zsh (`=rm`) and nu (`^rm`) may call it, or of one of Windows (`REG.EXE`), "" for others."""
    if not (last := program[-1:]).isdigit() and last not in "eEcx" and program[:1] not in ("=", "^"):
        return ""
    if program[-4:].lower() == ".exe" and (name := program[:-4].rpartition("\\")[2].lower()) in OF_WINDOWS:
        return name
    if program == "oils-for-unix":
        return "osh"
    if program[:1] in ("=", "^"):
        return program[1:] if program[1:].isidentifier() else ""
    version = _VERSIONED.fullmatch(program) if program[-1:].isdigit() or program[-7:] == "-static" else None
    return version.group(1) if version is not None else ""


def _run_file(walk: Walk, command: Command, program: str) -> Stream:
    """A plain program; one given by path may be a file of this call, and one that no table knows may start another."""
    output = run_plain(walk, command, program)
    if len(command.fields) > 1 and spec_of(program) is UNKNOWN_PROGRAM:
        run_unknown(walk, command, program)
    if "/" in command.fields[0].text:
        _started_file(walk, command.fields[0], command)
    return output


def _reader_of(command: Command, program: str) -> Nested | None:
    """What a program that was told no command does with its standard input, None where that is no shell text."""
    if program in ("sudo", "doas"):
        return shell_on_stdin if _shell_login(command) else run_plain
    if program in _START_SHELLS:
        return shell_on_stdin
    return shell_from_afar if is_login(program, [field.text for field in command.fields[1:]]) else None


def _shell_login(command: Command) -> bool:
    return any(field.text in ("-s", "-i", "-") for field in command.fields[1:])


def _env_split(walk: Walk, command: Command) -> Stream | None:
    """`env -S 'cmd args'` reads one string much as a shell does: quotes, escapes, `${NAME}`."""
    fields = command.fields
    for index, field in enumerate(fields[1:], start=1):
        text = field.text
        split = _SPLIT.match(text)
        if split is None and text != "--split-string":
            if text.startswith("-") or "=" in text or fields[index - 1].text in ("-u", "-C", "--unset", "--chdir"):
                continue
            return None
        given = text[split.end() :] if split is not None else ""
        after = index + 1 + (not given)
        given = given or "".join(one.text for one in fields[index + 1 : after])
        if not given.strip() or not all(one.known for one in fields[after:]):
            return None
        words = [quote(one.text) for one in fields[1:index]] + [given.replace("\\_", " ")] + [quote(one.text) for one in fields[after:]]
        return run_apart(walk, f"env {' '.join(words)}", command.context, command.channels.stdin)
    return None


def _unknown_program(walk: Walk, command: Command) -> Stream:
    origins = origins_of(command.fields)
    run_plain(walk, command, "")
    note_code(walk, origins - {Origin.SECRET, Origin.LOCAL_FILE}, opaque=not command.fields[0].known or bool(command.fields[0].text))
    return Stream(origins=origins)


def _started_file(walk: Walk, first: Field, command: Command) -> None:
    """A program given by path is a file that is run: one this call wrote or downloaded, or a local script."""
    ref = walk.ref(first)
    if ref is None or not ref.path:
        return
    written = walk.written.get(ref.path)
    if written is not None:
        origins = written.read_back
        note_code(walk, origins - {Origin.SECRET}, opaque=False)
        if (words := _first_line_words(written.as_code, ref.path)) and words not in walk.active:
            walk.active.append(words)
            run_apart(walk, words, command.context.within(first.text, span=command.span))
            walk.active.pop()
        if language := _of_first_line(written.as_code):
            scan_code(walk, command, (language, language), Field(written.as_code, origins=written.origins))
        elif written.as_code:
            outer, walk.scope = walk.scope, walk.scope.fork()
            walk.scope.positional = command.fields[1:]
            run_script_file(walk, command, ref.path, written.as_code,
                            command.context.within(first.text, span=command.span, executes=command.context.executes | origins))
            walk.scope = outer
    elif "@repo" in ref.places or "@temp" in ref.places or "@under_home" in ref.places:
        note_code(walk, frozenset({Origin.LOCAL_FILE}), opaque=False)


def _first_line_words(text: str, path: str) -> str:
    """What a `#!` line with a program text or further words runs: `#!/usr/bin/env -S sh -c 'rm x'`. Flags alone say nothing."""
    if text[:2] != "#!":
        return ""
    program, argument = (*text.partition("\n")[0][2:].strip().split(None, 1), "", "")[:2]
    if program.endswith("/env"):
        split = _SPLIT.match(argument)
        return f"{argument[split.end():]} {quote(path)}" if split else ""
    return f"{program} {quote(argument)} {quote(path)}" if len(argument) > _FLAGS else ""


def _of_first_line(text: str) -> str:
    """The language of a script by its `#!` line, "" for a shell's."""
    for word in text.partition("\n")[0][2:].split() if text.startswith("#!") else ():
        name = word.rpartition("/")[2]
        if name != "env" and word[0] != "-" and "=" not in word:
            return "python" if name == "uv" else language_of(name)
    return ""
