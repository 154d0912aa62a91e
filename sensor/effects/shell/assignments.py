"""Assignments: what a variable holds afterwards, and what that makes programs do."""

from __future__ import annotations

import msgspec

from sensor.effects.shell.command import Runner
from sensor.effects.shell.environment import run_variables
from sensor.effects.shell.merging import either
from sensor.effects.shell.scope import Field, Value
from sensor.effects.shell.words import expand_single, expand_word
from sensor.effects.syntax.lexer import read_script
from sensor.effects.syntax.script import Assign, Simple, Source, Word

MAX_WORDS = 4000  # of one command or array
MAX_LINES = 64  # of one array
MAX_ELEMENTS = 256  # set one by one
MAX_TEXT = 65536
_FUNCTION_TABLES = frozenset({"functions", "aliases", "galiases", "saliases", "dis_functions"})  # of zsh: setting an element defines it

_NAME_TABLES = frozenset({"BASH_ALIASES", "BASH_CMDS"})


def assigned_value(walk: Runner, value: Word, source: Source) -> Value:
    """Value of an assignment; arrays become several fields."""
    if value.text.startswith("("):
        inner = read_script(source, value.start + 1, max(value.end - 1, value.start + 1), walk.budget)
        fields: list[Field] = []
        for statement in inner.statements[:MAX_LINES]:
            if isinstance(statement.node, Simple):
                fields += [Field(text) for text in statement.node.plain[:MAX_WORDS]]
                for word in statement.node.words:
                    fields += expand_word(word, source, walk)
        return Value(tuple(fields), array=True)
    return Value((expand_single(value, source, walk),))


def assign_all(walk: Runner, assigned: list[tuple[Assign, Value]]) -> tuple[tuple[str, str], ...]:
    """Make the assignments in front of a command; names and first values of what was assigned."""
    for one, value in assigned:
        if one.key:
            assign(walk, one.name, _with_element(walk, one, value))
        else:
            assign(walk, one.name, value, one.append)
        if one.key and one.name in _NAME_TABLES and value.fields:
            walk.scope.aliases[one.key.strip("'\"")] = value.fields[0].text
        if one.key and one.name in _FUNCTION_TABLES and value.fields:
            walk.run_apart(value.fields[0].text, walk.context.within(one.name, span=walk.span))
    pairs = tuple([(one.name, value.fields[0].text if value.fields else "") for one, value in assigned])
    run_variables(walk, pairs)
    return pairs


def _with_element(walk: Runner, one: Assign, value: Value) -> Value:
    """The array with one element set: numbered ones by place, others as `[key]=text`."""
    old = walk.scope.variables.get(walk.scope.references.get(one.name, one.name))
    fields = list(old.fields) if old is not None else []
    field = value.fields[0] if value.fields else Field("")
    if one.key.isdigit() and len(one.key) < 5 and int(one.key) < MAX_ELEMENTS:
        fields += [Field("")] * (int(one.key) + 1 - len(fields))
        fields[int(one.key)] = field
    elif len(fields) < MAX_ELEMENTS:
        name = f"[{one.key}]="
        fields = [*(other for other in fields if not other.text.startswith(name)), msgspec.structs.replace(field, text=name + field.text, head="")]
    return Value(tuple(fields), array=True)


def assign(walk: Runner, name: str, value: Value, append: bool = False) -> None:
    """Give `name` a value, as far as it is declared; after `&&` or `||`, or what may be another branch, it may hold the old one as well."""
    scope = walk.scope
    name = scope.references.get(name, name)
    old = scope.variables.get(name)
    if append and old is not None:
        if value.array or old.array:
            value = Value(old.fields + value.fields, array=True)
        elif old.fields and value.fields:
            first, second = old.fields[0], value.fields[0]
            if len(first.text) + len(second.text) > MAX_TEXT:
                walk.give_up("size")
                return
            value = Value((Field(first.text + second.text, first.known and second.known, origins=first.origins | second.origins),))
    case = scope.cases.get(name)
    if case is not None:
        value = Value(tuple(msgspec.structs.replace(field, text=field.text.upper() if case == "u" else field.text.lower()) for field in value.fields), value.array)
    may_differ = walk.linked or (scope.base is not None and old is not scope.base[0].get(name))  # the other branch may have set it
    if may_differ and old is not None and not old.array and not value.array:
        value = either(old, value)
    elif walk.linked and old is None and name not in walk.environment:
        scope.perhaps.add(name)
    walk.budget.left -= sum([len(field.text) for field in value.fields]) >> 4
    if name not in scope.constants:
        scope.variables[name] = value
