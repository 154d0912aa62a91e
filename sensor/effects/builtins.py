"""Shell builtins that change the shell's own state or run text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.moving import run_cd
from sensor.effects.runs.constants import constant_output
from sensor.effects.runs.effect import origins_of
from sensor.effects.runs.plain import note_code, note_flow, run_given, run_plain
from sensor.effects.shell.assignments import assign
from sensor.effects.shell.cells import first_fields
from sensor.effects.shell.environment import run_variables
from sensor.effects.shell.merging import Before
from sensor.effects.shell.scope import NO_ORIGINS, SILENT, Field, Stream, Value
from sensor.model.effects import Effect, Origin

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_RECURSION = 3
MAX_ALIAS = 4096  # characters
_OWN = frozenset({"echo", "printf", "test", "[", "true", "false", "pwd", "kill"})  # what the shell does itself unless told otherwise
_UNPLAIN = re.compile(r"[^\w./+-]")


def run_declare(walk: Walk, command: Command) -> Stream:
    """`export`, `declare`, `local`, `readonly`, `typeset`."""
    flags = {letter for field in command.fields[1:] if field.text[:1] in "-+" for letter in field.text[1:]}
    pairs = []
    if command.fields[0].text == "local" and not walk.scope.frames:
        walk.linked = walk.linked or "||"  # outside of a function an error in bash
    for field in command.fields[1:]:
        name, equals, value = field.text.partition("=")
        if walk.scope.frames and name.isidentifier() and "g" not in flags and command.fields[0].text not in ("export", "readonly"):
            walk.scope.frames[-1].setdefault(name, walk.scope.variables.get(name))
        if equals and "n" in flags and value.isidentifier() and value != name and command.fields[0].text != "export":
            walk.scope.references[name] = value
            continue
        if equals and name.rstrip("+").isidentifier():
            head = field.head[len(name) + 1 :] if field.head else ""
            assign(walk, name.rstrip("+"), walk.arrays.pop(name.rstrip("+"), _array(value)) if value.startswith("(") else
                   Value((Field(value, field.known, False, head, field.tail, field.origins),)), name.endswith("+"))
            pairs.append((name.rstrip("+"), value))
        if name.isidentifier() and flags & {"l", "u"}:
            walk.scope.cases[name] = "u" if "u" in flags else "l"
            assign(walk, name, walk.scope.variables.get(name, Value(())))
        if "r" in flags or command.fields[0].text == "readonly":
            walk.scope.constants.add(name)
    run_variables(walk, tuple(pairs))
    before = len(walk.effects)
    run_plain(walk, command, command.fields[0].text)
    walk.effects[before] = msgspec.structs.replace(walk.effects[before], assignments=tuple(pairs))
    if command.fields[0].text in ("export", "declare", "typeset") and ("p" in flags or len(command.fields) == 1 or (flags == {"x"} and len(command.fields) == 2)):
        return Stream(origins=frozenset({Origin.SECRET}))
    return SILENT


def _array(value: str) -> Value:
    return Value(tuple(Field(word.strip("'\"")) for word in value.strip("()").split()), array=True)


def run_eval(walk: Walk, command: Command) -> Stream:
    """`eval`: the words joined are a script."""
    fields = _without_mark(command.fields[1:])
    origins = origins_of(fields)
    if not fields:
        return SILENT
    if any(not field.known for field in fields):
        text = " ".join(field.text for field in fields)
        run_plain(walk, command, "eval")
        # unknown values behind a known command: its own effects say most
        plain = bool((fields[0].head if not fields[0].known else fields[0].text).strip())
        note_code(walk, origins, opaque=not plain and not _environment_tool(text))
        if plain:
            walk.run_text(text, command.context.within("eval", span=command.span), command.channels.stdin)
        return Stream(origins=origins)
    executes = origins & {Origin.DOWNLOAD, Origin.DECODED, Origin.JUST_WRITTEN}
    note_flow(walk, executes)
    return run_given(walk, " ".join(field.text for field in fields),
                     command.context.within("eval", span=command.span, executes=command.context.executes | executes), command.channels.stdin)


_TOOLS = ("ssh-agent", "pyenv", "rbenv", "nodenv", "direnv", "brew shellenv", "mise", "asdf", "fnm", "starship", "zoxide", "conda",
          "opam", "dircolors", "minikube", "docker-machine", "pip completion", "completion", "lesspipe", "hook ", "shellenv", "env")


def _environment_tool(text: str) -> bool:
    """`eval "$(ssh-agent -s)"` and the like, which every developer runs."""
    return text.startswith("$(") and any(tool in text for tool in _TOOLS) and "curl" not in text and "base64" not in text


def run_source(walk: Walk, command: Command) -> Stream:
    """`source file`, `. file`."""
    run_plain(walk, command, "source")
    if len(command.fields) < 2:
        if command.channels.stdin.piped:  # fish
            run_code(walk, command.channels.stdin, command, "source")
        return SILENT
    field, *arguments = _without_mark(command.fields[1:]) or command.fields[1:]
    stream = walk.file_stream(field, walk.ref(field))
    if field.text in ("/dev/stdin", "/dev/fd/0") and command.channels.stdin.piped:
        stream = command.channels.stdin
    saved = walk.scope.positional
    walk.scope.positional = tuple(arguments) or saved
    run_code(walk, stream, command, "source")
    if arguments:
        walk.scope.positional = saved
    return Stream(origins=NO_ORIGINS)


def _without_mark(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The words behind a `--` that ends the options of a builtin."""
    return fields[1:] if fields and fields[0].text == "--" else fields


