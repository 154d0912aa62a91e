"""Shells and interpreters: which code they run, and where it comes from."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.code.code import LANGUAGES, read_code
from sensor.effects.code.dialects import CODE_FLAGS, LONG_CODE
from sensor.effects.code.powershell import decode_command, run_powershell
from sensor.effects.runs.effect import looks_like_path, origins_of
from sensor.effects.runs.plain import note_code, run_apart, run_given, run_plain, run_script_file
from sensor.effects.shell.scope import NO_ORIGINS, Field, Stream, Value
from sensor.model.effects import Origin, PathRef, Sink, TextField

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Context
    from sensor.effects.shell.walk import Walk

_SHELL_VALUES = frozenset({"o", "O", "rcfile", "init-file"})
_STARTUP_FILES = ("rcfile", "init-file")
_STDIN = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/thread-self/fd/0"})
_CODE_FLAGS = {
    "python": ("c", ""), "node": ("e", "p"), "perl": ("e", "E"), "ruby": ("e", ""), "php": ("r", "B"), "deno": ("", ""), "lua": ("e", ""),
    "Rscript": ("e", ""), "osascript": ("e", ""), "bun": ("e", "p"), "tclsh": ("", ""), "julia": ("e", "E"), "swift": ("e", ""), "guile": ("c", ""), "groovy": ("e", ""), "elixir": ("e", ""), "erl": ("", ""), "ocaml": ("e", ""), "scala": ("e", ""),
    **CODE_FLAGS,
}
INTERPRETERS = frozenset({*_CODE_FLAGS, *LANGUAGES})
_OWN_MODULES = frozenset({"sensor.cli", "sensor.cli.main"})  # the same as the command `handrail`
_LONG_CODE = {**LONG_CODE, "node": ("eval", "print"), "bun": ("eval", "print"), "deno": (), "julia": ("eval",)}
_VALUES = {"python": frozenset("WXmQ"), "perl": frozenset("IMmF"), "ruby": frozenset("ICrKE"), "node": frozenset("r"), "php": frozenset("dcz"), "lua": frozenset("l"), "osascript": frozenset("ls")}


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


def run_interpreter(walk: Walk, command: Command, program: str) -> Stream:
    """python, node, perl, ...: read the code where it is given on the command line or standard input."""
    language = language_of(program)
    fields = list(command.fields[1:])
    code, index = _code_field(fields, language)
    output = run_plain(walk, command, program)
    if code is not None:
        code = _with_later(fields, code, language)
        if language in ("perl", "ruby"):
            _line_files(walk, fields, code)
        return _with_secrets(walk, output, scan_code(walk, command, (program, language), code))
    rest = fields[index:]
    if language == "python" and rest and rest[0].text in _OWN_MODULES:
        walk.dispatch(walk, msgspec.structs.replace(command, fields=(Field("handrail"), *rest[1:])))
        return output
    if language in ("deno", "bun") and rest and rest[0].text in ("run", "test", "serve"):
        rest = [field for field in rest[1:] if not field.text.startswith("-")]
    if rest and rest[0].text != "-":
        module = language == "python" and any(field.text == "-m" for field in fields[:index])
        if not module:
            ref = walk.ref(rest[0])
            stream = walk.file_stream(rest[0], ref)
            _reads(walk, ref)
            note_code(walk, stream.origins - {Origin.SECRET}, opaque=False)
            if (handed := _console_code(rest)) is not None:
                scan_code(walk, command, (program, language), handed)
            elif stream.text:
                scan_code(walk, command, (program, language), Field(stream.text, origins=stream.origins))
        else:
            _module_files(walk, rest)
        return Stream(origins=output.origins - {Origin.LOCAL_FILE})
    stdin = command.channels.stdin
    if not stdin.piped or any(field.text in ("-V", "--version", "-v", "--help", "-h", "-m") for field in fields[:index]):
        return output
    if stdin.text is not None:
        return _with_secrets(walk, output, scan_code(walk, command, (program, language), Field(stdin.text, origins=stdin.origins)))
    local = Origin.LOCAL_FILE in stdin.origins and not stdin.origins & {Origin.DECODED, Origin.DOWNLOAD}
    note_code(walk, stdin.origins, opaque=not local)
    return output


def _console_code(rest: list[Field]) -> Field | None:
    """Code for the console of a framework: `manage.py shell -c code`, `artisan tinker --execute=code`."""
    words = [field.text for field in rest[:16]]
    if not words or not words[0].endswith(("manage.py", "artisan", "django-admin")) or not {"shell", "shell_plus", "tinker"} & set(words):
        return None
    for index, word in enumerate(words):
        if word.startswith(("--execute=", "--command=")):
            return Field(word.partition("=")[2], rest[index].known, origins=rest[index].origins)
        if word in ("-c", "--command", "--execute") and index + 1 < len(rest):
            return rest[index + 1]
    return None


def _with_secrets(walk: Walk, output: Stream, number: int) -> Stream:
    """What the code of effect `number` prints: it may be the credential file that it reads."""
    if not any("@credentials" in ref.places for ref in walk.effects[number].reads):
        return output
    return msgspec.structs.replace(output, origins=output.origins | {Origin.SECRET})


def _module_files(walk: Walk, fields: list[Field]) -> None:
    """`python -m json.tool file`: what looks like a file behind a module is read."""
    files = tuple(ref for field in fields[1:] if looks_like_path(field) and (ref := walk.ref(field)) is not None)
    if files:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=walk.effects[-1].reads + files)


def _line_files(walk: Walk, fields: list[Field], code: Field) -> None:
    """`perl -pi -e code files`: with -n and -p the operands are read line by line, with -i also written."""
    letters = "".join(field.text[1:] for field in fields if field.text[:1] == "-" and field.text[1:2] not in "-rMmIF")
    if not set(letters) & {"n", "p", "i"} or code not in fields:
        return
    files = [ref for field in fields[fields.index(code) + 1 :] if not field.text.startswith("-") and (ref := walk.ref(field)) is not None]
    last = walk.effects[-1]
    walk.effects[-1] = msgspec.structs.replace(
        last, reads=(*last.reads, *files), writes=(*last.writes, *files) if "i" in letters else last.writes)


def language_of(program: str) -> str:
    """Family of an interpreter by its program name, "" for anything else."""
    if program in _CODE_FLAGS:
        return program
    return LANGUAGES.get(program) or LANGUAGES.get(program.rstrip("0123456789."), "")


def _code_field(fields: list[Field], language: str) -> tuple[Field | None, int]:
    """The code given by a flag, or None and the index of the first operand."""
    letters = [letter for letter in _CODE_FLAGS.get(language, ("", "")) if letter]
    values = _VALUES.get(language, frozenset())
    index = 0
    while index < len(fields):
        text = fields[index].text
        if (language, text) in (("deno", "eval"), ("erl", "-eval"), ("matlab", "-batch"), ("matlab", "-r")) and index + 1 < len(fields):
            return fields[index + 1], index
        if len(text) < 2 or text[0] != "-" or text == "--":
            return None, index + (text == "--")
        if text.startswith("--"):
            name, equals, value = text[2:].partition("=")
            if name in _LONG_CODE.get(language, ()):
                return (Field(value), index) if equals else (fields[index + 1] if index + 1 < len(fields) else None, index)
            index += 1
            continue
        for position, letter in enumerate(text[1:], start=1):
            if letter in letters:
                rest = text[position + 1 :]
                if rest and rest.strip("".join(letters)):
                    return Field(rest, fields[index].known, origins=fields[index].origins), index
                return (fields[index + 1] if index + 1 < len(fields) else None), index
            if letter in values:
                if letter == "m" and language == "python":
                    return None, index + 1
                index += 0 if text[position + 1 :] else 1
                break
        index += 1
    return None, index


def _with_later(fields: list[Field], code: Field, language: str) -> Field:
    """The code with that of later `-e` words, where a program takes several for one text."""
    if language not in ("osascript", "perl", "ruby"):
        return code
    given = [field for before, field in pairwise(fields) if before.text == "-e"]
    return code if len(given) < 2 else Field("\n".join(field.text for field in given), all(field.known for field in given), origins=origins_of(tuple(given)))


def scan_code(walk: Walk, command: Command, names: tuple[str, str], code: Field) -> int:
    """Add what `code` says it does to the last effect, whose number is returned; `names` are the program and its language."""
    program, language = names
    index = len(walk.effects) - 1
    walk.add_text(TextField.ARGS, code.text, f"{program} code")
    if not code.known and not code.head.strip() and code.text.lstrip().startswith(("$", "`")):
        note_code(walk, code.origins, opaque=True)
        return index
    facts = read_code(walk, code.text, language)
    executes = (code.origins - {Origin.SECRET, Origin.UNTRUSTED, Origin.LOCAL_FILE}) | facts.executes
    last = walk.effects[index]
    walk.effects[index] = msgspec.structs.replace(
        last, reads=last.reads + facts.reads, writes=last.writes + facts.writes, deletes=last.deletes + facts.deletes,
        hosts=last.hosts + facts.hosts, executes=last.executes | executes, flags=last.flags | facts.flags)
    for origin in executes & {Origin.DOWNLOAD, Origin.DECODED}:
        walk.add_flow(origin, Sink.INTERPRETER)
    if facts.leaks or (Origin.SECRET in origins_of((code,)) and facts.hosts):
        walk.add_flow(Origin.SECRET, Sink.NETWORK, program)
    context = command.context.within(program, span=command.span, executes=command.context.executes | executes)
    for text in facts.shell:
        run_apart(walk, text, context)
    for words in facts.commands:
        walk.dispatch(walk, msgspec.structs.replace(command, fields=tuple(Field(word) for word in words), context=context, assignments=()))
    return index
