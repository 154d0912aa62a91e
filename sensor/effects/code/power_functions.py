"""Functions and blocks that a PowerShell text calls itself, as statements: their bodies, behind what their parameters are given.

Pattern reading like the rest: constants and the home folder are handed on, two calls deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_FUNCTIONS, MAX_CALLS, MAX_TEXT, DEPTH = 20, 20, 16_384, 2
_VALUE = r"""'(?:[^']|'')*'|"(?:[^"`]|`.)*\""""
_GIVEN = rf"((?:{_VALUE}|[^;|\n{{}}()'\"])*)"
_DEFINED = re.compile(r"(?i)(?<![\w$-])(?:function|filter)\s{1,9}(?:\w{1,9}:)?([\w-]{1,60})\s*(?:\(((?:[^()]|\([^()]*\)){0,400})\))?\s*\{|\$(\w{1,60})\s*=\s*\{|(?:^|[;\n])\s*[&.]\s*\{")
_BRACES = re.compile(rf"{_VALUE}|[{{}}]")
_PARAM = re.compile(r"(?i)\s*param\s*\(((?:[^()]|\([^()]*\)){0,800})\)")
_TYPES = re.compile(r"\[[^\[\]]{0,200}\]")
_NAMED = re.compile(r"\$(\w+)\s*(?:=\s*(.+?)\s*)?$", re.S)
_WORD = re.compile(rf"{_VALUE}|[^\s,]+")
_PARTS = re.compile(r"[;|\n{}]")
_ARGS = re.compile(r"(?i)\$args\[(\d{1,2})\]|\$args\b")
_HANDED = re.compile(r"(?i)\$(?:_|input|psitem)(?!\w)")


class _Function(NamedTuple):
    """What calls one begin with (a pattern), its parameters with their defaults, and its body; `given` for a block that is called where it stands."""

    called: str
    parameters: tuple[tuple[str, str], ...]
    body: str
    given: str = ""


def called_bodies(text: str) -> str:
    """The statements that calls of functions of this text run, "" when it calls none."""
    if "{" not in text or len(text) > MAX_TEXT:
        return ""
    functions = list(_functions(text))
    found, parts = text, list[str]()
    for _ in range(DEPTH):
        found = "\n".join(body for one in functions for body in _bodies(one, found))[:MAX_TEXT]
        functions = [one for one in functions if one.called]
        parts.append(found)
    return "\n".join(parts).strip()


def _functions(text: str) -> Iterator[_Function]:
    for number, match in enumerate(_DEFINED.finditer(text)):
        if number >= MAX_FUNCTIONS:
            return
        end = _end(text, match.end())
        body, listed = text[match.end():end], match[2] or ""
        param = _PARAM.match(_TYPES.sub("", body)) if not listed else None
        if param is not None:
            body, listed = _TYPES.sub("", body)[param.end():], param[1]
        pairs = (_NAMED.match(part.strip()) for part in _TYPES.sub("", listed).split(","))
        parameters = tuple((pair[1].lower(), pair[2] or "") for pair in pairs if pair)
        if match[1]:
            yield _Function(rf"(?im)(?:^|[;|&({{=])\s*(?:[&.]\s*)?{re.escape(match[1])}(?![\w-])", parameters, body)
        elif match[3]:
            yield _Function(rf"(?im)[&.]\s*\${re.escape(match[3])}(?!\w)", parameters, body)
        else:
            behind = re.match(_GIVEN, text[end + 1:])
            yield _Function("", parameters, body, behind[1] if behind else "")


def _end(text: str, start: int) -> int:
    depth = 1
    for match in _BRACES.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return len(text)


def _bodies(function: _Function, text: str) -> Iterator[str]:
    if not function.called:
        yield _filled(function, function.given, "")
        return
    for number, call in enumerate(re.finditer(function.called + _GIVEN, text)):
        if number >= MAX_CALLS:
            return
        bar = text.find("|", call.start(), call.start() + 1)
        piped = _PARTS.split(text[max(0, bar - 400):bar])[-1].strip() if bar >= 0 else ""
        yield _filled(function, call[1], piped)


def _filled(function: _Function, given: str, piped: str) -> str:
    """The body behind a statement for each parameter, with `$args` and what is piped in put in its place."""
    values, place = dict(function.parameters), 0
    words = _WORD.findall(given)
    names = [name for name, _ in function.parameters]
    rest: list[str] = []
    while place < len(words):
        word = words[place]
        named = next((name for name in names if len(word) > 1 and word[0] == "-" and name.startswith(word[1:].lower())), "")
        if named and place + 1 < len(words):
            values[named] = words[place + 1]
            names.remove(named)
            place += 1
        else:
            rest.append(word)
        place += 1
    values |= dict(zip(names, rest, strict=False))
    all_given = [_constant(word) for word in rest]
    body = _ARGS.sub(lambda found: (all_given[int(found[1]):] or [""])[0] if found[1] else " ".join(all_given), function.body)
    if piped:
        body = _HANDED.sub(lambda _: _constant(piped), body)
    return "\n".join([*(f"${name} = {_constant(value)}" for name, value in values.items() if value), body])


def _constant(word: str) -> str:
    """A word as a text: what begins with `~` is taken for the home folder, as cmdlets and a shell do."""
    plain = word[1:-1] if word[:1] in ("'", '"') and word[-1:] == word[:1] and len(word) > 1 else word
    if plain[:1] == "~":
        return f'"$HOME{plain[1:]}"'
    return word if word[:1] in ("'", '"', "$", "(", "@") else f"'{word}'"
