"""Putting children into a JSON text and taking them out, with everything else left as it is, to the character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from hooks.settings.jsonc import Node, skip_trivia

DEFAULT_UNIT = "  "
_REST_OF_LINE = re.compile(r"[ \t]*(?:/\*[^\n]*?\*/[ \t]*)*(?://[^\n\r]*)?")
_LINE_END = re.compile(r"[ \t]*\r?\n")
_INDENT = re.compile(r"[ \t]*")


class Change(msgspec.Struct, frozen=True):
    """Replace the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str = ""


class Style(msgspec.Struct, frozen=True):
    """How the file is written: its line ends, one step of indentation, the separators of what stands on one line."""

    newline: str
    unit: str
    separators: tuple[str, str]


def style_of(text: str, root: Node) -> Style:
    """The style of a parsed text."""
    unit = DEFAULT_UNIT
    if root.children and "\n" in text[root.start : root.children[0].start]:
        unit = _line_indent(text, root.children[0].start) or DEFAULT_UNIT
    spaced = re.search(r'":\s', text) is not None or ":" not in text
    return Style("\r\n" if "\r\n" in text else "\n", unit, (", ", ": ") if spaced else (",", ":"))


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """`text` with the changes made. No two may touch the same place."""
    for change in sorted(changes, key=lambda change: change.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def add_children(text: str, box: Node, children: list[tuple[str, Any]], style: Style) -> list[Change]:
    """Append (key, value) pairs to an object, or values (key "") to an array."""
    if not box.children:
        return [_fill(text, box, children, style)]
    last = box.children[-1]
    after = skip_trivia(text, last.end)
    has_comma = text[after] == ","
    base = after + 1 if has_comma else last.end
    rest = _REST_OF_LINE.match(text, base)
    remark = rest.group() if rest is not None else ""
    place = base + len(remark) if "/" in remark else base
    if "\n" in text[box.start : box.children[0].start] or "//" in remark:
        indent = _line_indent(text, box.children[0].start)
        added = ",".join(f"{style.newline}{indent}{_render(child, indent, style)}" for child in children)
    else:
        added = ",".join(f"{style.separators[0][1:]}{_inline(child, style)}" for child in children)
    if has_comma:
        return [Change(place, place, f"{added},")]
    return [Change(last.end, last.end, ","), Change(place, place, added)] if place != last.end else [Change(place, place, f",{added}")]


def remove_children(text: str, box: Node, indexes: set[int]) -> list[Change]:
    """Take children out of an object or array, with their commas and the space before them. Comments stay."""
    if len(indexes) == len(box.children) and not _has_comment(text, box):
        return [Change(box.start + 1, box.end - 1)]
    changes = []
    for index in sorted(indexes):
        child = box.children[index]
        start = len(text[: child.start].rstrip())
        if _ends_in_remark(text[:start]) and not _ends_line(text, box, index, indexes):
            start = child.start
        changes.append(Change(start, child.end))
        comma = skip_trivia(text, child.end)
        if text[comma] == ",":
            changes.append(Change(comma, comma + 1))
    kept = [index for index in range(len(box.children)) if index not in indexes]
    last = len(box.children) - 1
    if kept and last in indexes and text[skip_trivia(text, box.children[last].end)] != ",":
        comma = skip_trivia(text, box.children[kept[-1]].end)
        changes.append(Change(comma, comma + 1))
    return changes


def _fill(text: str, box: Node, children: list[tuple[str, Any]], style: Style) -> Change:
    outer = _line_indent(text, box.start)
    indent = outer + style.unit
    added = ",".join(f"{style.newline}{indent}{_render(child, indent, style)}" for child in children)
    inside = text[box.start + 1 : box.end - 1].rstrip()
    return Change(box.start + 1 + len(inside), box.end - 1, f"{added}{style.newline}{outer}")


def _render(child: tuple[str, Any], indent: str, style: Style) -> str:
    lines = json.dumps(child[1], ensure_ascii=False, indent=style.unit).split("\n")
    return _named(child[0], f"{style.newline}{indent}".join(lines), ": ")


def _inline(child: tuple[str, Any], style: Style) -> str:
    return _named(child[0], json.dumps(child[1], ensure_ascii=False, separators=style.separators), style.separators[1])


def _named(key: str, value: str, colon: str) -> str:
    return f"{json.dumps(key, ensure_ascii=False)}{colon}{value}" if key else value


def _line_indent(text: str, at: int) -> str:
    """The white space at the beginning of the line of `at`."""
    match = _INDENT.match(text, text.rfind("\n", 0, at) + 1)
    return match.group() if match is not None else ""


def _has_comment(text: str, box: Node) -> bool:
    """Whether there is a comment between the children."""
    edges = [box.start + 1, *(place for child in box.children for place in (child.start, child.end)), box.end - 1]
    return any("/" in text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _ends_line(text: str, box: Node, index: int, indexes: set[int]) -> bool:
    """Whether a line break follows the last of the children that are removed together with this one."""
    while index + 1 in indexes:
        index += 1
    end = box.children[index].end
    comma = skip_trivia(text, end)
    return _LINE_END.match(text, comma + 1 if text[comma] == "," else end) is not None


def _ends_in_remark(before: str) -> bool:
    """Whether the last line may end in a line comment: then the line break after it must stay."""
    return "//" in before[before.rfind("\n") + 1 :]
