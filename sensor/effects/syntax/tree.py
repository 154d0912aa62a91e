"""Read shell text with tree-sitter-bash: the second opinion on text that the lexer was not sure of.

The grammar is quadratic on hostile input and holds the GIL while it works, so a parse has a cap on size and a deadline in
CPU time; the deadline only works with a callable source. It loses commands around here-documents, so it gets text
without bodies (`heredocs`), and it takes `time {` and `coproc` for commands, so it is not the first reader.
"""

from __future__ import annotations

import time

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from sensor.effects.syntax.script import Source

MAX_BYTES = 8192
CPU_SECONDS = 0.02
_QUOTED = frozenset({
    "command_substitution", "process_substitution", "string", "raw_string", "concatenation", "variable_assignment",
    "heredoc_redirect", "file_redirect", "herestring_redirect", "arithmetic_expansion", "expansion", "comment",
})


class TreeReader:
    """One parser; not shared between threads."""

    def __init__(self) -> None:
        self._parser = Parser(Language(tree_sitter_bash.language()))

    def command_starts(self, source: Source, start: int, end: int) -> list[int] | None:
        """Offsets at which the grammar sees simple commands outside of words; None when the budget ran out."""
        data = source.text[start:end].encode("latin-1", "replace")
        if len(data) > MAX_BYTES:
            return None
        deadline = time.thread_time() + CPU_SECONDS
        try:
            tree = self._parser.parse(lambda offset, _: data[offset : offset + 65536], progress_callback=lambda *_: time.thread_time() > deadline)
        except ValueError:
            self._parser.reset()
            return None
        return _starts(tree.root_node, start)


def _starts(root: Node, offset: int) -> list[int]:
    found: list[int] = []
    queue = [root]
    while queue:
        node = queue.pop()
        kind = node.type
        if kind == "command" or kind in ("declaration_command", "unset_command"):
            found.append(offset + node.start_byte)
        elif kind not in _QUOTED:
            queue += node.children
    return sorted(found)
