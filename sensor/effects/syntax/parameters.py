"""Operators of parameter expansion on constant text: `${x#p}`, `${x/a/b}`, `${x^^}`, `${x:1:3}`."""

from __future__ import annotations

import fnmatch
import re

_SUBSTRING = re.compile(r"\s*(-?\d+|(?=:))\s*(?::\s*(-?\d+)\s*)?")
_MODIFIER = re.compile(r"(g?)s(\W)([^/]*?)\2(.*?)(?:\2)?")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.S)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b"}
MAX_PATTERN = 200
MAX_TEXT = 65536


def apply_operator(text: str, operator: str, argument: str) -> str | None:
    """The changed text, None when the operator or its argument is not constant."""
    if operator in ("#", "##", "%", "%%"):
        return _trim(text, operator, argument)
    if operator in ("^^", "^", ",,", ","):
        return _case(text, operator)
    if operator in ("/", "//", "/#", "/%"):
        pattern, _, replacement = argument.partition("/")
        return _replace(text, operator, (pattern, replacement))
    if operator == ":":
        match = _SUBSTRING.fullmatch(argument)
        return _modified(text, argument) if match is None else _substring(text, match)
    if operator == "@":
        return text.upper() if argument == "U" else text.lower() if argument == "L" else _unescaped(text) if argument == "E" else text
    return None


def _modified(text: str, modifier: str) -> str | None:
    """A modifier of the history, which zsh takes here too: `${x:s/a/b/}`, `${x:gs/a/b/}`, `${x:l}`."""
    match = _MODIFIER.fullmatch(modifier)
    if match is None:
        return text.lower() if modifier == "l" else text.upper() if modifier == "u" else None
    return _replace(text, "//" if match.group(1) else "/", (match.group(3), match.group(4)))


def _unescaped(text: str) -> str:
    """The text with the escapes of `$'...'` read."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)) if match.group(1) else chr(int(match.group(2), 8) & 0xFF) if match.group(2) else _SIGNS.get(match.group(3), match.group(3)), text)


def _case(text: str, operator: str) -> str:
    if len(operator) == 2:
        return text.upper() if operator == "^^" else text.lower()
    return (text[:1].upper() if operator == "^" else text[:1].lower()) + text[1:]


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > MAX_PATTERN or pattern.count("*") > 3:
        return None
    return re.compile(fnmatch.translate(pattern))


def _trim(text: str, operator: str, pattern: str) -> str | None:
    regex = _compiled(pattern)
    if regex is None or len(text) > 2000:
        return None
    sizes = range(len(text) + 1)
    for size in sizes if len(operator) == 1 else reversed(sizes):
        part = text[:size] if operator[0] == "#" else text[len(text) - size :]
        if regex.match(part):
            return text[size:] if operator[0] == "#" else text[: len(text) - size]
    return text


def _replace(text: str, operator: str, change: tuple[str, str]) -> str | None:
    pattern, replacement = change
    literal = not any(char in pattern for char in "*?[\\")
    most = 1 if operator != "//" else text.count(pattern) if literal else len(text) + 1
    if len(text) + most * len(replacement) > MAX_TEXT:
        return None  # `a=${a//x/xx}` doubles its text each time
    if literal:
        if operator == "/#":
            return replacement + text[len(pattern) :] if text.startswith(pattern) else text
        if operator == "/%":
            return text[: len(text) - len(pattern)] + replacement if text.endswith(pattern) else text
        return text.replace(pattern, replacement, -1 if operator == "//" else 1) if pattern else text
    if len(pattern) > MAX_PATTERN or pattern.count("*") > 3 or len(text) > 2000:
        return None
    body = fnmatch.translate(pattern)
    body = body.removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
    try:
        return re.sub(body, lambda _: replacement, text, count=0 if operator == "//" else 1, flags=re.S)
    except re.error:
        return None


def _substring(text: str, match: re.Match[str]) -> str:
    start = int(match.group(1)[:9] or 0)
    start = max(len(text) + start, 0) if start < 0 else start
    if match.group(2) is None:
        return text[start:]
    size = int(match.group(2)[:9])
    return text[start:size] if size < 0 else text[start : start + size]
