"""JSON5 rewritten as JSON with comments, line for line, so that one parser reads both and every key keeps its line."""

from __future__ import annotations

import json
import re

from hooks.settings.jsonc import SyntaxProblem, position
from sensor.posture.documents import Document, parse_json

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*[\s\S]*?(?:\*/|\Z))"
    r"|(?P<double>\"[^\"\\]*(?:\\[\s\S][^\"\\]*)*(?:\"|\\?\Z))"
    r"|(?P<single>'[^'\\]*(?:\\[\s\S][^'\\]*)*(?:'|\\?\Z))"
    r"|(?P<word>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)"
    r"|(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|Infinity|NaN|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": "", "\u2028": "", "\u2029": ""}
_CONSTANTS = ("true", "false", "null")


def parse_json5(path: str, text: str) -> Document:
    """JSON5: names without quotes, single quotes, numbers of every form, continued lines."""
    try:
        plain = to_jsonc(text)
    except SyntaxProblem as error:
        return Document(path=path, exists=True, text=text, problem=f"cannot be understood: {error}", problem_line=position(text, error.offset)[0])
    return parse_json(path, plain)


def to_jsonc(text: str) -> str:
    """The same values in JSON with comments, on the same lines. Raises SyntaxProblem for a number that is none and a text without an end."""
    return _TOKEN.sub(_rewritten, text)


def _rewritten(found: re.Match[str]) -> str:
    kind, token = found.lastgroup, found.group()
    if kind == "comment":
        return token
    if kind in ("double", "single"):
        if found.end() == len(found.string):  # an object ends behind its last text; this one was matched to the end so that it is read once
            raise SyntaxProblem("a text is not closed", found.start())
        return json.dumps(_ESCAPE.sub(_plain, token[1:-1])) + "\n" * token.count("\n")
    if kind == "word":
        return "null" if token in ("Infinity", "NaN") else token if token in _CONSTANTS else json.dumps(token)
    return _number(found)


def _plain(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(escape[3], escape[3])


def _number(found: re.Match[str]) -> str:
    token = found.group()
    bare = token.lstrip("+-")
    try:
        value = None if bare in ("Infinity", "NaN") else int(bare, 16) if bare[:2] in ("0x", "0X") else float(bare) if re.search(r"[.eE]", bare) else int(bare)
    except ValueError:
        raise SyntaxProblem("not a number", found.start()) from None
    return json.dumps(-value if token.startswith("-") and value is not None else value)
