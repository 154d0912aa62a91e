"""Database clients whose statements are known and take nothing away: they read, add, only plan, or work on a copy in memory.

A statement is judged without its literals. Where dialects disagree on what a literal or a comment is, nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.command import Command
    from sensor.effects.effect import Touched
    from sensor.effects.operands import Arguments

REMOVES_NOTHING = "removes-nothing"
CLIENTS = frozenset({"psql", "mysql", "mariadb", "sqlite3", "duckdb"})
_FILES = frozenset({"sqlite3", "duckdb"})
_GIVEN = frozenset({"c", "command", "e", "execute", "cmd"})
_OPAQUE = frozenset({"f", "file", "init", "init-file", "init-command"})
MAX_SQL = 20_000
# A backslash, a dollar quote, a comment sign or a bracket that only some dialects know beside a literal.
_DISPUTED = re.compile(r"\\.*'|'.*\\|\$\w*\$|--\S|/\*!|[#`\[].*'|'.*[#`\[]", re.S)
_TEXT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"", re.S)
# Functions and statements that run a literal.
_RUNS_TEXT = re.compile(r"(?i)\b(?:dblink\w*|exec\w*|prepare|query_to_\w+|do|call|lo_\w+|load_extension|writefile|edit|eval\w*)\b|\\(?:g|watch|if|set)")
_HARMLESS = re.compile(
    r"(?i)(?:select|show|describe|desc|values|insert\s+into|comment\s+on|begin|start\s+transaction|commit|rollback|use\s+\w+|"
    r"explain\s+(?:query\s+plan\s+|verbose\s+|extended\s+)?(?:select|insert|update|delete|replace|truncate)|"
    r"pragma\s+\w+|[.](?:tables|schema|dump|indexes|databases|headers|mode|stats|version)|\\d\w*\+?|\\l\+?|\\conninfo|\\timing)(?:\s|;|\(|\*|$)")
_CHANGES = re.compile(r"(?i)(?:delete\s+from|update)\s")
_LEAVES_MEMORY = re.compile(r"(?i)\battach\b|\bload\b|\bcopy\b|\binstall\b|^\s*[.]", re.M)


def removes_nothing(command: Command, program: str, arguments: Arguments, touched: Touched) -> bool:
    """Whether all that this run of a client executes is known and takes no data away."""
    given = [field for name, field in arguments.values if name in _GIVEN]
    if program in _FILES:
        given += arguments.operands[1:]
    stdin = command.channels.stdin
    if arguments.flags & _OPAQUE or (stdin.piped and stdin.text is None) or not all(field.known for field in given):
        return False
    texts = [field.text for field in given] + ([stdin.text] if stdin.piped and stdin.text else [])
    if not texts or sum(map(len, texts)) > MAX_SQL:
        return False
    if program in _FILES and _is_scratch(arguments, touched):
        return not any(_LEAVES_MEMORY.search(text) for text in texts)
    return all(_takes_nothing(text) for text in texts)


def _is_scratch(arguments: Arguments, touched: Touched) -> bool:
    """Whether the database lives in memory or in the temporary folder."""
    database = arguments.operands[0] if arguments.operands else None
    if database is None or not database.known:
        return False
    return database.text == ":memory:" or any(ref.raw == database.text and "@temp" in ref.places for ref in touched.reads)


def _takes_nothing(text: str) -> bool:
    if _DISPUTED.search(text) or _RUNS_TEXT.search(text):
        return False
    bare = _TEXT.sub(lambda found: " " if found.group()[0] in "-/" else "''" if found.group()[0] == "'" else '""', text)
    statements = [part.strip() for part in bare.split(";") if part.strip()]
    if not statements or "'" in bare.replace("''", ""):
        return False
    undone = statements[0].lower() in ("begin", "start transaction", "begin transaction") and statements[-1].lower() == "rollback" and not any(
        part.lower().startswith(("commit", "end")) for part in statements)
    return all(_HARMLESS.match(part) or (undone and _CHANGES.match(part)) for part in statements)
