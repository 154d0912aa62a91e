"""Parse Python text that may be hostile: not too long, not nested so deeply that its tree costs more than it says."""

from __future__ import annotations

import ast
import re
import warnings

MAX_CODE = 20_000
MAX_NESTING = 40
"""Brackets within each other, and signs or words in a row that nest as brackets do."""
_NESTS = re.compile(r"(?:[-+~]\s*|\bnot\s+|\blambda\b[^:\n]{0,40}:\s*|\bawait\s+|\*\*\s*){40}")

# What the parser says about texts that are judged (`\d` in a string) is for nobody's terminal.
_FILE = "<judged>"
warnings.filterwarnings("ignore", module=_FILE)


def parse(code: str) -> ast.Module:
    """The tree of a text. Raises SyntaxError for one that is no Python, ValueError for one that is too long or nests too deeply, and what the parser does
    (ValueError, RecursionError, MemoryError)."""
    if len(code) > MAX_CODE or _nests_deeply(code):
        raise ValueError("too long or too deep")
    return ast.parse(code, _FILE)


def _nests_deeply(code: str) -> bool:
    depth = 0
    for sign in re.findall(r"[(\[{)\]}]", code):
        depth = depth + 1 if sign in "([{" else max(depth - 1, 0)
        if depth > MAX_NESTING:
            return True
    return _NESTS.search(code) is not None