def run_code(walk: Walk, stream: Stream, command: Command, wrapper: str) -> None:
    """Shell code from a file or stream: walk it when constant, else mark the last effect."""
    origins = stream.origins - {Origin.SECRET}
    if stream.text is not None:
        note_code(walk, origins, opaque=False)
        run_given(walk, stream.text, command.context.within(wrapper, span=command.span, executes=command.context.executes | origins))
    else:
        note_code(walk, origins, opaque=not origins or Origin.DECODED in origins)


def run_exec(walk: Walk, command: Command) -> Stream:
    """`exec cmd`; without a command its redirections stay open."""
    fields = list(command.fields[1:])
    while fields and fields[0].text.startswith("-") and len(fields[0].text) > 1:
        takes_name = fields[0].text == "-a"
        fields = fields[2:] if takes_name else fields[1:]
    if not fields:
        run_plain(walk, command, "exec")
        if command.channels.redirected:
            walk.scope.output = command.channels.writes
        walk.scope.input = command.channels.stdin if command.channels.stdin.piped else walk.scope.input
        return SILENT
    inner = msgspec.structs.replace(command, fields=tuple(fields), context=command.context.within("exec"))
    return walk.dispatch(walk, inner)


def run_trap(walk: Walk, command: Command) -> Stream:
    """`trap 'code' SIGNAL` runs the code later."""
    run_plain(walk, command, "trap")
    operands = [field for field in command.fields[1:] if not field.text.startswith("-")]
    if len(operands) > 1 and operands[0].known and operands[0].text:
        walk.run_apart(operands[0].text, command.context.within("trap", span=command.span))
    return SILENT


_USUAL = frozenset({"ls", "cd", "cat", "git", "grep", "vi", "vim", "sudo", "ssh", "make", "npm", "python", "python3", "cp", "mv", "pwd", "echo", "docker"})  # what an alias may stand before, to run sooner or later


def run_alias(walk: Walk, command: Command) -> Stream:
    run_plain(walk, command, "alias")
    flags, operands = [field.text for field in command.fields[1:] if field.text[:1] == "-"], [field for field in command.fields[1:] if field.text[:1] != "-"]
    if len(operands) > 1 and operands[0].text.isidentifier():  # fish and csh: `alias name body`
        operands = [Field(f"{operands[0].text}={' '.join(field.text for field in operands[1:])}", all(field.known for field in operands))]
    for field in operands:
        name, equals, body = field.text.partition("=")
        if equals and field.known:
            walk.scope.aliases[name] = body
            if "-g" in flags or "-s" in flags:  # of zsh, which stand anywhere in a line, or for the end of a file's name
                walk.run_apart(body.lstrip(";|& "), command.context.within("alias", span=command.span))
            elif name in _USUAL and body.split()[:1] != [name]:
                walk.run_apart(body, command.context.within("alias", span=command.span))
    return SILENT


