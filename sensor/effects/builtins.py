"""Shell builtins that change the shell's own state or run text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.aliases import run_alias, run_enable, run_hash
from sensor.effects.moving import run_cd
from sensor.effects.reading import run_read
from sensor.effects.runs.constants import constant_output
from sensor.effects.runs.effect import origins_of
from sensor.effects.runs.plain import note_code, note_flow, run_given, run_plain
from sensor.effects.shell.assignments import assign
from sensor.effects.shell.environment import run_variables
from sensor.effects.shell.scope import NO_ORIGINS, SILENT, Field, Stream, Value
from sensor.model.effects import Origin

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk


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


BUILTINS = {
    "cd": run_cd, "pushd": run_cd, "popd": run_cd, "chdir": run_cd, "export": run_declare, "declare": run_declare, "local": run_declare,
    "readonly": run_declare, "typeset": run_declare, "eval": run_eval, "source": run_source, ".": run_source, "exec": run_exec,
    "trap": run_trap, "alias": run_alias, "set": run_set, "shift": run_shift, "read": run_read, "mapfile": run_read,
    "readarray": run_read, "unset": run_unset, "printf": run_printf, "hash": run_hash, "enable": run_enable,
    "compgen": run_compgen, "print": run_print,
}
