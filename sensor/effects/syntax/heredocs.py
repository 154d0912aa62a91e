"""Take here-document bodies out of a shell text before it is parsed.

The grammar of tree-sitter loses commands that stand on the line of a here-document operator; and a checker that reads
`echo "<<EOF"` as an operator would skip real commands as if they were a body. So this pass knows quotes, comments,
`<<<` and arithmetic, and bodies inside `$( )` and `"$( )"`.
"""

from __future__ import annotations

import re

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import ansi_quote_end, backtick_end, single_quote_end
from sensor.effects.syntax.script import Heredoc, Source

_STOP = re.compile(r"""[\\'"`$()#<\n}]""")
_DQ_STOP = re.compile(r'[\\"`$\n]')
_OPERATOR = re.compile(r"<<(-?)[ \t]*((?:\\.|'[^'\n]*'|\"[^\"\n]*\"|[^\s\\'\"|&;<>()`])+)")
_UNQUOTE = re.compile(r"""\\(.)|['"]""", re.S)
_INDENT = re.compile(r"^\t+", re.M)
MAX_HEREDOCS = 500


def take_heredocs(text: str, budget: Budget) -> Source:
    """Blank all bodies and turn each operator into `<HHH` of the same length; bodies are kept by operator offset."""
    if "<<" not in text:
        return Source(text=text, heredocs={})
    pieces: list[str] = []
    bodies: dict[int, Heredoc] = {}
    pending: list[tuple[int, bool, str, bool]] = []
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
            if pending:
                pieces.append(text[done:pos])
                end = _read_bodies(text, pos, (pending, budget), bodies)
                pieces.append("\n".join([" " * len(line) for line in text[pos:end].split("\n")]))
                pending = []
                done = pos = end
        elif char == "<":
            operator = _operator_at(text, pos - 1, stack)
            if operator is not None and len(bodies) + len(pending) < MAX_HEREDOCS:
                mark = operator.group(2)
                plain = _UNQUOTE.sub(lambda part: part.group(1) or "", mark)
                pending.append((pos - 1, operator.group(1) == "-", plain, plain != mark))
                pieces.append(text[done : pos - 1] + "<" + "H" * (operator.end() - pos))
                done = pos = operator.end()
            elif text.startswith("<<", pos - 1):
                if operator is not None:
                    budget.end()
                pos = pos + 2 if text.startswith("<<<", pos - 1) else pos + 1
        else:
            pos = _step(text, pos, char, stack)
    pieces.append(text[done:])
    for offset, _, _, quoted in pending:
        bodies[offset] = Heredoc(body="", quoted=quoted, cut=True)
    return Source(text="".join(pieces), heredocs=bodies)


def _operator_at(text: str, pos: int, stack: list[str]) -> re.Match[str] | None:
    if stack[-1] in ("((", "}") or text.startswith("<<<", pos):
        return None
    return _OPERATOR.match(text, pos)


def _read_bodies(text: str, pos: int, wanted: tuple[list[tuple[int, bool, str, bool]], Budget], bodies: dict[int, Heredoc]) -> int:
    """Take the bodies that begin at `pos`; the position behind them."""
    pending, budget = wanted
    for offset, tabs, mark, quoted in pending:
        end, following = _end_mark(text, pos, (mark, tabs), budget)
        body = text[pos:end]
        if body and not body.endswith("\n"):
            body += "\n"
        bodies[offset] = Heredoc(body=_INDENT.sub("", body) if tabs else body, quoted=quoted)
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


def _step(text: str, pos: int, char: str, stack: list[str]) -> int:
    """Keep track of quotes and nesting; `pos` is behind `char`."""
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
        return _dollar(text, pos, stack)
    if char == "(":
        if text.startswith("(", pos) and top != "((" and text[pos - 2 : pos - 1] in ("", " ", "\n", ";", "\t", "&", "|"):
            stack.append("((")
            return pos + 1
        stack.append(")")
    elif char == ")":
        if top == "((" and text.startswith(")", pos):
            stack.pop()
            return pos + 1
        if top == ")":
            stack.pop()
    elif char == "}":
        if top == "}":
            stack.pop()
    elif char == "#" and top in ("", ")") and text[pos - 2 : pos - 1] in ("", " ", "\t", "\n", ";", "(", "&", "|"):
        line = text.find("\n", pos)
        return len(text) if line < 0 else line
    return pos


def _dollar(text: str, pos: int, stack: list[str]) -> int:
    if text.startswith("((", pos):
        stack.append("((")
        return pos + 2
    if text.startswith("(", pos):
        stack.append(")")
        return pos + 1
    if text.startswith("{", pos):
        stack.append("}")
        return pos + 1
    if text.startswith("'", pos) and stack[-1] != '"':
        return ansi_quote_end(text, pos + 1)
    return pos + 1 if text[pos : pos + 1] in ("#", "$", "?", "!") else pos