def run_set(walk: Walk, command: Command) -> Stream:
    """`set -- a b` gives positional parameters; bare `set` prints every variable."""
    run_plain(walk, command, "set")
    texts = [field.text for field in command.fields]
    if "--" in texts:
        walk.scope.positional = command.fields[texts.index("--") + 1 :]
    else:
        first = 1
        while first < len(texts) and texts[first][:1] in ("-", "+") and len(texts[first]) > 1:
            first += 2 if texts[first][-1] == "o" else 1  # the name of the option follows
        walk.scope.positional = command.fields[first:] or walk.scope.positional
    _set_elsewhere(walk, [field for field in command.fields[1:] if not field.text.startswith(("-", "+"))])
    return Stream(origins=frozenset({Origin.SECRET})) if len(texts) == 1 else SILENT


def _set_elsewhere(walk: Walk, operands: list[Field]) -> None:
    """In fish and csh the same word gives a variable its value: `set c rm -r`, `set c=rm`."""
    name, equals, value = operands[0].text.partition("=") if operands else ("", "", "")
    if name.isidentifier() and (equals or len(operands) > 1):
        walk.scope.variables[name] = Value((Field(value),)) if equals else Value(tuple(operands[1:]), array=True)


def run_shift(walk: Walk, command: Command) -> Stream:
    count = command.fields[1].text if len(command.fields) > 1 else "1"
    walk.scope.positional = walk.scope.positional[int(count) if count.isdigit() and len(count) < 4 else 1 :]
    return SILENT


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


def run_compgen(walk: Walk, command: Command) -> Stream:
    """`compgen -C 'cmd'`, `-F function`, `-W 'words with $(cmd)'`: completions are made by running something."""
    run_plain(walk, command, "compgen")
    for index, field in enumerate(command.fields[1:-1], start=1):
        text, context = command.fields[index + 1].text, command.context.within("compgen", span=command.span)
        if field.text in ("-C", "-F"):
            walk.run_apart(text, context)
        elif field.text == "-W" and ("$(" in text or "`" in text):
            walk.run_text(f'echo "{text}"', context)
    return Stream()


def run_print(walk: Walk, command: Command) -> Stream:
    """`print` of zsh and ksh: -P expands its text as a prompt."""
    output = run_plain(walk, command, "print")
    if any(field.text[:1] == "-" and "P" in field.text for field in command.fields[1:]):
        for field in command.fields[1:]:
            if "$(" in field.text or "`" in field.text:
                walk.run_text(f'echo "{field.text}"', command.context.within("print", span=command.span))
    words = [field for field in command.fields[1:] if field.text[:1] != "-"]
    return Stream(" ".join(field.text for field in words) + "\n", origins_of(tuple(words))) if words and all(field.known for field in words) else output


def _descriptor(walk: Walk, command: Command) -> Stream | None:
    """What `-u 3` reads from, when this call opened it."""
    texts = [field.text for field in command.fields]
    for index, text in enumerate(texts[1:], start=1):
        if text.startswith("-") and "u" in text:
            number = text.partition("u")[2] or (texts[index + 1] if index + 1 < len(texts) else "")
            return walk.written.get(f"/dev/fd/{number}")
    return None


def run_unset(walk: Walk, command: Command) -> Stream:
    run_plain(walk, command, "unset")
    only_functions = any(field.text == "-f" for field in command.fields)
    for field in command.fields[1:]:
        if field.text in walk.scope.constants:
            continue
        if field.text.isidentifier() and not only_functions:
            walk.scope.variables[field.text] = Value(())
        walk.scope.functions.pop(field.text, None)
    return SILENT


