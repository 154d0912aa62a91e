"""Files of settings as nested values: YAML with templates in it, JSON, HCL, units and INI, property lists.

Nothing here is strict: a piece of a file or a broken one gives what can be read of it, and no text costs more than its length.
Mappings are `Table`s, because one key may stand in a file more than once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Union

import msgspec
import yaml

MAX_DEPTH = 24
MAX_EVENTS = 20_000
MAX_RETRIES = 12
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_HOME_TEMPLATES = re.compile(r"\{\{[^{}]{0,80}(?:\bHOME\b|user_dir\b)[^{}]{0,80}\}\}")
_TEMPLATE = re.compile(r"\$?\{\{[^{}]{0,400}\}\}|<%[^%]{0,400}%>")
_TEMPLATE_LINES = re.compile(r"(?m)^[^\S\n]*(?:\{\{[^{}\n]{0,400}\}\}|\{%[^%\n]{0,400}%\}|\{#[^#\n]{0,400}#\})[^\S\n]*$")
# A value that is the whole home or root, and the template that stands for it.
_WIDE_VALUE = re.compile(r"([A-Za-z_]\w{0,60})['\"]?[ \t]*[:=][ \t]*['\"]?(~/?|/\*?|\$HOME/?)['\"]?[ \t]*(?=[,}\n])")
_NAMED_TEMPLATE = re.compile(r"\{\{[ \t]*(?:vars\.|\.Values\.|\.)?([A-Za-z_]\w{0,60})[ \t]*(?:\|[^{}\n]{0,60})?\}\}")
_STATEMENT = re.compile(r"\{%[^%]{0,400}%\}|\{#[^#]{0,400}#\}")
_JSON_COMMENT = re.compile(r"(?m)^[^\S\n]*//.*$")
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[\]}])")
_HCL_TOKEN = re.compile(
    r"#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?|<<[-~]?(?P<tag>\w{1,60})[^\S\n]*\n(?P<here>(?:(?![^\S\n]*(?P=tag)\b)[^\n]*\n)*)[^\n]*"
    r'|"(?P<text>(?:\\.|\$\{[^{}"\n]*(?:"[^"\n]*"[^{}"\n]*)*\}|\$|[^"\\\n$])*)(?:"|(?=\n)|\Z|\\\Z)|(?P<word>[\w.-]+)|(?P<mark>[{}\[\]()=:,\n])|.', re.S)
_HCL_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}
_HCL_ESCAPED = re.compile(r'\\["\\nt]')
_UNIT_LINE = re.compile(r"^\s*(?:\[(?P<section>[^\]\n]{1,120})\]|(?P<key>[A-Za-z][\w.-]{0,60})\s*[=:]\s*(?P<value>.*))$")
_PLIST = re.compile(r"<key>([^<]{1,80})</key>\s*(?:<string>([^<]{0,4000})</string>|<array>((?:\s*<string>[^<]{0,4000}</string>){1,40})\s*</array>)")
_PLIST_TEXT = re.compile(r"<string>([^<]*)</string>")


class Table(msgspec.Struct, frozen=True):
    """Keys and values in their order."""

    pairs: list[tuple[str, Tree]]

    def get(self, key: str) -> Tree | None:
        """The first value below `key`, None when absent."""
        return next((value for name, value in self.pairs if name == key), None)

    def keys(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.pairs)


Tree = Union[str, list["Tree"], Table]


def read_yaml(text: str) -> list[Tree]:
    """The documents of a text. What stands behind a fault is read as another one."""
    text = fill_templates(text)
    documents: list[Tree] = []
    left, last = MAX_EVENTS, 0
    for _ in range(MAX_RETRIES):
        reader = _YamlReader(left)
        try:
            reader.read_documents(yaml.parse(text, Loader=_LOADER), documents)
            break
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            last = mark.line if mark is not None else 0
        except (yaml.YAMLError, RecursionError):  # characters that no YAML holds, or lists in lists without end
            break
        left = reader.left
        lines = text.split("\n")
        text = "\n".join(lines[max(last, 1) :])
        if left <= 0 or not text.strip():
            break
    return documents


def fill_templates(text: str) -> str:
    """A text without what a template engine would fill in: a word stands for each value, but home and root for themselves."""
    if "{{" not in text and "{%" not in text and "<%" not in text:
        return text
    wide = dict(_WIDE_VALUE.findall(text))
    if wide:
        text = _NAMED_TEMPLATE.sub(lambda one: wide.get(one.group(1), one.group()), text)
    text = _TEMPLATE_LINES.sub("", _HOME_TEMPLATES.sub("$HOME", text))
    return _STATEMENT.sub("", _TEMPLATE.sub("var", text))


class _YamlReader:
    """Builds values from events, so that all that comes before a fault is kept. An alias is the value that its anchor names."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.anchors: dict[str, Tree] = {}

    def read_documents(self, events: Iterator[Any], documents: list[Tree]) -> None:
        for event in events:
            if self.left <= 0:
                return
            if isinstance(event, yaml.NodeEvent):
                self.read_into(documents, event, events, 0)

    def read_into(self, into: list[Tree], event: Any, events: Iterator[Any], depth: int) -> None:
        """Append a value to `into` before it is complete."""
        if isinstance(event, yaml.AliasEvent):
            into.append(self.anchors.get(event.anchor or "", ""))
            return
        value: Tree = event.value if isinstance(event, yaml.ScalarEvent) else [] if isinstance(event, yaml.SequenceStartEvent) else Table(pairs=[])
        into.append(value)
        if isinstance(value, list):
            self.read_items(value, events, depth)
        elif isinstance(value, Table):
            self.read_pairs(value, events, depth)
        if event.anchor:
            self.anchors[event.anchor] = value  # once it is complete: none holds itself

    def read_items(self, items: list[Tree], events: Iterator[Any], depth: int) -> None:
        for event in events:
            self.left -= 1
            if self.left <= 0 or isinstance(event, yaml.SequenceEndEvent):
                return
            self.read_into(items if depth < MAX_DEPTH else [], event, events, depth + 1)

    def read_pairs(self, table: Table, events: Iterator[Any], depth: int) -> None:
        for event in events:
            self.left -= 1
            if self.left <= 0 or isinstance(event, yaml.MappingEndEvent):
                return
            key: list[Tree] = []
            self.read_into(key, event, events, depth + 1)
            follows = next(events, None)
            if follows is None:
                return
            name = key[0] if isinstance(key[0], str) else ""
            value: list[Tree] = []
            try:
                self.read_into(value, follows, events, depth + 1)
            finally:
                if value and depth < MAX_DEPTH:
                    table.pairs.append((name, value[0]))


