"""Take here-document bodies out of a shell text before it is parsed.

The grammar of tree-sitter loses commands that stand on the line of a here-document operator; and a checker that reads
`echo "<<EOF"` as an operator would skip real commands as if they were a body. So this pass knows quotes, comments,
`<<<` and arithmetic, and bodies inside `$( )` and `"$( )"`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import ansi_quote_end, backtick_end, nested_end, piece_end, single_quote_end
from sensor.effects.syntax.script import Heredoc, Source

_STOP = re.compile(r"""[\\'"`$()#<\n}[\]]""")
_DQ_STOP = re.compile(r'[\\"`$\n]')
_OPERATOR = re.compile(r"<<(-?)[ \t]*(?=[^\s|&;<>()])")
_PLAIN_MARK = re.compile(r"[^\s\\'\"|&;<>()`$]+")
_BEFORE_ARITHMETIC = re.compile(r"(?:\A|[\s;&|()]|\bfor)\Z")
_DQ_ESCAPE = re.compile(r'\\(?:([\\"`$])|\n)')
_SUBSCRIPT = re.compile(r"(?:(?:\A|[\s;&|(])[A-Za-z_]\w{0,100}|[\s(])\Z")
MAX_BEFORE = 102  # of the characters in front of a bracket
_INDENT = re.compile(r"^\t+", re.M)
MAX_HEREDOCS = 500


class _Pending(NamedTuple):
    """An operator whose body follows: where it is, whether tabs are taken away, which lines end the body, whether nothing in it is expanded, how deep it stands."""

    offset: int
    tabs: bool
    marks: tuple[str, ...]
    quoted: bool
    depth: int


def take_heredocs(text: str, budget: Budget) -> Source:
    """Blank all bodies and turn each operator into `<HHH` of the same length; bodies are kept by operator offset."""
    if "<<" not in text:
        return Source(text=text, heredocs={})
    pieces: list[str] = []
    bodies: dict[int, Heredoc] = {}
    pending: list[_Pending] = []
    stack: list[str] = [""]
    done = pos = 0
    size, last = len(text), text.rfind("<<")
    while pos < size and (pos <= last or pending) and budget.take(1):
        top = stack[-1]
        match = (_DQ_STOP if top == '"' else _STOP).search(text, pos)
        if match is None:
            break
        char = match.group()
        pos = match.end()
        if char == "\n":
            if top == "]":  # no subscript
                stack.pop()
            ready = [one for one in pending if one.depth >= len(stack)]  # not inside a quote or substitution that goes on
            if ready:
                pieces.append(text[done:pos])
                end = _read_bodies(text, pos, (ready, budget), bodies)
                pieces.append("\n".join([" " * len(line) for line in text[pos:end].split("\n")]))
                pending = [one for one in pending if one.depth < len(stack)]
                done = pos = end
        elif char == "<":
            operator = _operator_at(text, pos - 1, stack)
            if operator is not None and len(bodies) + len(pending) < MAX_HEREDOCS:
                after, marks, quoted = _delimiter(text, operator.end(), budget)
                pending.append(_Pending(pos - 1, operator.group(1) == "-", marks, quoted, len(stack)))
                pieces.append(text[done : pos - 1] + "<" + "H" * (after - pos))
                done = pos = after
            elif text.startswith("<<", pos - 1):
                if operator is not None:
                    budget.end()
                pos = pos + 2 if text.startswith("<<<", pos - 1) else pos + 1
        else:
            pos = _step(text, pos, char, (stack, budget))
    pieces.append(text[done:])
    for one in pending:
        bodies[one.offset] = Heredoc(body="", quoted=one.quoted, cut=True)
    return Source(text="".join(pieces), heredocs=bodies)


def _operator_at(text: str, pos: int, stack: list[str]) -> re.Match[str] | None:
    if stack[-1] in ("((", "}", "]") or text.startswith("<<<", pos):
        return None
    return _OPERATOR.match(text, pos)


def _delimiter(text: str, pos: int, budget: Budget) -> tuple[int, tuple[str, ...], bool]:
    """Where the word behind `<<` ends, which lines end the body (shells differ on `$'E'` and `$"E"`), and whether it is quoted."""
    mark, dollars, quoted, size = "", "", False, len(text)
    while pos < size and budget.take(1):
        char, following = text[pos], text[pos + 1 : pos + 2]
        plain = _PLAIN_MARK.match(text, pos)
        dollar = ""
        if plain is not None:
            end, inner = plain.end(), plain.group()
        elif char == "\\":
            end, inner, quoted = pos + 2, "" if following == "\n" else following, quoted or following != "\n"
        elif char == "'" or (char == "$" and following == "'"):
            dollar = "$" if char == "$" else ""
            end = (ansi_quote_end if dollar else single_quote_end)(text, pos + 1 + len(dollar))
            inner, quoted = text[pos + 1 + len(dollar) : end - 1], True
        elif char == '"' or (char == "$" and following == '"'):
            dollar = "$" if char == "$" else ""
            end = nested_end(text, pos + 1 + len(dollar), '"', budget)
            inner, quoted = _DQ_ESCAPE.sub(r"\1", text[pos + 1 + len(dollar) : end - 1]), True
        elif char in "$`":
            end = piece_end(text, pos, budget)
            inner = text[pos:end]
        else:
            break
        mark, dollars, pos = mark + inner, dollars + dollar + inner, min(end, size)
    return pos, (mark,) if mark == dollars else (mark, dollars), quoted


def _read_bodies(text: str, pos: int, wanted: tuple[list[_Pending], Budget], bodies: dict[int, Heredoc]) -> int:
    """Take the bodies that begin at `pos`; the position behind them."""
    pending, budget = wanted
    for one in pending:
        end, following = min([_end_mark(text, pos, (mark, one.tabs), budget) for mark in one.marks])
        body = text[pos:end]
        if body and not body.endswith("\n"):
            body += "\n"
        bodies[one.offset] = Heredoc(body=_INDENT.sub("", body) if one.tabs else body, quoted=one.quoted)
        pos = following
    return pos


def _end_mark(text: str, pos: int, wanted: tuple[str, bool], budget: Budget) -> tuple[int, int]:
    """Start and end of the line at or after `pos` that is `mark`; the end of the text twice when there is none."""
    (mark, tabs), size, at = wanted, len(text), pos
    while at <= size and (at := text.find(mark, at)) >= 0 and budget.take(1):
        start, end = text.rfind("\n", pos, at) + 1 or pos, text.find("\n", at)
        end = size if end < 0 else end
        line = text[start:end].lstrip("\t") if tabs else text[start:end]
        if line == mark or line.rstrip("\r") == mark:
            return start, min(end + 1, size)
        at = end + 1
    return size, size


def _step(text: str, pos: int, char: str, state: tuple[list[str], Budget]) -> int:
    """Keep track of quotes and nesting; `pos` is behind `char`."""
    stack, budget = state
    top = stack[-1]
    if char == "\\":
        return pos + 1
    if char == "'":
        return pos if top == "}" and '"' in stack else single_quote_end(text, pos)
    if char == "`":
        return backtick_end(text, pos) if "<<" not in text[pos : backtick_end(text, pos)] else pos
    if char == '"':
        if top == '"':
            stack.pop()
        else:
            stack.append('"')
        return pos
    if char == "$":
        return _dollar(text, pos, stack, budget)
    if char == "(":
        if text.startswith("(", pos) and top != "((" and _BEFORE_ARITHMETIC.search(text, max(pos - 4, 0), pos - 1) and _closes_together(text, pos + 1, budget):
            stack.append("((")
            return pos + 1
        stack.append(")")
    elif char == ")":
        if top == "((" and text.startswith(")", pos):
            stack.pop()
            return pos + 1
        if top == ")":
            stack.pop()
    elif char in "}]":
        if top == char:
            stack.pop()
    elif char == "[":  # `a[1<<2]=x`, `a=([1<<2]=x)`
        named = text[pos : pos + 1] not in (" ", "[", "") and _SUBSCRIPT.search(text, max(pos - MAX_BEFORE, 0), pos - 1)
        if named and (top == ")" or text[pos - 2 : pos - 1] not in (" ", "\t", "\n", "(")):
            stack.append("]")
    elif char == "#" and top in ("", ")") and text[pos - 2 : pos - 1] in ("", " ", "\t", "\n", ";", "(", "&", "|"):
        line = text.find("\n", pos)
        return len(text) if line < 0 else line
    return pos


def _closes_together(text: str, pos: int, budget: Budget) -> bool:
    """Whether what `((` opens ends with `))`; else it is a sub-shell in another."""
    end = nested_end(text, pos, ")", budget)
    return text[end : end + 1] in (")", "")


def _dollar(text: str, pos: int, stack: list[str], budget: Budget) -> int:
    if text.startswith("((", pos) and _closes_together(text, pos + 2, budget):
        stack.append("((")
        return pos + 2
    if text.startswith("(", pos):
        stack.append(")")
        return pos + 1
    if text.startswith(("{", "["), pos):
        stack.append("}" if text[pos] == "{" else "]")
        return pos + 1
    if text.startswith("'", pos) and stack[-1] != '"':
        return ansi_quote_end(text, pos + 1)
    return pos + 1 if text[pos : pos + 1] in ("#", "$", "?", "!") else pos
