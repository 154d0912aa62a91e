"""What a `find` expression can name: its start folders and the names that bound what its first action gets.

A test bounds an action only when it stands before it, is not negated, and every other side of an `-o` is bounded too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sensor.effects.shell.scope import Field

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments

Patterns = tuple[Field, ...]
_NAMES = frozenset({"-name", "-iname"})
_PATHS = frozenset({"-path", "-ipath", "-wholename", "-iwholename"})
_EXPRESSIONS = frozenset({"-regex", "-iregex"})
_KINDS = frozenset({"-inum", "-samefile", "-size", "-perm", "-user"})
_OTHER_VALUES = frozenset({
    "-type", "-xtype", "-mtime", "-atime", "-ctime", "-mmin", "-amin", "-cmin", "-group", "-maxdepth", "-mindepth", "-newer", "-anewer",
    "-cnewer", "-links", "-fstype", "-regextype", "-used", "-uid", "-gid", "-lname", "-ilname", "-D",
})
_AGES = frozenset({"-mtime", "-atime", "-ctime", "-mmin", "-amin", "-cmin", "-newer", "-anewer", "-cnewer", "-used", "-empty", "-newermt"})
_BOUNDS = _AGES | {"-nouser", "-nogroup", "-ok", "-okdir"}
_ACTIONS = frozenset({"-delete", "-print", "-print0", "-ls"})
_FILE_ACTIONS = {"-printf": 1, "-fprint": 1, "-fprint0": 1, "-fls": 1, "-fprintf": 2}
_COMMANDS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_SOMETHING = Field("(filtered)")
_SETS = re.compile(r"\[[^\]]*\]?")
_ESCAPED = re.compile(r"\\(\W)|\\\w")
_LETTER = re.compile(r"\w")
MAX_DEPTH = 20


def find_starts(arguments: Arguments) -> tuple[list[Field], Patterns | None]:
    """Start folders of `find`, and the patterns of what its first action gets; None when nothing bounds that."""
    starts: list[Field] = []
    for field in arguments.operands[: arguments.leading] if arguments.leading > 0 else arguments.operands if not arguments.flags else []:
        if field.text in ("!", "(", ")", ","):
            break
        starts.append(field)
    reader = _Reader(arguments.words)
    return starts or [Field(".")], reader.either(0)[0]


def takes_all(arguments: Arguments) -> bool:
    """Whether nothing bounds what is found: names, an age, a missing owner, one level of folders, or a person who is asked."""
    words = [field.text for field in arguments.words]
    return find_starts(arguments)[1] is None and _BOUNDS.isdisjoint(words) and ("-maxdepth", "1") not in pairwise(words)


def found_by(start: Field, patterns: Patterns | None) -> list[Field]:
    """What `find` names below `start`, as patterns."""
    base = start.text.rstrip("/") or ("/" if start.text else "")
    joined = base if base == "/" else base + "/"
    names = [_below(base, pattern) for pattern in patterns] if patterns else ["*"]
    return [Field(joined + name, start.known, True, start.head, start.tail + "/" + name if not start.known else "") for name in names]


def _below(base: str, pattern: Field) -> str:
    """The pattern below a start folder: a path pattern keeps its folders from the first that has a name."""
    if not pattern.known or "/" not in pattern.text:
        return (pattern.known and pattern.text) or "*"
    inner = pattern.text.removeprefix(base.rstrip("/") + "/") if base else pattern.text
    segments = [segment for segment in inner.split("/") if segment]
    named = [number for number, segment in enumerate(segments) if _LETTER.search(_SETS.sub("", segment))]
    if not named:
        return "*"
    return ("*/" if named[0] else "") + "/".join(segments[named[0]:])  # stars before a name stand for folders of any depth


class _Reader:
    """Reads the expression once, from left to right. Each reading gives (patterns or None, whether an action was met)."""

    def __init__(self, words: Sequence[Field]) -> None:
        self.words = words
        self.index = 0
        self.empties = any(word.text == "-delete" for word in words) and not any(word.text in _COMMANDS for word in words)

    def either(self, depth: int) -> tuple[Patterns | None, bool]:
        """Sides between `-o` or `,` up to a closing bracket or the end."""
        sides: list[Patterns | None] = []
        acted = False
        while True:
            side, acts = self._every(depth)
            sides.append(side)
            acted = acted or acts
            if self._text() not in ("-o", "-or", ","):
                break
            self.index += 1
        known = [side for side in sides if side is not None]
        return tuple(pattern for side in known for pattern in side) if len(known) == len(sides) else None, acted

    def _every(self, depth: int) -> tuple[Patterns | None, bool]:
        """Tests that must all hold: those before the first action bound it, a name rather than a kind."""
        found: list[Patterns] = []
        acted = negated = False
        while self.index < len(self.words) and self._text() not in ("-o", "-or", ",", ")"):
            text = self._text()
            self.index += 1
            if text in ("!", "-not"):
                negated = not negated
                continue
            if text == "(" and depth < MAX_DEPTH:
                patterns, acts = self.either(depth + 1)
                self.index += 1
            else:
                patterns, acts = self._primary(text)
            if patterns is not None and not negated and not acted:
                found.append(patterns)
            acted, negated = acted or acts, False
        return min(found, key=lambda patterns: _SOMETHING in patterns, default=None), acted

    def _primary(self, text: str) -> tuple[Patterns | None, bool]:
        if text in _COMMANDS:
            while self.index < len(self.words) and self._text() not in (";", "+"):
                self.index += 1
            self.index += 1
            return None, True
        if text in _ACTIONS or text in _FILE_ACTIONS:
            self.index += _FILE_ACTIONS.get(text, 0)
            return None, True
        if text == "-empty":
            return (_SOMETHING,), False
        if text in _NAMES or text in _PATHS or text in _EXPRESSIONS or text in _KINDS:
            value = self.words[self.index] if self.index < len(self.words) else Field("")
            self.index += 1
            return self._bound(text, value), False
        emptied = text == "-type" and self._text() == "d" and self.empties  # -delete takes no folder that holds something
        self.index += text in _OTHER_VALUES
        return (_SOMETHING,) if emptied else None, False

    def _bound(self, test: str, value: Field) -> Patterns | None:
        if value.text.startswith("-"):
            return None  # a name that reads as an option is a decoy: the test cannot be relied on
        if test in _KINDS:
            return (_SOMETHING,)
        if test in _EXPRESSIONS:
            parts = _ESCAPED.sub(r"\1", _SETS.sub("", value.text)).split("|") if value.known else [""]
            return (_SOMETHING,) if all(_LETTER.search(part) for part in parts) else None
        return (value,)

    def _text(self) -> str:
        return self.words[self.index].text if self.index < len(self.words) else ""
