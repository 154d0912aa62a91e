"""What a shell text consists of: the form that both parsers (tree and lexer) produce and `unfold` walks.

Texts are UTF-8 bytes held as latin-1 strings, so that one character is one byte and every offset is a byte offset of the
command. `decode` turns a piece back into real text.
"""

from __future__ import annotations

from typing import Union

import msgspec


class Part(msgspec.Struct, frozen=True, gc=False):
    """Base of the pieces of a script."""


class Word(Part, frozen=True, gc=False):
    """A word as written (latin-1), with its place in the source. `value` is what it stands for when that is certain without a shell."""

    text: str
    start: int
    end: int
    value: str | None = None


class Heredoc(Part, frozen=True, gc=False):
    """A here-document body. `quoted` = the end mark was quoted, so nothing inside is expanded; `cut` = the text ends first."""

    body: str
    quoted: bool
    cut: bool = False


class Redirect(Part, frozen=True, gc=False):
    """`op` is "<", ">", ">>", ">|", "<>", "&>", "&>>", "<&", ">&", "<<" or "<<<"."""

    op: str
    target: Word
    fd: str = ""
    heredoc: Heredoc | None = None


class Assign(Part, frozen=True, gc=False):
    """`name=value`, `name+=value` or `name[key]=value`; the value as written, "(...)" for an array."""

    name: str
    value: Word
    append: bool = False
    key: str = ""


class Simple(msgspec.Struct, frozen=True, gc=False):
    """A simple command: the words of `plain`, which stand for themselves, then `words`."""

    assigns: tuple[Assign, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int
    plain: tuple[str, ...] = ()


class Pipeline(msgspec.Struct, frozen=True, gc=False):
    """Stages joined by `|`."""

    stages: tuple[Node, ...]


class Group(msgspec.Struct, frozen=True, gc=False):
    """A compound command. `kind`: "subshell", "brace", "if", "loop", "for", "case", "function", "coproc".

    `name` is the loop variable, the function or the coprocess, or "forever" for a loop whose condition always holds;
    `values` the words of a `for`, or a `case` subject.
    """

    kind: str
    body: tuple[Statement, ...]
    redirects: tuple[Redirect, ...] = ()
    name: str = ""
    values: tuple[Word, ...] = ()


Node = Union[Simple, Pipeline, Group]


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One entry of a list; `background` = ended by `&`, `linked` = "&&" or "||" when it runs only if the one before did, or did not, succeed, `negated` = it begins with `!`."""

    node: Node
    background: bool = False
    linked: str = ""
    negated: bool = False


class Source(msgspec.Struct, frozen=True):
    """A shell text without here-document bodies (blanked, so offsets stay), and the bodies by operator offset."""

    text: str
    heredocs: dict[int, Heredoc]


class Script(msgspec.Struct, frozen=True):
    """A parsed text. `problems` are (reason, offset); `exhausted` = not all of it was read.

    `doubts` = the text is not well formed, so that another reader may see other commands.
    """

    statements: tuple[Statement, ...]
    problems: tuple[tuple[str, int], ...] = ()
    exhausted: bool = False
    doubts: bool = False


def encode(text: str) -> str:
    """Real text to the form parsers work on."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def decode(text: str) -> str:
    """Back to real text; characters that were already real stay."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
