"""A settings file as a value: its text, what it means and where each key stands. Parsing is pure; `gather` reads."""

from __future__ import annotations

import sys
from typing import Any

from hooks.settings.jsonc import Node, SyntaxProblem, parse_jsonc, position
from sensor.model.calls import Value

MAX_DOTS = 500  # in a line of TOML: a key of many parts takes the square of their number


class Document(Value):
    """One file. `data` is what it means, None where it is missing or not understood; `problem` says why not, at `problem_line`.

    Of keys that stand twice the last counts, as in the agents' own readers; `problem` names them and `data` is there.
    """

    path: str
    exists: bool = False
    text: str = ""
    data: Any = None
    root: Node | None = None
    problem: str = ""
    problem_line: int = 0

    def value(self, *keys: str) -> Any:
        """What stands under these keys, None where nothing does."""
        found = self.data
        for key in keys:
            if not isinstance(found, dict):
                return None
            found = found.get(key)
        return found

    def table(self, *keys: str) -> dict[str, Any]:
        """The object under these keys, empty where there is none."""
        found = self.value(*keys)
        return found if isinstance(found, dict) else {}

    def words(self, *keys: str) -> tuple[str, ...]:
        """The texts of the list under these keys."""
        found = self.value(*keys)
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()

    def line(self, *keys: str) -> int:
        """The line of the innermost of these keys that is there, 0 where none is known."""
        node, start = self.root, -1
        for key in keys:
            child = node.member(key) if node is not None else None
            if child is None:
                break
            node, start = child.node, child.start
        return position(self.text, start)[0] if start >= 0 else 0

    def line_of_item(self, item: str, *keys: str) -> int:
        """The line of a text in the list under these keys."""
        node = self.root
        for key in keys:
            child = node.member(key) if node is not None else None
            node = child.node if child is not None else None
        found = next((child for child in node.children if child.node.value == item), None) if node is not None else None
        return position(self.text, found.start)[0] if found is not None else 0


def parse_json(path: str, text: str) -> Document:
    """JSON with comments and trailing commas."""
    if not text.strip():
        return Document(path=path, exists=True, text=text, data={})
    try:
        root = parse_jsonc(text)
    except SyntaxProblem as error:
        return Document(path=path, exists=True, text=text, problem=f"cannot be understood: {error}", problem_line=position(text, error.offset)[0])
    if not isinstance(root.value, dict):
        return Document(path=path, exists=True, text=text, problem="cannot be understood: it is no object { }", problem_line=1)
    problem, line = "", 0
    if twice := _twice(root):
        problem, line = f"the key {twice[0]!r} stands there twice, and programs differ in which counts", position(text, twice[1])[0]
    return Document(path=path, exists=True, text=text, data=root.value, root=root, problem=problem, problem_line=line)


def parse_toml(path: str, text: str) -> Document:
    """TOML, where this Python has a reader of it (3.11 and newer)."""
    if sys.version_info < (3, 11):
        return Document(path=path, exists=True, text=text, problem="TOML can only be read with Python 3.11 or newer")
    import tomllib

    if any(line.count(".") > MAX_DOTS for line in text.splitlines()):
        return Document(path=path, exists=True, text=text, problem=f"cannot be understood: a line with more than {MAX_DOTS} dots")
    try:
        return Document(path=path, exists=True, text=text, data=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Document(path=path, exists=True, text=text, problem=f"cannot be understood: {error}")
    except RecursionError:
        return Document(path=path, exists=True, text=text, problem="cannot be understood: it is nested too deep")


def _twice(node: Node) -> tuple[str, int] | None:
    """The first key that stands twice in one object, and where it stands again."""
    seen = set()
    for child in node.children:
        if child.key and child.key in seen:
            return child.key, child.start
        seen.add(child.key)
        inner = _twice(child.node)
        if inner is not None:
            return inner
    return None
