"""YAML with positions, and nothing of YAML that can surprise: the only way Handrail reads YAML.

`parse` gives a tree of `Node`s and refuses duplicate keys, anchors, aliases, tags, more than one document, texts over
256 KB and depths over 32. `read` turns a tree into values (msgspec Structs, enums, tuples, numbers). Both report all
problems of a file in one `YamlErrors`, each as `source:line:column: sentence`.

Plain scalars follow YAML 1.2: only `true`, `false` and `null` are words with a meaning; `yes`, `no`, `on` are text.
"""

from __future__ import annotations

import enum
import functools
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, Union

import msgspec
import yaml

from sensor.model.errors import HandrailError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 18
MAX_PROBLEMS = 100

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
Scalar = Union[str, int, float, bool, None]

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Where(msgspec.Struct, frozen=True):
    """A place in a file; line and column count from 1."""

    source: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong in a file."""

    where: Where
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class YamlErrors(HandrailError):
    """Everything that is wrong in one file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Node(msgspec.Struct, frozen=True):
    """A scalar, a sequence (`items`) or a mapping (`pairs` of key node and value node), and where it is written."""

    where: Where
    scalar: Scalar = None
    items: tuple[Node, ...] | None = None
    pairs: tuple[tuple[Node, Node], ...] | None = None

    @property
    def is_mapping(self) -> bool:
        return self.pairs is not None

    @property
    def is_sequence(self) -> bool:
        return self.items is not None

    def keys(self) -> tuple[str, ...]:
        return tuple(str(key.scalar) for key, _ in self.pairs or ())

    def get(self, key: str) -> Node | None:
        """The value below `key` of a mapping, None when absent."""
        for name, value in self.pairs or ():
            if name.scalar == key:
                return value
        return None

    def plain(self) -> Any:
        """The same as dict, list and scalar."""
        if self.pairs is not None:
            return {key.scalar: value.plain() for key, value in self.pairs}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.scalar

    def describe(self) -> str:
        """What a message calls this node."""
        if self.is_mapping or self.is_sequence:
            return "a mapping" if self.is_mapping else "a list"
        if self.scalar is None:
            return "nothing"
        if isinstance(self.scalar, bool):
            return str(self.scalar).lower()
        return f"the {'text' if isinstance(self.scalar, str) else 'number'} {str(self.scalar)[:40]!r}"


