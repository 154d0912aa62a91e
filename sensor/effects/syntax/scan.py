"""Find where quoted and nested pieces of shell text end. Linear: one pass with an explicit stack, no recursion.

Every step inside a nested piece is paid for; when the budget is used up the piece ends at the end of the text.

An unterminated piece ends at the end of the text: what follows an open quote is then inside it for us as for the shell.
So does one nested deeper than any budget of the walk, which is then exceeded inside it.
"""

from __future__ import annotations

import functools
import re

from sensor.effects.budget import Budget

MAX_STACK = 400
_STOP = re.compile(r"""[\\'"`$()#{}]""")
_DQ_STOP = re.compile(r'[\\"`$]')
# The rest of a double-quoted piece in which nothing is nested.
_FLAT = re.compile(r'(?:[^"\\$`]|\$(?=[\w/."\s:=-]))*"')
_CASE = re.compile(r"(?:(?<=[(;&|\n])[ \t]*|(?<=\bthen)\s+|(?<=\bdo)\s+|(?<=\belse)\s+|(?<=\bif)\s+|(?<=\{)\s+|(?<=!)\s+)case\s")
_ESAC = re.compile(r"(?:[;&|\n)]|\bin[ \t\n])[ \t]*esac\b")
_BACKTICK = re.compile(r"(?:[^\\`]|\\.)*", re.S)
_ANSI = re.compile(r"(?:[^\\']|\\.)*", re.S)
_SPECIAL_PARAMETER = "#$?!@*-"


def single_quote_end(text: str, pos: int) -> int:
    """Position after the `'` that closes the one before `pos`."""
    found = text.find("'", pos)
    return len(text) if found < 0 else found + 1


def ansi_quote_end(text: str, pos: int) -> int:
    """Position after the `'` that closes `$'`; a backslash escapes it."""
    match = _ANSI.match(text, pos)
    return min(match.end() + 1, len(text)) if match else len(text)


def backtick_end(text: str, pos: int) -> int:
    """Position after the closing back-tick; `pos` is behind the opening one."""
    match = _BACKTICK.match(text, pos)
    return min(match.end() + 1, len(text)) if match else len(text)


def nested_end(text: str, pos: int, closer: str, budget: Budget) -> int:
    """Position after the `closer` (one of `)`, `}`, `"`) of a piece whose opener ends at `pos`.

    Where shells differ, it is bash's: a single quote in `"${x#'}'}"` quotes, if the piece ends that way at all.
    """
    if closer == '"' and (match := _FLAT.match(text, pos)):
        return match.end()
    end, doubtful = _nested_end(text, pos, (closer, budget, True))
    return _nested_end(text, pos, (closer, budget, False))[0] if doubtful else end


@functools.lru_cache(maxsize=8)
def _has_cases(text: str) -> bool:
    return "esac" in text


def _nested_end(text: str, pos: int, how: tuple[str, Budget, bool]) -> tuple[int, bool]:
    """The end, and whether it is that of the text only because of a `case` or of quotes that other readings know nothing of (`full`)."""
    closer, budget, full = how
    stack = [closer]
    opened = [0]  # `case` without its `esac`, by level
    size, doubtful = len(text), False
    cases = full and _has_cases(text)
    while pos < size:
        budget.left -= 1
        if len(stack) > MAX_STACK or budget.left < 0:
            return size, False
        top = stack[-1]
        match = (_DQ_STOP if top == '"' else _STOP).search(text, pos)
        if match is None:
            break
        if cases and top == ")":
            opened[-1] += len(_CASE.findall(text, pos, match.start() + 1)) - len(_ESAC.findall(text, pos, match.end()))
        char = match.group()
        pos = match.end()
        if char == top:
            if char == ")" and opened[-1] > 0:  # behind a pattern
                doubtful = True
                continue
            stack.pop()
            opened.pop()
            if not stack:
                return pos, False
        elif char == "\\":
            pos += 1
        elif char == "$":
            pos = _dollar(text, pos, stack)
        elif char == "`":
            pos = backtick_end(text, pos)
        elif char == '"':
            stack.append('"')
        elif char == "'":
            if full or not (top == "}" and '"' in stack):
                doubtful |= top == "}" and '"' in stack
                pos = single_quote_end(text, pos)
        elif char == "(":
            if top == ")":
                stack.append(")")
        elif char == "#" and top == ")" and text[pos - 2 : pos - 1] in (" ", "\t", "\n", ";", "("):
            line = text.find("\n", pos)
            pos = size if line < 0 else line
        opened += [0] * (len(stack) - len(opened))
    return size, doubtful


def other_quotes(text: str, budget: Budget) -> str:
    """The text as shells other than bash read it: single quotes between `"${` and `}"` quote nothing, and `$$` ends before one. They are blanked."""
    blanked = text.replace("$$'", "_$'") if "$$'" in text else text
    if "'" not in text or "${" not in text or '"' not in text:
        return blanked
    stack, pos, size = [""], 0, len(text)
    found = list(blanked)
    while pos < size:
        budget.left -= 1
        if len(stack) > MAX_STACK or budget.left < 0:
            break
        top = stack[-1]
        match = (_DQ_STOP if top == '"' else _STOP).search(text, pos)
        if match is None:
            break
        char, pos = match.group(), match.end()
        if char == top:
            stack.pop()
        elif char == "\\":
            pos += 1
        elif char == "$":
            pos = _dollar(text, pos, stack)
        elif char == '"':
            stack.append('"')
        elif char == "'" and top == "}" and '"' in stack:
            found[pos - 1] = "_"
        elif char == "'":
            pos = single_quote_end(text, pos)
        elif char == "(" and top == ")":
            stack.append(")")
    return "".join(found)


def _dollar(text: str, pos: int, stack: list[str]) -> int:
    following = text[pos : pos + 1]
    if following == "(":
        stack.append(")")
        return pos + 1
    if following == "{":
        stack.append("}")
        # `${#x}`: the hash is no comment, and `${'x'}` is left to the expansion
        return pos + 2 if text[pos + 1 : pos + 2] == "#" else pos + 1
    if following == "'" and stack[-1] != '"':
        return ansi_quote_end(text, pos + 1)
    if following and following in _SPECIAL_PARAMETER:
        return pos + 1
    return pos


def piece_end(text: str, pos: int, budget: Budget) -> int:
    """Position after the quoted, escaped or expanded piece that starts at `pos` (one of `\\ ' " $` or a back-tick)."""
    char = text[pos]
    if char == "\\":
        return min(pos + 2, len(text))
    if char == "'":
        return single_quote_end(text, pos + 1)
    if char == '"':
        return nested_end(text, pos + 1, '"', budget)
    if char == "`":
        return backtick_end(text, pos + 1)
    following = text[pos + 1 : pos + 2]
    if following == "(":
        return nested_end(text, pos + 2, ")", budget)
    if following == "{":
        skip = 3 if text[pos + 2 : pos + 3] == "#" else 2
        return nested_end(text, pos + skip, "}", budget)
    if following == "'":
        return ansi_quote_end(text, pos + 2)
    if following == '"':
        return nested_end(text, pos + 2, '"', budget)
    if following == "[":
        found = text.find("]", pos)
        return len(text) if found < 0 else found + 1
    return pos + 2 if following and following in _SPECIAL_PARAMETER else pos + 1
