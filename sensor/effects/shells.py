"""Shells and interpreters: which code they run, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.code.powershell import decode_command, run_powershell
from sensor.effects.runs.plain import note_code, run_apart, run_given, run_plain, run_script_file
from sensor.effects.shell.scope import NO_ORIGINS, NOWHERE, Field, Stream, Value
from sensor.model.effects import Origin, PathRef, TextField

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Context
    from sensor.effects.shell.walk import Walk

_SHELL_VALUES = frozenset({"o", "O", "rcfile", "init-file"})
_STARTUP_FILES = ("rcfile", "init-file")
_STDIN = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/thread-self/fd/0"})


def run_shell(walk: Walk, command: Command, program: str) -> Stream:
    """`bash [options] [-c code | file | -s] [args]`."""
    fields = list(command.fields[1:])
    if _only_checks(fields):
        return run_plain(walk, command, program)
    _prompt_variables(walk, command, program)
    code, index, reads_stdin, asks = False, 0, False, False
    startup: list[Field] = []
    while index < len(fields):
        text = fields[index].text
        if text in ("-", "--"):
            index += 1
            break
        if len(text) < 2 or text[0] not in "-+":
            break
        if text.startswith("--"):
            name, equals, value = text[2:].partition("=")
            if name in ("command", "init-command"):
                return _shell_code(walk, command, program, [Field(value)] if equals else fields[index + 1 :])
            if name in _STARTUP_FILES and (equals or index + 1 < len(fields)):
                startup = [Field(value) if equals else fields[index + 1]]
            index += 2 if name in _SHELL_VALUES and not equals else 1
            continue
        letters = text[1:]
        if program == "fish" and letters[-1] == "C" and index + 1 < len(fields):
            _shell_code(walk, command, program, [fields[index + 1]])
            index += 1
            letters = letters[:-1]
        code = code or "c" in letters
        reads_stdin = reads_stdin or "s" in letters
        asks = asks or "i" in letters
        index += 1 + sum(letters.count(letter) for letter in "oO")
    rest = fields[index:]
    if startup and (asks or not (code or rest)):
        run_shell_file(walk, command, program, startup)
    if code and rest:
        return _shell_code(walk, command, program, rest)
    if rest and rest[0].text in _STDIN and (command.channels.stdin.piped or walk.scope.input is not None):
        return shell_on_stdin(walk, command, program, tuple(rest[1:]))
    if rest and not reads_stdin:
        outer, walk.scope = walk.scope, walk.scope.fork()
        output = run_shell_file(walk, command, program, rest)
        walk.scope = outer
        return output
    return shell_on_stdin(walk, command, program, tuple(rest))


_POWER_VALUES = ("win", "exec", "inp", "out", "ver", "work", "conf", "psc")


def run_power(walk: Walk, command: Command, program: str) -> Stream:
    """`powershell [-NoProfile] -Command text | -EncodedCommand base64 | -File script`; options may be shortened."""
    run_plain(walk, command, program)
    fields = list(command.fields[1:])
    context = command.context.within("powershell", span=command.span)
    value = False
    for index, field in enumerate(fields):
        option = field.text.lower().lstrip("-/")
        rest = fields[index + 1 :]
        if value:
            value = False
            continue
        value = option.startswith(_POWER_VALUES) or option in ("v", "w", "ep", "ex")
        if field.text == "-":
            _power_stdin(walk, command, context)
            break
        if field.text[:1] not in "-/" or not option:
            _power_text(walk, fields[index:], context)
            break
        if "command".startswith(option) or option == "commandwithargs":
            if rest and rest[0].text != "-":
                _power_text(walk, rest, context)
            else:
                _power_stdin(walk, command, context)
            break
        if option in ("ec", "enc") or (len(option) > 1 and "encodedcommand".startswith(option)):
            if rest and rest[0].text.startswith("-"):
                continue
            text = decode_command(rest[0].text) if rest else ""
            note_code(walk, frozenset({Origin.DECODED}), opaque=not text)
            run_powershell(walk, text, context)
            break
        if "file".startswith(option) and rest:
            note_code(walk, walk.file_stream(rest[0], walk.ref(rest[0])).origins - {Origin.SECRET}, opaque=False)
            break
    else:
        _power_stdin(walk, command, context)
    return Stream()


def _power_stdin(walk: Walk, command: Command, context: Context) -> None:
    stdin = command.channels.stdin
    if stdin.piped:
        note_code(walk, stdin.origins, opaque=stdin.text is None)
        run_powershell(walk, stdin.text or "", context)


def _power_text(walk: Walk, fields: list[Field], context: Context) -> None:
    text = " ".join(field.text for field in fields)
    walk.add_text(TextField.ARGS, text, "powershell -Command")
    run_powershell(walk, text, context)


def _only_checks(fields: list[Field]) -> bool:
    """`bash -n`: the text is read but not run; a later `+n` takes that back."""
    if any(field.text[:1] == "+" and "n" in field.text for field in fields[:8]):
        return False
    for index, field in enumerate(fields):
        if field.text == "noexec" and index and fields[index - 1].text == "-o":
            return True
        if field.text[:1] != "-":
            return False
        if field.text[:2] != "--" and "n" in field.text:
            return True
    return False


def _shell_code(walk: Walk, command: Command, program: str, fields: list[Field]) -> Stream:
    code, arguments = fields[0], tuple(fields[1:])
    context = command.context
    dangerous = code.origins & {Origin.DOWNLOAD, Origin.DECODED}
    if not code.known:
        plain = _mostly_known(code)
        run_plain(walk, command, program)
        note_code(walk, code.origins, opaque=not plain)
        if plain:
            run_apart(walk, code.text, context.within(program, span=command.span), command.channels.stdin)
        return Stream(origins=code.origins)
    walk.add_text(TextField.ARGS, code.text, f"{program} -c")
    if dangerous:
        run_plain(walk, command, program)
        note_code(walk, code.origins, opaque=False)
    saved, walk.scope.positional = walk.scope.positional, arguments[1:]
    outer, walk.scope = walk.scope, walk.scope.fork()
    if arguments:
        walk.scope.variables["0"] = Value(arguments[:1])
    output = run_given(walk, code.text, context.within(program, span=command.span, executes=context.executes | dangerous), command.channels.stdin)
    walk.scope = outer
    walk.scope.positional = saved
    return output


def _mostly_known(code: Field) -> bool:
    """Unknown variables among known commands: the text itself says enough, as long as the first word is there."""
    first = code.text.lstrip()[:1]
    return bool(code.head.strip()) and first not in ("$", "`")


def _prompt_variables(walk: Walk, command: Command, program: str) -> None:
    """Variables that a starting shell runs as code: `PS4` with -x, `BASH_ENV`, `PROMPT_COMMAND`."""
    for name, value in command.assignments:
        if name in ("BASH_ENV", "ENV") and "$" not in value and "`" not in value:
            run_shell_file(walk, command, program, [Field(value)])
            continue
        if name in ("PS4", "PROMPT_COMMAND", "PS1", "ENV", "BASH_ENV") and ("$(" in value or "`" in value or name == "PROMPT_COMMAND"):
            run_apart(walk, f'echo "{value}"' if name != "PROMPT_COMMAND" else value, command.context.within(program, span=command.span))


def run_shell_file(walk: Walk, command: Command, program: str, rest: list[Field]) -> Stream:
    """A shell that reads the file `rest[0]`; the others are its arguments."""
    ref = walk.ref(rest[0])
    stream = walk.file_stream(rest[0], ref)
    run_plain(walk, command, program)
    _reads(walk, ref)
    # a script where secrets lie is still a file of this machine
    origins = stream.origins - {Origin.SECRET} or (frozenset({Origin.LOCAL_FILE}) if stream.origins else NO_ORIGINS)
    note_code(walk, origins, opaque=not rest[0].known and not rest[0].text.endswith((".sh", '.sh"')))
    if stream.as_code.strip():
        saved, walk.scope.positional = walk.scope.positional, tuple(rest[1:])
        run_script_file(walk, command, ref.path if ref is not None else "", stream.as_code,
                        command.context.within(program, span=command.span, executes=command.context.executes | origins))
        walk.scope.positional = saved
    return Stream(origins=NO_ORIGINS)


def _reads(walk: Walk, ref: PathRef | None) -> None:
    """The script file is read."""
    if ref is not None:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=(*walk.effects[-1].reads, ref))


def shell_on_stdin(walk: Walk, command: Command, program: str, rest: tuple[Field, ...] = ()) -> Stream:
    """A shell that reads its commands from standard input; `rest` are its arguments."""
    stdin = command.channels.stdin if command.channels.stdin.piped or walk.scope.input is None else walk.scope.input
    run_plain(walk, command, program)
    if not stdin.piped:
        return Stream()
    if stdin.text is not None:
        origins = stdin.origins - {Origin.SECRET}
        note_code(walk, origins, opaque=False)
        saved, walk.scope.positional = walk.scope.positional, rest
        output = run_apart(walk, stdin.text, command.context.within(program, span=command.span, executes=command.context.executes | origins))
        walk.scope.positional = saved
        return output
    local = Origin.LOCAL_FILE in stdin.origins and not stdin.origins & {Origin.DECODED, Origin.DOWNLOAD}
    note_code(walk, stdin.origins, opaque=not local)
    if stdin.part_of:
        run_apart(walk, stdin.part_of, command.context.within(program, span=command.span))
    return Stream()


def shell_from_afar(walk: Walk, command: Command, program: str) -> Stream:
    """`ssh host <<END`: the shell on another machine reads its commands from standard input."""
    saved, walk.scope.cwd = walk.scope.cwd, NOWHERE
    output = shell_on_stdin(walk, command, program)
    walk.scope.cwd = saved
    return output
