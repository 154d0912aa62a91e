"""Record an ordinary program run, and what it does with the data that passes through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.programs.operands import Arguments
from sensor.effects.programs.table import ALIASES
from sensor.effects.projects.recipes import FINDERS, FINDS_DOWNLOAD, RECIPES, finds_download, recipe_origins
from sensor.effects.runs.adjust import ADJUST
from sensor.effects.runs.clearing import CLEARS, cleared
from sensor.effects.runs.databases import NAMING, OWN_DATABASE, RESETTING, own_database
from sensor.effects.runs.effect import Touched, build, touch, understand
from sensor.effects.runs.flow import observe
from sensor.effects.runs.host_names import LOOPBACK_NAMES, adds_loopback_names
from sensor.effects.runs.rehearsals import REHEARSING, TRIAL, rehearsed
from sensor.effects.runs.removals import removal_flags
from sensor.effects.runs.sources import FETCHERS, mirror_flag, source_flag
from sensor.effects.runs.sql import CLIENTS, data_flag
from sensor.effects.runs.stores import STORES, store_flags
from sensor.effects.runs.throwaway import throwaway_flags
from sensor.effects.shell.environment import OPTION_VARIABLES, with_options
from sensor.effects.shell.scope import TERMINAL, Field, Stream
from sensor.model.effects import MAX_SCRIPT, Effect, Origin, Sink, TextField

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Context
    from sensor.effects.shell.walk import Walk

SHOWN_INPUT = "shown-input"
"""What another machine gets to run stands in the call, and is looked at there."""


def run_plain(walk: Walk, command: Command, program: str) -> Stream:
    """Add the effect of `command`; returns what it prints."""
    if program in OPTION_VARIABLES:
        command = with_options(walk, command, program)
    spec, arguments, subcommand = understand(command, program)
    touched = Touched.of(command)
    saved = walk.scope.cwd
    if spec.folder:
        for name, field in arguments.values:
            if name in spec.folder and field.known:
                walk.scope.cwd = walk.paths.absolute(field.text, walk.scope.cwd) or walk.scope.cwd
    touch(walk, spec, arguments, touched)
    adjust = ADJUST.get(ALIASES.get(program, program))
    if adjust is not None:
        adjust(walk, arguments, subcommand, touched)
    if program in CLEARS and (emptied := cleared(walk, command, program)):
        touched.deletes += emptied
        arguments.flags.add("recursive")
    effect = build_run(walk, command, program, (arguments, subcommand, touched))
    walk.effects.append(effect)
    if program in RECIPES and (origins := recipe_origins(walk, command, program)):
        note_code(walk, origins, opaque=False)
    output = observe(walk, command, effect, arguments)
    walk.scope.cwd = saved
    return output


def build_run(walk: Walk, command: Command, program: str, parts: tuple[Arguments, tuple[str, ...], Touched]) -> Effect:
    """The effect of a run; one that only shows help or what it would do keeps what it reads and where it asks."""
    arguments, subcommand, touched = parts
    words = [field.text for field in command.fields[1:]] if program in REHEARSING else []
    kind = rehearsed(program, words, arguments, subcommand) if words else ""
    if not kind:
        if program in CLIENTS and (flag := data_flag(walk, command, program, arguments, touched)):
            arguments.flags.add(flag)
        elif (program in NAMING or program in RESETTING) and own_database(walk, command, program, arguments):
            arguments.flags.add(OWN_DATABASE)
        if program in STORES:
            arguments.flags |= store_flags(walk, command, program)
        stdin = command.channels.stdin
        if program == "ssh" and stdin.piped and stdin.text is not None and not stdin.origins:
            arguments.flags.add(SHOWN_INPUT)
        if touched.writes and adds_loopback_names(command, program, arguments.flags, touched):
            arguments.flags.add(LOOPBACK_NAMES)
        if not walk.scope.cwd and any(not ref.path and "@repo_root" in ref.places for ref in touched.deletes):
            arguments.flags.add("delete")  # a folder that nobody named, moved away as a whole: it may be home
        if program in FINDERS and finds_download(walk, command, program):
            arguments.flags.add(FINDS_DOWNLOAD)
        if program in FETCHERS and (flag := source_flag(program, [field.text for field in command.fields[1:]])):
            arguments.flags.add(flag)
        pairs = [field.text.partition("=")[::2] for field in command.fields[1:]] if program == "export" else command.assignments
        if pairs and (flag := mirror_flag(pairs)):
            arguments.flags.add(flag)
        arguments.flags |= removal_flags(command, program, arguments, subcommand) | throwaway_flags(command, program, walk.effects if walk.linked == "&&" else ())
        return build(command, program, parts, walk)
    changed = Touched.of(command)
    if kind == TRIAL:
        changed.reads, changed.hosts = touched.reads, touched.hosts
    only = msgspec.structs.replace(command, fields=(command.fields[0], Field(f"--{kind}")))
    flags = {kind} | arguments.flags if kind == TRIAL else {kind}
    return build(only, program, (Arguments(flags, [], []), (), changed), walk)


def run_given(walk: Walk, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream:
    """Walk shell text that comes from a file or from another command."""
    if len(text) > MAX_SCRIPT:
        walk.give_up("size")
    return walk.run_text(text, context, stdin)


def run_apart(walk: Walk, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream:
    """`run_given` for text that a shell of its own runs."""
    if len(text) > MAX_SCRIPT:
        walk.give_up("size")
    return walk.run_apart(text, context, stdin)


def run_started(walk: Walk, command: Command, program: str, text: str) -> None:
    """`run_apart` for the text of a command that `program` starts, which may be empty."""
    if text.strip():
        run_apart(walk, text, command.context.within(program, span=command.span))


def run_script_file(walk: Walk, command: Command, path: str, text: str, context: Context) -> None:
    """Walk the script at `path`. One that starts itself in the same way says nothing new, unless it does so beside itself."""
    run = "\0".join([path, text, *(field.text for field in walk.scope.positional)])
    if path and run in walk.active:
        beside = command.context.background or command.channels.stdin.piped
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], wrappers=(*command.context.wrappers, "recursion"), background=beside)
        return
    if path in walk.written and walk.written[path].earlier:  # what this call writes itself is among its texts
        walk.add_text(TextField.ARGS, text, "script")
    walk.active.append(run)
    run_given(walk, text, context)
    walk.active.pop()


def note_flow(walk: Walk, origins: frozenset[Origin]) -> None:
    """Data with these origins is run as code."""
    for origin in sorted(origins, key=lambda one: one.value):
        walk.add_flow(origin, Sink.INTERPRETER)


def note_code(walk: Walk, origins: frozenset[Origin], opaque: bool) -> None:
    """Mark the last effect as running code with these origins."""
    executes = origins - {Origin.SECRET, Origin.UNTRUSTED}
    if walk.effects:
        last = walk.effects[-1]
        walk.effects[-1] = msgspec.structs.replace(last, executes=last.executes | executes, opaque=last.opaque or opaque)
    note_flow(walk, executes & {Origin.DOWNLOAD, Origin.DECODED})
    if opaque:
        walk.not_resolved("the code that is run cannot be determined")
