"""Commands that a script reaches by what they print or read: `$( )`, `<( )`, `>( )`, and coprocesses.

A pipe between them and the rest of the script has a name below /dev/fd: what comes out of it lies in `walk.written`, and who reads it in `walk.consumers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.shell.command import Context
from sensor.effects.shell.redirects import FIRST_FREE
from sensor.effects.shell.scope import SILENT, TERMINAL, Field, Stream, Value
from sensor.effects.shell.words import expand_single
from sensor.effects.syntax.parse import parse_region
from sensor.effects.syntax.script import Group, Source, Word

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

FIRST_PIPE = 64  # from here on downwards, as bash counts them


def run_substitution(walk: Walk, source: Source, bounds: tuple[int, int], kind: str) -> Stream:
    """Run the commands between `bounds` in a sub-shell; what they print, or the pipe that leads to them."""
    text = source.text[bounds[0] : bounds[1]]
    if kind == "$(" and text.lstrip().startswith("<") and not text.lstrip().startswith(("<<", "<(")):
        return walk.read_file(expand_single(_word_at(source, bounds, text), source, walk))
    context = walk.context
    if context.span is None:
        context = context.within(span=walk.span)
    outer, walk.scope = walk.scope, walk.scope.fork()
    walk.scope.output = ()
    stream = walk.run_script(parse_region(source, bounds, walk.budget), source, (context, walk.stdin if kind == "$(" else TERMINAL))
    walk.scope = outer
    if kind == "$(":
        return stream
    walk.substitutions += 1
    name = f"/dev/fd/{FIRST_PIPE - walk.substitutions}"
    if kind == ">(":
        walk.consumers[name] = lambda given: walk.run_script(parse_region(source, bounds, walk.budget), source, (context, given))
    walk.written[name] = named = msgspec.structs.replace(stream, name=name)
    return named


def run_coproc(walk: Walk, group: Group, source: Source, context: Context) -> Stream:
    """Its output is read from `${NAME[0]}`, and what is written to `${NAME[1]}` is its input."""
    first = FIRST_FREE + 10 + 2 * len(walk.consumers)
    walk.scope.variables[group.name] = Value((Field(str(first)), Field(str(first + 1))), array=True)
    walk.written[f"/dev/fd/{first}"] = walk.run_beside(group.body, source, (context.within(background=True), TERMINAL))
    name = f"/dev/fd/{first + 1}"
    walk.consumers[name] = lambda stream: walk.run_beside(group.body, source, (context, stream))
    walk.outputs[str(first + 1)] = (None, name)
    return SILENT


def _word_at(source: Source, bounds: tuple[int, int], text: str) -> Word:
    """The name of the file in `$(< file)`."""
    start = bounds[0] + text.index("<") + 1
    while start < bounds[1] and source.text[start] in " \t":
        start += 1
    stripped = source.text[start : bounds[1]].rstrip()
    return Word(stripped, start, start + len(stripped))
