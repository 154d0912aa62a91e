"""Interpreters: the code that they run, where it comes from, and what it says it does."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.code.cells import shell_lines
from sensor.effects.code.code import LANGUAGES, read_code
from sensor.effects.code.dialects import CODE_FLAGS, CODE_WORDS, LONG_CODE, WORD_VALUES
from sensor.effects.code.given import Given, fill
from sensor.effects.code.python_parse import MAX_CODE
from sensor.effects.consoles import CONSOLES, run_statements
from sensor.effects.runs.effect import looks_like_path, origins_of
from sensor.effects.runs.plain import note_code, run_apart, run_plain
from sensor.effects.runs.told import printed_by
from sensor.effects.shell.scope import Field, Stream
from sensor.model.effects import Origin, Sink, TextField

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

_CODE_FLAGS = {
    "python": ("c", ""), "node": ("e", "p"), "perl": ("e", "E"), "ruby": ("e", ""), "php": ("r", "B"), "deno": ("", ""), "lua": ("e", ""),
    "Rscript": ("e", ""), "osascript": ("e", ""), "bun": ("e", "p"), "tclsh": ("", ""), "julia": ("e", "E"), "swift": ("e", ""), "guile": ("c", ""), "groovy": ("e", ""), "elixir": ("e", ""), "erl": ("", ""), "ocaml": ("e", ""), "scala": ("e", ""), "kotlin": ("e", ""),
    **CODE_FLAGS,
}
_RUNS_LINES = re.compile(r"\b(?:system|exec|eval|qx)\b[\s({/\"]{0,3}\$_|`\$_|\beval\s*(?:;|$|\})|<(?:STDIN)?>[^;]{0,40}\beval\b|\beval\b[^;]{0,60}(?:<(?:STDIN)?>|STDIN|\$stdin|gets)|`#\{\$_")  # of Perl and Ruby: each line is a command
INTERPRETERS = frozenset({*_CODE_FLAGS, *LANGUAGES})
_OWN_MODULES = frozenset({"sensor.cli", "sensor.cli.main"})  # the same as the command `handrail`
_RUNS_LINE = re.compile(r"\b(?:system|exec|eval|qx)\W{0,3}\$_(?!\w)|`\$_`")  # each line of the input, with -n
_RUN_CODE = frozenset({"pdb", "cProfile", "profile", "trace", "code", "bdb", "memray", "scalene"})  # modules that are given code behind -c
_LONG_CODE = {**LONG_CODE, "node": ("eval", "print"), "bun": ("eval", "print"), "deno": (), "julia": ("eval",)}
_VALUES = {"python": frozenset("WXmQ"), "perl": frozenset("IMmF"), "ruby": frozenset("ICrKE"), "node": frozenset("r"), "php": frozenset("dcz"), "lua": frozenset("l"), "osascript": frozenset("ls")}


def run_interpreter(walk: Walk, command: Command, program: str) -> Stream:
    """python, node, perl, ...: read the code where it is given on the command line or standard input."""
    language = language_of(program)
    fields = list(command.fields[1:])
    code, index = _code_field(fields, language)
    output = run_plain(walk, command, program)
    if code is not None:
        if (printed := printed_by(walk, code.text)) is not None:
            return Stream(printed)
        code = _with_later(fields, code, language)
        foreign = command.channels.stdin.origins & {Origin.DOWNLOAD, Origin.DECODED} if command.channels.stdin.piped else frozenset()
        if foreign and language in ("perl", "ruby") and _RUNS_LINES.search(code.text):
            note_code(walk, foreign, opaque=False)
        if language in ("perl", "ruby"):
            _line_files(walk, fields, code)
            if Origin.DOWNLOAD in command.channels.stdin.origins and _RUNS_LINE.search(code.text):
                note_code(walk, frozenset({Origin.DOWNLOAD}), opaque=False)
        if program.startswith("ipython"):
            run_apart(walk, shell_lines(code.text), command.context.within(program, span=command.span))
        behind = fields[next((number for number, field in enumerate(fields) if field is code or field.text.endswith(code.text)), index) + 1 :]
        if language == "ruby" and any(field.text == "-run" for field in fields):
            _ruby_helper(walk, command, code, [field for field in behind if field.text != "--"])
        return _with_secrets(walk, output, scan_code(walk, command, (program, language), code, _given(walk, command, behind)))
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
            if ref is not None:
                walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=(*walk.effects[-1].reads, ref))
            note_code(walk, stream.origins - {Origin.SECRET}, opaque=False)
            if (script := rest[0].text.rpartition("/")[2]) in CONSOLES:
                run_statements(walk, command, script, tuple(rest[1:]))
            if (handed := _console_code(rest, command.channels.stdin)) is not None:
                scan_code(walk, command, (program, language), handed)
            elif stream.text:
                scan_code(walk, command, (program, language), Field(stream.text, origins=stream.origins), _given(walk, command, rest[1:])._replace(script=True))
        else:
            _run_module(walk, command, program, rest)
        return Stream(origins=output.origins - {Origin.LOCAL_FILE})
    stdin = command.channels.stdin
    if not stdin.piped or any(field.text in ("-V", "--version", "-v", "--help", "-h", "-m") for field in fields[:index]):
        return output
    if stdin.text is not None:
        given = _given(walk, command, rest[1:])._replace(stdin=None, script=True)
        return _with_secrets(walk, output, scan_code(walk, command, (program, language), Field(stdin.text, origins=stdin.origins), given))
    local = Origin.LOCAL_FILE in stdin.origins and not stdin.origins & {Origin.DECODED, Origin.DOWNLOAD}
    note_code(walk, stdin.origins, opaque=not local)
    return output


def _given(walk: Walk, command: Command, behind: list[Field]) -> Given:
    """What code gets: the words behind it, variables, standard input."""

    def variable(name: str) -> str | None:
        value = walk.scope.variables.get(name)
        return value.fields[0].text if value is not None and len(value.fields) == 1 and value.fields[0].known else None

    words = [field.text for field in behind] if all(field.known for field in behind) else []
    stdin = command.channels.stdin
    return Given([word for number, word in enumerate(words) if number or word != "--"], variable, stdin.text if stdin.piped else None)


_RUBY_HELPERS = {"rm_rf": ("rm", "-rf"), "rm": ("rm",), "rmdir": ("rmdir",), "cp": ("cp",), "mv": ("mv",), "ln": ("ln",), "install": ("install",), "touch": ("touch",), "chmod": ("chmod",), "mkdir": ("mkdir",)}


def _ruby_helper(walk: Walk, command: Command, code: Field, behind: list[Field]) -> None:
    """`ruby -run -e rm_rf -- path`: the library `un` has the names of common programs."""
    words = _RUBY_HELPERS.get(code.text.strip())
    if words is not None:
        walk.dispatch(walk, msgspec.structs.replace(command, fields=(*map(Field, words), *behind), context=command.context.within("ruby", span=command.span)))


def _console_code(rest: list[Field], stdin: Stream) -> Field | None:
    """Code for the console of a framework: `manage.py shell -c code`, `artisan tinker --execute=code`, or by standard input."""
    words = [field.text for field in rest[:16]]
    if not words or not words[0].endswith(("manage.py", "artisan", "django-admin")) or not {"shell", "shell_plus", "tinker"} & set(words):
        return None
    for index, word in enumerate(words):
        if word.startswith(("--execute=", "--command=")):
            return Field(word.partition("=")[2], rest[index].known, origins=rest[index].origins)
        if word in ("-c", "--command", "--execute") and index + 1 < len(rest):
            return rest[index + 1]
    return Field(stdin.text, origins=stdin.origins) if stdin.piped and stdin.text else None


def _with_secrets(walk: Walk, output: Stream, number: int) -> Stream:
    """What the code of effect `number` prints: it may be the credential file that it reads."""
    if not any("@credentials" in ref.places for ref in walk.effects[number].reads):
        return output
    return msgspec.structs.replace(output, origins=output.origins | {Origin.SECRET})


def _run_module(walk: Walk, command: Command, program: str, fields: list[Field]) -> None:
    """`python -m json.tool file`: what looks like a file behind a module is read; some unpack or run what they are given."""
    words = [field.text for field in fields]
    if words[:1] in (["IPython"], ["ipython"]):
        run_interpreter(walk, msgspec.structs.replace(command, fields=(Field("ipython"), *fields[1:])), "ipython")
        return
    if words[:1] == ["timeit"]:
        for field in fields[1:]:
            scan_code(walk, command, (program, "python"), field)
        return
    if words[:1] in (["zipfile"], ["tarfile"]) and {"-e", "--extract"} & set(words) and (target := walk.ref(fields[3] if len(fields) > 3 else Field("."))) is not None:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], writes=(*walk.effects[-1].writes, target))
    files = tuple(ref for field in fields[1:] if looks_like_path(field) and (ref := walk.ref(field)) is not None)
    if files:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=walk.effects[-1].reads + files)
    if words[0] in _RUN_CODE:
        for one, other in pairwise(fields):
            if one.text == "-c":
                scan_code(walk, command, (program, "python"), Field(other.text.lstrip("!"), other.known, origins=other.origins))
    elif words[0] == "IPython":
        walk.dispatch(walk, msgspec.structs.replace(command, fields=(Field("ipython"), *fields[1:])))


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
    values, words, word_values = _VALUES.get(language, frozenset()), CODE_WORDS.get(language, ()), WORD_VALUES.get(language, ())
    index = 0
    while index < len(fields):
        text = fields[index].text
        if text in words and index + 1 < len(fields):
            return fields[index + 1], index
        if text in word_values:
            index += 2
            continue
        if len(text) < 2 or text[0] != "-" or text == "--":
            return None, index + (text == "--")
        if text.startswith("--"):
            name, equals, value = text[2:].partition("=")
            if name in _LONG_CODE.get(language, ()) or (equals and f"--{name}" in words):
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
    words = CODE_WORDS.get(language, ("-e",) if language in ("osascript", "perl", "ruby") else ())
    given = [field for before, field in pairwise(fields) if before.text in words]
    return code if len(given) < 2 else Field("\n".join(field.text for field in given), all(field.known for field in given), origins=origins_of(tuple(given)))


def scan_code(walk: Walk, command: Command, names: tuple[str, str], code: Field, given: Given | None = None) -> int:
    """Add what `code` says it does with what it is `given` to the last effect, whose number is returned; `names` are the program and its language."""
    program, language = names
    index = len(walk.effects) - 1
    walk.add_text(TextField.ARGS, code.text, f"{program} code")
    if not code.known and not code.head.strip() and code.text.lstrip().startswith(("$", "`")):
        note_code(walk, code.origins, opaque=True)
        return index
    facts = read_code(walk, code.text if given is None or len(code.text) > MAX_CODE else fill(code.text, language, given), language)
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
    saved, walk.scope.cwd = walk.scope.cwd, facts.folder or walk.scope.cwd
    for text in facts.shell:
        run_apart(walk, text, context)
    for words in facts.commands:
        walk.dispatch(walk, msgspec.structs.replace(command, fields=tuple(Field(word) for word in words), context=context, assignments=()))
    walk.scope.cwd = saved
    return index