def read_json(text: str) -> list[Tree]:
    """The document of a text, with comments and last commas as editors allow them; none when it is broken."""
    for form in (text, _TRAILING_COMMA.sub("", _JSON_COMMENT.sub("", text))):
        try:
            return [_tree(json.loads(form, object_pairs_hook=_Pairs), 0)]
        except (ValueError, RecursionError):
            continue
    return []


class _Pairs(list[Any]):
    """A mapping of JSON, as the parser gives it."""


def _tree(value: Any, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        return ""
    if isinstance(value, _Pairs):
        return Table(pairs=[(key, _tree(inner, depth + 1)) for key, inner in value])
    if isinstance(value, list):
        return [_tree(inner, depth + 1) for inner in value]
    return value if isinstance(value, str) else str(value)


def read_hcl(text: str) -> list[Tree]:
    """The blocks and settings of Terraform, Packer and Nomad. What a function is given is a list of it."""
    tokens = iter([match for match in _HCL_TOKEN.finditer(text) if match.lastgroup])
    table = Table(pairs=[])
    try:
        _hcl_body(table, tokens, 0)
    except RecursionError:
        pass
    return [table]


def _hcl_body(table: Table, tokens: Iterator[re.Match[str]], depth: int) -> None:
    head = ""
    for token in tokens:
        mark = token.group("mark")
        if mark == "}":
            return
        if mark in ("=", ":"):
            closed = _hcl_value(table, head, tokens, depth)
            head = ""
            if closed:
                return
        elif mark == "{":
            inner = Table(pairs=[])
            if depth < MAX_DEPTH:
                table.pairs.append((head, inner))
            _hcl_body(inner, tokens, depth + 1)
            head = ""
        elif mark is not None:
            head = ""
        else:
            head = head or token.group("word") or _hcl_text(token)


def _hcl_value(table: Table, head: str, tokens: Iterator[re.Match[str]], depth: int) -> bool:
    """Read what is set to `head`, up to the end of its line. True when the block ends with it."""
    found: list[Tree] = []
    for token in tokens:
        mark = token.group("mark")
        if mark in ("\n", ",", "}", ")", "]"):
            break
        if mark is not None:
            _hcl_inner(found, mark, tokens, depth)
        elif token.group("word") is None:
            found.append(_hcl_text(token))
    else:
        mark = None
    if found and depth < MAX_DEPTH:
        table.pairs.append((head, found[0] if len(found) == 1 else found))
    return mark == "}"


def _hcl_inner(into: list[Tree], mark: str, tokens: Iterator[re.Match[str]], depth: int) -> None:
    """A list, what a function is given, or a mapping that begins with `mark`."""
    if mark == "{":
        table = Table(pairs=[])
        into.append(table)
        _hcl_body(table, tokens, depth + 1)
    elif mark in "([":
        items: list[Tree] = []
        into.append(items)
        for token in tokens:
            inner = token.group("mark")
            if inner in (")", "]"):
                return
            if inner in ("{", "(", "["):
                _hcl_inner(items, inner, tokens, depth + 1)
            elif inner is None and token.group("word") is None:
                items.append(_hcl_text(token))


def _hcl_text(token: re.Match[str]) -> str:
    if token.group("tag") is not None:
        return token.group("here")
    return _HCL_ESCAPED.sub(lambda one: _HCL_ESCAPES[one.group()], token.group("text") or "")


def read_units(text: str) -> list[Tree]:
    """The sections of units and INI files, each a table; a value goes on where its line ends in a backslash or the next one is indented."""
    sections = [Table(pairs=[])]
    document = Table(pairs=[("", sections[0])])
    joined = text.replace("\\\n", " ")
    for line in joined.split("\n"):
        match = _UNIT_LINE.match(line) if line[:1] not in "#;" else None
        if line[:1].isspace() and sections[-1].pairs and line.strip():
            key, value = sections[-1].pairs[-1]
            sections[-1].pairs[-1] = (key, f"{value}\n{line.strip()}")
        elif match is not None and match.group("section") is not None:
            sections.append(Table(pairs=[]))
            document.pairs.append((match.group("section"), sections[-1]))
        elif match is not None:
            sections[-1].pairs.append((match.group("key"), match.group("value").strip()))
    return [document]


def read_plist(text: str) -> list[Tree]:
    """The texts and lists of texts in a property list, as one table."""
    import html  # its table of names is loaded with the first file that needs it

    found: list[tuple[str, Tree]] = []
    for match in _PLIST.finditer(text):
        words: list[Tree] = [html.unescape(one) for one in _PLIST_TEXT.findall(match.group(3) or "")]
        found.append((match.group(1), words or html.unescape(match.group(2) or "")))
    return [Table(pairs=found)]
