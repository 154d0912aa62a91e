"""A word under expansion: its cells, and the contract with the shell that runs substitutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sensor.effects.budget import Budget
from sensor.effects.shell.scope import NO_ORIGINS, Field, Scope, Stream
from sensor.effects.syntax.script import Source
from sensor.model.effects import Origin

MAX_FIELDS = 256
MAX_TEXT = 65536


class Substituter(Protocol):
    """Runs the commands inside a word; `kind` is "$(" or "<(" or ">("."""

    scope: Scope
    home: str
    nesting: int
    budget: Budget
    environment: dict[str, str]

    def spend(self, units: int) -> bool: ...

    def substitute(self, source: Source, bounds: tuple[int, int], kind: str) -> Stream: ...

    def give_up(self, budget: str) -> Stream: ...


def first_fields(fields: Sequence[Field], shell: Substituter, most: int = MAX_FIELDS) -> Sequence[Field]:
    """As many as are looked at. What is left out is said, unless it is a number: those of a counting loop are all alike."""
    if len(fields) > most and not all(field.text.isdigit() for field in fields[most:]):
        shell.give_up("size")
    return fields[:most]


class Cell:
    """A field under construction."""

    __slots__ = ("cut", "glob", "head", "known", "origins", "tail", "text", "touched")

    def __init__(self) -> None:
        self.text = self.head = self.tail = ""
        self.known, self.glob, self.touched, self.cut = True, False, False, False
        self.origins: frozenset[Origin] = NO_ORIGINS

    def add(self, field: Field) -> None:
        if len(self.text) + len(field.text) > MAX_TEXT and self.text:
            self.known, self.cut = False, True  # so that a text which doubles itself stays small
            return
        if not field.known:
            if self.known:
                self.head = self.text + field.head
            self.tail = field.tail
        elif not self.known:
            self.tail += field.text
        self.text += field.text
        self.known = self.known and field.known
        self.glob = self.glob or field.glob
        self.touched = True
        if field.origins:
            self.origins |= field.origins

    def copy(self) -> Cell:
        twin = Cell()
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def field(self) -> Field:
        return Field(self.text, self.known, self.glob, self.head, self.tail, self.origins)


def joined(fields: list[Field]) -> Field:
    """Several fields as one, with spaces between."""
    if len(fields) == 1:
        return fields[0]
    cell = Cell()
    for number, field in enumerate(fields):
        cell.add(Field(" " if number else ""))
        cell.add(field)
    return cell.field()


def inner_end(text: str, stop: int, closer: str) -> int:
    return stop - 1 if text[stop - 1 : stop] == closer else stop
