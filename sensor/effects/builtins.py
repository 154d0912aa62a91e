"""Shell builtins that change the shell's own state or run text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.assignments import assign
from sensor.effects.cells import first_fields
from sensor.effects.constants import constant_output
from sensor.effects.effect import origins_of
from sensor.effects.environment import run_variables
from sensor.effects.plain import note_code, note_flow, run_given, run_plain
from sensor.effects.scope import NO_ORIGINS, NOWHERE, SILENT, Field, Stream, Value
from sensor.model.effects import Effect, Origin

if TYPE_CHECKING:
    from sensor.effects.command import Command
    from sensor.effects.walk import Walk

MAX_RECURSION = 3
_OWN = frozenset({"echo", "printf", "test", "[", "true", "false", "pwd", "kill"})  # what the shell does itself unless told otherwise
_UNPLAIN = re.compile(r"[^\w./+-]")


def run_cd(walk: Walk, command: Command) -> Stream:
    """`cd`, `pushd`, `popd`: an unknown target makes all later relative paths unknown."""
    run_plain(walk, command, command.fields[0].text)
    scope = walk.scope
    name = command.fields[0].text
    operands = [field for field in command.fields[1:] if not (len(field.text) > 1 and field.text[0] == "-")]
    if name == "popd":
        scope.previous, scope.cwd = scope.cwd, scope.stack.pop() if scope.stack else NOWHERE
        return SILENT
    if name == "pushd":
        scope.stack.append(scope.cwd)
    target = operands[0] if operands else Field(walk.home)
    before = scope.cwd
    if target.text == "-":
        scope.cwd = scope.previous
    elif not target.known:
        head = target.head.rpartition("/")[0]
        scope.cwd = f"{walk.paths.real(head)}/{target.text[len(head) + 1 :]}" if head.startswith("/") else NOWHERE
    elif target.text:
        found = walk.paths.absolute(target.text, scope.cwd)
        # without a folder from the agent, a relative step stays inside the project as far as anyone knows
        inside = not scope.cwd and not target.text.startswith("/") and ".." not in target.text
        scope.cwd = found or ("" if inside else NOWHERE)
    scope.previous = before
    return SILENT


def run_declare(walk: Walk, command: Command) -> Stream:
    """`export`, `declare`, `local`, `readonly`, `typeset`."""
    flags = {letter for field in command.fields[1:] if field.text[:1] in "-+" for letter in field.text[1:]}
    pairs = []
    for field in command.fields[1:]:
        name, equals, value = field.text.partition("=")
        if walk.scope.frames and name.isidentifier() and "g" not in flags and command.fields[0].text not in ("export", "readonly"):
            walk.scope.frames[-1].setdefault(name, walk.scope.variables.get(name))
        if equals and "n" in flags and value.isidentifier() and value != name and command.fields[0].text != "export":
            walk.scope.references[name] = value
            continue
        if equals and name.rstrip("+").isidentifier():
            head = field.head[len(name) + 1 :] if field.head else ""
            assign(walk, name.rstrip("+"), _array(value) if value.startswith("(") else
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
    fields = command.fields[1:]
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
        return SILENT
    field = command.fields[1]
    stream = walk.file_stream(field, walk.ref(field))
    if field.text in ("/dev/stdin", "/dev/fd/0") and command.channels.stdin.piped:
        stream = command.channels.stdin
    run_code(walk, stream, command, "source")
    return Stream(origins=NO_ORIGINS)


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
        return SILENT
    inner = msgspec.structs.replace(command, fields=tuple(fields), context=command.context.within("exec"))
    return walk.dispatch(walk, inner)


def run_trap(walk: Walk, command: Command) -> Stream:
    """`trap 'code' SIGNAL` runs the code later."""
    run_plain(walk, command, "trap")
    operands = [field for field in command.fields[1:] if not field.text.startswith("-")]
    if len(operands) > 1 and operands[0].known and operands[0].text:
        walk.run_text(operands[0].text, command.context.within("trap", span=command.span))
    return SILENT


_USUAL = frozenset({"ls", "cd", "cat", "git", "grep", "vi", "vim", "sudo", "ssh", "make", "npm", "python", "python3", "cp", "mv", "pwd", "echo", "docker"})  # what an alias may stand before, to run sooner or later


def run_alias(walk: Walk, command: Command) -> Stream:
    run_plain(walk, command, "alias")
    for field in command.fields[1:]:
        name, equals, body = field.text.partition("=")
        if equals and field.known:
            walk.scope.aliases[name] = body
            if name in _USUAL and body.split()[:1] != [name]:
                walk.run_text(body, command.context.within("alias", span=command.span))
    return SILENT


def run_set(walk: Walk, command: Command) -> Stream:
    """`set -- a b` gives positional parameters; bare `set` prints every variable."""
    run_plain(walk, command, "set")
    texts = [field.text for field in command.fields]
    if "--" in texts:
        walk.scope.positional = command.fields[texts.index("--") + 1 :]
    elif len(texts) > 1 and not texts[1].startswith(("-", "+")):
        walk.scope.positional = command.fields[1:]
    return Stream(origins=frozenset({Origin.SECRET})) if len(texts) == 1 else SILENT


def run_shift(walk: Walk, command: Command) -> Stream:
    count = command.fields[1].text if len(command.fields) > 1 else "1"
    walk.scope.positional = walk.scope.positional[int(count) if count.isdigit() and len(count) < 4 else 1 :]
    return SILENT


def run_read(walk: Walk, command: Command) -> Stream:
    """`read`, `mapfile`: variables get what comes in."""
    run_plain(walk, command, command.fields[0].text)
    stdin = _descriptor(walk, command) or command.channels.stdin
    names = [field.text for field in command.fields[1:] if field.text.isidentifier()]
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
    output = walk.run_statements(group.body, source, (command.context.within(span=command.span), command.channels.stdin))
    for hidden, value in scope.frames.pop().items():
        if value is None:
            scope.variables.pop(hidden, None)
        else:
            scope.variables[hidden] = value
    scope.positional = saved
    walk.active.pop()
    return output


def run_alias_body(walk: Walk, command: Command) -> Stream:
    """An alias with its arguments, as an interactive shell would run it."""
    name = command.fields[0].text
    body = walk.scope.aliases[name]
    if body.startswith("/") and body not in walk.active and not _UNPLAIN.search(body):
        return walk.dispatch(walk, msgspec.structs.replace(command, fields=(Field(body), *command.fields[1:])))
    if name in walk.active or any(not field.known for field in command.fields[1:]):
        return Stream()
    walk.active.append(name)
    text = " ".join([body, *(quote(field.text) for field in command.fields[1:])])
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
}