def parse(text: str, source: str) -> Node:
    """Parse one YAML document. An empty one is a node with scalar None. Raises YamlErrors."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise YamlErrors([Problem(Where(source), "is not valid UTF-8")]) from None
    if len(data) > MAX_BYTES:
        raise YamlErrors([Problem(Where(source), f"is larger than {MAX_BYTES // 1024} KB ({len(data)} bytes)")])
    parser = _Parser(source)
    try:
        root = parser.parse_document(yaml.parse(data, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Where(source, mark.line + 1, mark.column + 1) if mark else Where(source)
        parser.report(where, f"is not valid YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:  # the reader: control characters, broken encodings
        parser.report(Where(source), f"is not valid YAML: {' '.join(str(error).split())[:200]}")
    if parser.problems:
        raise YamlErrors(parser.problems)
    return root


class _TooDeep(yaml.MarkedYAMLError):
    """Stops the parse: what follows a depth bomb is not worth reading."""


class _Parser:
    """Builds nodes from events. Events are pulled one by one, so a bomb costs no more than its first 32 levels."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def report(self, where: Where, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(where, message))

    def parse_document(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            if isinstance(event, yaml.DocumentStartEvent):
                if event.version or event.tags:
                    self.report(self.where(event), "directives are not allowed")
                if root is not None:
                    self.report(self.where(event), "more than one document")
                    break
                continue
            root = self.parse_node(event, events, 1)
        return root or Node(Where(self.source))

    def parse_node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        where = self.where(event)
        if isinstance(event, yaml.AliasEvent):
            self.report(where, f"aliases are not allowed (*{event.anchor})")
            return Node(where)
        if event.anchor:
            self.report(where, f"anchors are not allowed (&{event.anchor})")
        if event.tag:
            self.report(where, f"tags are not allowed ({event.tag})")
        if isinstance(event, yaml.ScalarEvent):
            return Node(where, scalar=self.resolve(event, where))
        if depth > MAX_DEPTH:
            raise _TooDeep(problem=f"deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(where, items=tuple(self.parse_items(events, depth)))
        return Node(where, pairs=tuple(self.parse_pairs(events, depth)))

    def parse_items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.parse_node(event, events, depth + 1)

    def parse_pairs(self, events: Iterator[Any], depth: int) -> Iterator[tuple[Node, Node]]:
        seen: dict[Scalar, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self.parse_node(event, events, depth + 1)
            value = self.parse_node(next(events), events, depth + 1)
            if not isinstance(key.scalar, str):
                self.report(key.where, f"a key must be text, not {key.describe()}")
            elif key.scalar in seen:
                self.report(key.where, f"key {key.scalar!r} is already set in line {seen[key.scalar]}")
            else:
                seen[key.scalar] = key.where.line
            yield key, value

    def resolve(self, event: Any, where: Where) -> Scalar:
        text: str = event.value
        if not event.implicit[0]:  # quoted, block or tagged
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text) or _FLOAT.match(text):
            if len(text) > MAX_DIGITS:
                self.report(where, f"number with more than {MAX_DIGITS} characters; quote it if it is text")
                return 0
            return int(text) if _INT.match(text) else float(text)
        return text

    def where(self, event: Any) -> Where:
        return Where(self.source, event.start_mark.line + 1, event.start_mark.column + 1)


def read(node: Node, kind: type[T]) -> T:
    """The value of type `kind` that `node` describes, all problems in one YamlErrors."""
    reader = Reader()
    value = reader.read(node, kind)
    if reader.problems:
        raise YamlErrors(reader.problems)
    return typing.cast(T, value)


@functools.lru_cache(maxsize=256)
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """By the name in a file. Annotations are resolved once: that took half the time of reading a rule file."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


class Reader:
    """Turns nodes into values and collects what is wrong.

    Understands str, int, float, bool, enums (by value, integer enums by lower-case name), `X | None`, tuple[X, ...],
    frozenset[X], dict[str, X], `Where` is never read, msgspec Structs by their fields, and any type with a class method
    `from_node(node, reader)`. A value that could not be read comes back as None beside a problem.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(self, node: Node, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(node.where, message))

    def read(self, node: Node, kind: Any) -> Any:
        """The value, or None after a report."""
        way, about = _way(kind)
        return way(self, node, about)

    def read_struct(self, node: Node, kind: type[S], **given: Any) -> S | None:
        """A Struct from a mapping; `given` are fields that the file does not set. None after any report."""
        if not node.is_mapping:
            self.report(node, f"expected a mapping, found {node.describe()}")
            return None
        before = len(self.problems)
        fields = _fields(kind)
        values = dict(given)
        for key, value in node.pairs or ():
            field = fields.get(str(key.scalar))
            if field is None or field.name in given:
                self.report_unknown(key, [name for name, one in fields.items() if one.name not in given])
            else:
                values[field.name] = self.read(value, field.type)
        for name, field in fields.items():
            if field.required and field.name not in values:
                self.report(node, f"missing key {name!r}")
        return kind(**values) if len(self.problems) == before else None

    def report_unknown(self, key: Node, known: Iterable[str]) -> None:
        """Report an unknown key or word with the nearest known one."""
        self.report(key, f"unknown key {str(key.scalar)[:60]!r}{nearest(str(key.scalar), known)}")

    def _read_anything(self, node: Node, _: Any) -> Any:
        return node.plain()

    def _read_own_way(self, node: Node, kind: Any) -> Any:
        return kind.from_node(node, self)

    def _read_union(self, node: Node, kinds: tuple[Any, ...]) -> Any:
        if node.scalar is None and not node.is_mapping and not node.is_sequence and type(None) in kinds:
            return None
        tries = []
        for kind in kinds:
            if kind is type(None):
                continue
            attempt = Reader()
            value = attempt.read(node, kind)
            if not attempt.problems:
                return value
            tries.append(attempt)
        self.problems.extend(max(tries, key=lambda attempt: max(p.where.line for p in attempt.problems)).problems)
        return None

    def _read_list(self, node: Node, made_of: tuple[Any, Any]) -> Any:
        origin, kind = made_of
        if not node.is_sequence:
            self.report(node, f"expected a list, found {node.describe()}")
            return None
        return origin(self.read(item, kind) for item in node.items or ())

    def _read_dict(self, node: Node, kind: Any) -> Any:
        if not node.is_mapping:
            self.report(node, f"expected a mapping, found {node.describe()}")
            return None
        return {str(key.scalar): self.read(value, kind) for key, value in node.pairs or ()}

    def _read_enum(self, node: Node, words: dict[str, enum.Enum]) -> Any:
        member = words.get(str(node.scalar)) if isinstance(node.scalar, str) else None
        if member is None:
            near = _closest(str(node.scalar), words)
            hint = f"; did you mean {near!r}?" if near else ""
            self.report(node, f"expected one of {', '.join(words)}, found {node.describe()}{hint}")
        return member

    def _read_scalar(self, node: Node, kind: type) -> Any:
        value = node.scalar
        fits = not node.is_mapping and not node.is_sequence and isinstance(value, kind)
        if fits and isinstance(value, bool) and kind is not bool:
            fits = False
        if not fits and kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not fits:
            self.report(node, f"expected {_NAMES.get(kind, kind.__name__)}, found {node.describe()}")
            return None
        return value


@functools.lru_cache(maxsize=512)
def _way(kind: Any) -> tuple[Callable[[Reader, Node, Any], Any], Any]:
    """How a value of this kind is read, and what the reading needs to know of it."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    origin = typing.get_origin(kind)
    if kind is Any:
        return Reader._read_anything, None
    if hasattr(kind, "from_node"):
        return Reader._read_own_way, kind
    if origin in (Union, types.UnionType):
        return Reader._read_union, typing.get_args(kind)
    if origin in (tuple, frozenset, list):
        return Reader._read_list, (origin, typing.get_args(kind)[0])
    if origin is dict or kind is dict:
        return Reader._read_dict, (typing.get_args(kind) or (str, Any))[1]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return Reader.read_struct, kind
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return Reader._read_enum, {member.name.lower() if isinstance(member.value, int) else str(member.value): member for member in kind}
    return Reader._read_scalar, kind


_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def nearest(word: str, known: Iterable[str]) -> str:
    """How a message about an unknown word ends: with the known one that it may stand for, or with all of them."""
    names = sorted(known)
    near = _closest(word, names)
    return f"; did you mean {near!r}?" if near else f"; known: {', '.join(names)}"


def _closest(word: str, known: Iterable[str]) -> str:
    import difflib  # the running sensor must not carry what only mistakes need

    return "".join(difflib.get_close_matches(word, list(known), n=1))
