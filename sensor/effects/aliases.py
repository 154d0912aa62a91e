"""Names that stand for something else: aliases, functions, and programs that the shell was told to start for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.runs.plain import run_plain
from sensor.effects.shell.merging import Before
from sensor.effects.shell.scope import SILENT, Field, Stream
from sensor.model.effects import Effect

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_RECURSION = 3
MAX_ALIAS = 4096  # characters
_OWN = frozenset({"echo", "printf", "test", "[", "true", "false", "pwd", "kill"})  # what the shell does itself unless told otherwise
_UNPLAIN = re.compile(r"[^\w./+-]")
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
