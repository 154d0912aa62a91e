"""JSON with comments, read with positions: what is needed to change a few characters of somebody else's settings file.

Line comments, block comments and trailing commas are accepted, as the agents accept them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

MAX_DEPTH = 100
_TRIVIA = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*[\s\S]*?\*/)*")
_STRING = json.JSONDecoder()  # an expression would need a hundred times the room of a long text
_HALVES = re.compile("[\ud800-\udfff]")  # of a pair that is none: JSON can name them, no file or message can hold them
_SCALAR = re.compile(r"-?\d[\d.eE+-]*|true|false|null")


class SyntaxProblem(ValueError):
    """The text is not JSON. `offset` counts characters from the beginning."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Node(msgspec.Struct, frozen=True):
    """One value and where it stands. `children` are the members of an object or the items of an array."""

    value: Any
    start: int
    end: int
    children: tuple[Child, ...] = ()

    def member(self, key: str) -> Child | None:
        """The member that counts: of several with one name the last, as in the agents' own parsers."""
        return next((child for child in reversed(self.children) if child.key == key), None)


class Child(msgspec.Struct, frozen=True):
    """A member (`start` is that of its key) or an item (`key` is empty)."""

    key: str
    start: int
    node: Node

    @property
    def end(self) -> int:
        return self.node.end


def parse_jsonc(text: str) -> Node:
    """The value of `text`. Raises SyntaxProblem."""
    node = _value(text, skip_trivia(text, 0), 0)
    rest = skip_trivia(text, node.end)
    if rest != len(text):
        raise SyntaxProblem("text after the end of the value", rest)
    return node


def skip_trivia(text: str, at: int) -> int:
    """The next character that is neither space nor comment."""
    match = _TRIVIA.match(text, at)
    return match.end() if match else at


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _value(text: str, at: int, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise SyntaxProblem(f"nested more than {MAX_DEPTH} deep", at)
    first = text[at : at + 1]
    if first == "{":
        return _object(text, at, depth)
    if first == "[":
        return _array(text, at, depth)
    if first == '"':
        value, end = _string(text, at)
        return Node(value, at, end)
    match = _SCALAR.match(text, at)
    if match is None:
        raise SyntaxProblem("a value was expected" if first else "the text ends too early", at)
    try:
        return Node(json.loads(match.group()), at, match.end())
    except ValueError:
        raise SyntaxProblem("not a number", at) from None


def _string(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise SyntaxProblem("a text in double quotes was expected" if text[at : at + 1] else "the text ends too early", at)
    try:
        value, end = _STRING.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise SyntaxProblem("a bad escape sequence in a text" if "escape" in error.msg else "a text in double quotes was expected", at) from None
    return value if value.isascii() else _HALVES.sub("\ufffd", value), end


def _object(text: str, start: int, depth: int) -> Node:
    children: list[Child] = []
    at = skip_trivia(text, start + 1)
    while text[at : at + 1] != "}":
        key_start = at
        key, at = _string(text, at)
        at = skip_trivia(text, at)
        if text[at : at + 1] != ":":
            raise SyntaxProblem("':' was expected", at)
        node = _value(text, skip_trivia(text, at + 1), depth + 1)
        children.append(Child(key, key_start, node))
        at = _next(text, node.end, "}")
    return Node({child.key: child.node.value for child in children}, start, at + 1, tuple(children))


def _array(text: str, start: int, depth: int) -> Node:
    children: list[Child] = []
    at = skip_trivia(text, start + 1)
    while text[at : at + 1] != "]":
        node = _value(text, at, depth + 1)
        children.append(Child("", node.start, node))
        at = _next(text, node.end, "]")
    return Node([child.node.value for child in children], start, at + 1, tuple(children))


def _next(text: str, at: int, closing: str) -> int:
    """Where the next child or the closing bracket is."""
    at = skip_trivia(text, at)
    if text[at : at + 1] == ",":
        return skip_trivia(text, at + 1)
    if text[at : at + 1] != closing:
        raise SyntaxProblem(f"',' or '{closing}' was expected" if text[at : at + 1] else "the text ends too early", at)
    return at
