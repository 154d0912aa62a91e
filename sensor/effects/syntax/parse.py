"""Parse shell text: the lexer reads it, and where the lexer met something unusual the tree parser is asked as well.

Why in this order: the lexer is linear, exact on quotes, redirections and here-documents, and on thousands of real commands
it found every command that the grammar found; the grammar is quadratic on hostile text and loses commands around
here-documents. On broken text neither is certain, so what either of them sees is kept.
"""

from __future__ import annotations

import functools

from sensor.effects.budget import UNITS, Budget
from sensor.effects.syntax.heredocs import take_heredocs
from sensor.effects.syntax.lexer import read_command, read_script, starts_of
from sensor.effects.syntax.scan import other_quotes
from sensor.effects.syntax.script import Script, Source, Statement
from sensor.effects.syntax.tree import TreeReader

MAX_KEPT = 256
LONGEST_KEPT = 1024  # a long script is seldom repeated, and its tree is twenty times as large as its text


def parse_script(text: str, budget: Budget) -> tuple[Source, Script]:
    """Parse text in parser form (see `script.encode`)."""
    if len(text) <= LONGEST_KEPT:
        source, script, cost = _read_again(text)
        budget.take(cost)
    else:
        loan = budget.loan()
        source, script = _read(text, loan)
        budget.settle(loan)
    return source, _checked(script, source, (0, len(source.text)), budget)


def parse_region(source: Source, bounds: tuple[int, int], budget: Budget) -> Script:
    """Parse a part of a source, such as the inside of a substitution."""
    loan = budget.loan()
    script = read_script(source, *bounds, loan)
    budget.settle(loan)
    return _checked(script, source, bounds, budget)


def _read(text: str, budget: Budget) -> tuple[Source, Script]:
    source = take_heredocs(text, budget)
    script = read_script(source, 0, len(source.text), budget)
    other = other_quotes(text, budget) if "${" in text or "$$'" in text else text
    if other is text or other == text:
        return source, script
    second = take_heredocs(other, budget)
    return source, _with_added(script, read_script(second, 0, len(other), budget).statements)


@functools.lru_cache(maxsize=MAX_KEPT)
def _read_again(text: str) -> tuple[Source, Script, int]:
    """Agents repeat their commands. Only what depends on the text alone is kept, with what reading it cost: the grammar has a budget of time."""
    budget = Budget()
    source, script = _read(text, budget)
    return source, script, UNITS - budget.left


def _checked(script: Script, source: Source, bounds: tuple[int, int], budget: Budget) -> Script:
    if not script.doubts or script.exhausted:
        return script
    return add_second_opinion(script, source, bounds, budget)


def add_second_opinion(script: Script, source: Source, bounds: tuple[int, int], budget: Budget) -> Script:
    """Add the commands that only the tree parser sees, and say where the two readings differ."""
    starts = TreeReader().command_starts(source, *bounds)
    if starts is None:
        return script
    known = starts_of(script.statements)
    added = [node for start in starts if start not in known and (node := read_command(source, start, bounds[1], budget)) is not None]
    return _with(script, tuple(map(Statement, added)), added[0].start) if added else script


def _with_added(script: Script, statements: tuple[Statement, ...]) -> Script:
    """The commands of another reading that this one has not."""
    known = starts_of(script.statements)
    added = [statement for statement in statements if not starts_of((statement,)) <= known]
    return _with(script, tuple(added), min(starts_of(tuple(added)))) if added else script


def _with(script: Script, added: tuple[Statement, ...], start: int) -> Script:
    problems = (*script.problems, ("the text can be read in two ways", start))
    return Script((*script.statements, *added), problems, script.exhausted, script.doubts)
