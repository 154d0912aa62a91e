"""Split an argument list into flags, operands and flag values, by the program's row."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sensor.effects.programs.table import UNKNOWN_PROGRAM, Spec
from sensor.effects.shell.scope import Field

# What only the walk concludes of a run, and what excuses it. An option that bears such a name says nothing.
CONCLUSIONS = frozenset({
    "nothing-to-lose", "way-back", "left-over", "same-writers", "removes-nothing", "test-data", "loopback-store", "own-database", "own-source", "over-its-own", "named-paths", "local-endpoint", "only-cases", "tightens-only",
    "plain-content", "local-cluster", "dev-cluster", "throw-away", "named-members", "shown-input", "loopback-names", "names-only", "handed-on", "of-tests",
})


class Arguments(msgspec.Struct, gc=False):
    """`flags` are canonical names without dashes; `values` pairs of (flag, value); `operands` all other words; the
    first `leading` of them stand before any flag, those from `named` on after a `--`; `words` is the list as it was."""

    flags: set[str]
    values: list[tuple[str, Field]]
    operands: list[Field]
    leading: int = -1
    named: int = -1
    words: Sequence[Field] = ()

    def value(self, *names: str) -> Field | None:
        """The last value given to one of `names`."""
        for name, field in reversed(self.values):
            if name in names:
                return field
        return None


def split_arguments(fields: Sequence[Field], spec: Spec) -> Arguments:
    """Sort `fields` (without the program). A `--` ends the flags."""
    found = Arguments(set(), [], [], words=fields)
    index, size = 0, len(fields)
    while index < size:
        field = fields[index]
        text = field.text
        index += 1
        if len(text) < 2 or text[0] != "-" or (not field.known and not field.head):
            found.operands.append(field)
        elif text == "--":
            found.named = len(found.operands)
            found.operands += fields[index:]
            break
        elif found.leading < 0 and found.operands:
            found.leading = len(found.operands)
            index -= 1
        elif text.startswith("--") or (spec.single and text[1:2] != "-"):
            index += _long(field, fields[index] if index < size else None, spec, found)
        else:
            index += _cluster(field, fields[index] if index < size else None, spec, found)
    return found


def _long(field: Field, following: Field | None, spec: Spec, found: Arguments) -> int:
    name, equals, value = field.text.lstrip("-").partition("=")
    if spec.single:
        name = spec.names.get(name, name)
    elif name not in spec.longs and name not in spec.values:
        name = _whole(name, spec)
    if name not in CONCLUSIONS:
        found.flags.add(name)
    if equals:
        tail = field.head.partition("=")[2] if field.head else ""
        found.values.append((name, Field(value, field.known, field.glob, tail, field.tail, field.origins)))
        return 0
    if name in spec.values and following is not None:
        found.values.append((name, following))
        return 1
    return 0


def _whole(name: str, spec: Spec) -> str:
    """The flag that `name` abbreviates, as GNU programs allow, when there is only one."""
    found = [long for long in spec.longs if long.startswith(name) and (len(name) > 2 or long not in ("help", "version"))]
    return found[0] if len(found) == 1 else name


def _cluster(field: Field, following: Field | None, spec: Spec, found: Arguments) -> int:
    text = field.text
    if spec is UNKNOWN_PROGRAM and len(text) > 2:
        found.flags |= {text[1:].partition("=")[0], *text[1:42]} - CONCLUSIONS
        return 0
    for position in range(1, len(text)):
        letter = text[position]
        name = spec.names.get(letter, letter)
        found.flags.add(name)
        if letter in spec.attached:
            return 0
        if letter in spec.values or name in spec.values:
            rest = text[position + 1 :]
            if rest:
                head = field.head[position + 1 :] if field.head else ""
                found.values.append((name, Field(rest.removeprefix("="), field.known, field.glob, head, field.tail, field.origins)))
                return 0
            if following is not None:
                found.values.append((name, following))
                return 1
            return 0
        if position > 40:
            break
    return 0