def run_printf(walk: Walk, command: Command) -> Stream:
    """`printf -v name` assigns; otherwise it prints constants."""
    run_plain(walk, command, "printf")
    if len(command.fields) > 2 and command.fields[1].text[:2] == "-v" and len(command.fields[1].text) > 2:
        command = msgspec.structs.replace(command, fields=(command.fields[0], Field("-v"), Field(command.fields[1].text[2:]), *command.fields[2:]))
    if len(command.fields) > 3 and command.fields[1].text == "-v":
        inner = msgspec.structs.replace(command, fields=(command.fields[0], *command.fields[3:]))
        text = constant_output(inner, walk.give_up)
        name = command.fields[2].text
        walk.scope.variables[name] = Value((Field(text if text is not None else "$" + name, known=text is not None),))
        return SILENT
    return Stream(constant_output(command, walk.give_up), origins_of(command.fields[1:]))


def run_function(walk: Walk, command: Command) -> Stream:
    """Call a function of this script with its arguments."""
    name = command.fields[0].text
    group, source = walk.scope.functions[name]
    if walk.active.count(name) >= MAX_RECURSION:
        context = command.context  # a function that starts itself beside itself is how machines are made to stop answering
        walk.effects.append(Effect(program=name, argv=(name,), wrappers=(*context.wrappers, "recursion"), cwd=walk.cwd(), span=command.span,
                                   background=context.background or command.channels.stdin.piped))
        return Stream()
    walk.active.append(name)
    scope = walk.scope
    saved, scope.positional = scope.positional, command.fields[1:]
    scope.frames.append({})
    before = Before(scope, "function") if walk.linked else None
    output = walk.run_statements(group.body, source, (command.context.within(span=command.span), command.channels.stdin))
    for hidden, value in scope.frames.pop().items():
        if value is None:
            scope.variables.pop(hidden, None)
        else:
            scope.variables[hidden] = value
    if before is not None:
        before.and_after(walk.paths, walk.environment)
    scope.positional = saved
    walk.active.pop()
    return output


def run_alias_body(walk: Walk, command: Command) -> Stream:
    """An alias with its arguments, as an interactive shell would run it."""
    name = command.fields[0].text
    body = walk.scope.aliases[name]
    if body.startswith("/") and body not in walk.active and not _UNPLAIN.search(body):
        return walk.dispatch(walk, msgspec.structs.replace(command, fields=(Field(body), *command.fields[1:])))
    if name in walk.active:
        return Stream()
    words = list(command.fields[1:])
    while body[-1:] in (" ", "\t") and words and words[0].text in walk.scope.aliases and len(body) < MAX_ALIAS:  # then the next word is one, too
        body += walk.scope.aliases[words.pop(0).text]
    walk.active.append(name)
    text = " ".join([body, *(quote(field.text) if field.known else field.text for field in words)])
    output = walk.run_text(text, command.context.within(span=command.span), command.channels.stdin)
    walk.active.pop()
    return output


def run_hash(walk: Walk, command: Command) -> Stream:
    """`hash -p /bin/rm name`: the name starts that program from now on."""
    run_plain(walk, command, "hash")
    texts = [field.text for field in command.fields[1:]]
    if "-p" in texts and len(texts) > 2:
        path, *names = [text for text in texts if text != "-p"]
        walk.scope.hashed |= dict.fromkeys(names, path)
        walk.scope.aliases |= {name: path for name in names if name not in _OWN}
    return SILENT


def run_enable(walk: Walk, command: Command) -> Stream:
    """`enable -n echo`: from now on the name starts a program."""
    run_plain(walk, command, "enable")
    texts = [field.text for field in command.fields[1:]]
    if "-n" in texts:
        walk.scope.aliases |= {name: path for name, path in walk.scope.hashed.items() if name in texts}
    return SILENT


def quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


BUILTINS = {
    "cd": run_cd, "pushd": run_cd, "popd": run_cd, "chdir": run_cd, "export": run_declare, "declare": run_declare, "local": run_declare,
    "readonly": run_declare, "typeset": run_declare, "eval": run_eval, "source": run_source, ".": run_source, "exec": run_exec,
    "trap": run_trap, "alias": run_alias, "set": run_set, "shift": run_shift, "read": run_read, "mapfile": run_read,
    "readarray": run_read, "unset": run_unset, "printf": run_printf, "hash": run_hash, "enable": run_enable,
    "compgen": run_compgen, "print": run_print,
}
