"""Understand one simple command: function, builtin, wrapper, interpreter, or plain program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sensor.effects.effect import Touched, build, touch, understand
from sensor.effects.scope import Field, Stream

if TYPE_CHECKING:
    from sensor.effects.walk import Command, Walk


def program_name(field: Field) -> str:
    """Base name of the program a word names, "" when it cannot be determined."""
    text = field.text if field.known else (field.tail if "/" in field.tail else "")
    return text.rstrip("/").rpartition("/")[2] if text != "/" else ""


def dispatch(walk: Walk, command: Command) -> Stream:
    """Add the effects of `command`; what it prints."""
    program = program_name(command.fields[0])
    spec, arguments, subcommand = understand(command, program)
    touched = Touched.of(command)
    touch(walk, spec, arguments, touched)
    effect = build(command, program, (arguments, subcommand, touched), walk)
    if not program:
        effect = msgspec.structs.replace(effect, opaque=True)
        walk.not_resolved("the program cannot be determined")
    walk.effects.append(effect)
    return Stream()
