"""Look at what a budget left unread: the pieces of a text that start with a program we know.

A text that is too long or too deep to parse is never clean, whatever is found here; but a dangerous command that was
padded until the parser gave up must still be named. Quotes are not respected, so this may see commands in data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sensor.effects.budget import COMMAND, SKIM_UNITS, Budget
from sensor.effects.builtins import BUILTINS
from sensor.effects.interpreters import INTERPRETERS
from sensor.effects.nested import NESTED
from sensor.effects.programs.table import ALIASES, PROGRAMS
from sensor.effects.programs.wrappers import SHELLS, WRAPPERS
from sensor.effects.shell.command import Context
from sensor.effects.shell.walk import Walk
from sensor.effects.syntax.heredocs import take_heredocs
from sensor.effects.syntax.script import decode, encode
from sensor.model.effects import Span

MAX_PIECES = 300
PER_PROGRAM = 16
MAX_SCANNED = 50_000
MAX_DISTINCT = 3_000
TAIL = 32_768
LONG_PIECE = 1000
_PIECE = re.compile(r"[^;\n&|(){}`\"'$\s][^;\n&|(){}`\"'][^;\n&|(){}`\"']*")
_LEADING = re.compile(r"(?:[A-Za-z_]\w*=\S*|-\S*|!|\d+)$")
_OPENERS = frozenset({*WRAPPERS, "bash", "sh", "zsh", "dash", "eval", "exec", "command", "builtin", "then", "do", "else", "if", "while", "until", "time"})
_KNOWN = frozenset({*PROGRAMS, *ALIASES, *NESTED, *INTERPRETERS, *SHELLS}) - frozenset({*BUILTINS, "echo", "printf", "true", "false", ":", "sleep", "wait", "((", "let", "expr"})


def run_whole(walk: Walk, command: str) -> None:
    """Walk a shell command that a tool was given; what a budget leaves unread is skimmed with a budget of its own."""
    text = encode(command)
    try:
        walk.run_source(text, walk.context)
    except RecursionError:
        walk.give_up("nesting")
    if walk.exhausted and walk.second_look.take(COMMAND + (len(text) >> 9)):
        second = Walk(walk.around, walk.paths, walk.dispatch, walk.second_look.left)
        skim(second, text, walk.context)
        walk.second_look.left = second.budget.left
        known = {effect.argv for effect in walk.effects}
        walk.effects += [effect for effect in second.effects if effect.argv not in known]
        walk.flows += [flow for flow in second.flows if flow not in walk.flows]


def skim(walk: Walk, text: str, context: Context) -> None:
    """Walk the pieces of `text` (parser form) that name a known program: the first and last few of each."""
    for start, piece in pick_pieces(take_heredocs(text, Budget(SKIM_UNITS)).text):
        if walk.exhausted:
            break
        walk.run_text(decode(piece), context.within(span=Span(start=start, end=start + len(piece))))


def pick_pieces(text: str) -> list[tuple[int, str]]:
    """(offset, command) of the pieces that are looked at, in order."""
    first: dict[str, list[tuple[int, str]]] = {}
    last: dict[str, list[tuple[int, str]]] = {}
    seen: set[str] = set()
    for offset, name, piece in _pieces(text, seen):
        if len(first.setdefault(name, [])) < PER_PROGRAM // 2:
            first[name].append((offset, piece))
        else:
            ending = last.setdefault(name, [])
            ending.append((offset, piece))
            del ending[: -(PER_PROGRAM // 2)]
    chosen = [one for found in (*first.values(), *last.values()) for one in found]
    return sorted(chosen)[:MAX_PIECES]


def _pieces(text: str, seen: set[str]) -> Iterator[tuple[int, str, str]]:
    """(offset, program, command) of the pieces that begin with a known program, behind wrappers and assignments."""
    for start, piece in _distinct(text, seen):
        for offset, part in _ends(piece):
            words = part.split()
            index = 0
            while index < len(words) - 1 and (words[index] in _OPENERS or _LEADING.match(words[index])):
                index += 1
            if words and (name := words[index].rpartition("/")[2]) in _KNOWN:
                yield start + offset, name, " ".join(words[index:])


def _distinct(text: str, seen: set[str]) -> Iterator[tuple[int, str]]:
    """The pieces that are not in `seen`: from the beginning as many as the limits allow, then from the end of a longer text."""
    end = 0
    for number, match in enumerate(_PIECE.finditer(text)):
        if number >= MAX_SCANNED or len(seen) >= MAX_DISTINCT:
            break
        piece, end = match.group(), match.end()
        if piece not in seen:
            seen.add(piece)
            yield match.start(), piece
    else:
        return
    last = {match.group(): match.start() for match in _PIECE.finditer(text, max(end, len(text) - TAIL)) if match.group() not in seen}
    yield from [(start, piece) for piece, start in last.items()][-MAX_DISTINCT:]


def _ends(piece: str) -> tuple[tuple[int, str], ...]:
    """A short piece itself, else its beginning and the whole words of its end."""
    if len(piece) < LONG_PIECE:
        return ((0, piece),)
    ending = piece[-LONG_PIECE:].partition(" ")[2]
    return ((0, piece[:LONG_PIECE]), (len(piece) - len(ending), ending))
