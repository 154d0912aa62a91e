"""Constants of any kind and small functions of code that is read by patterns alone (JavaScript, Ruby, PHP ...): where a name is handed over, what it holds stands."""

from __future__ import annotations

import re

from sensor.effects.code.room import Room

MAX_FUNCTIONS = 6
MAX_CALLS = 12
MAX_BODY = 400
"""Characters behind the head of a function that are read for each call of it."""
_STRING = r"(?:\"[^\"\\\n]{0,300}\"|'[^'\\\n]{0,300}'|`[^`\\$]{0,300}`)"
_ITEMS = _STRING + r"(?:\s*,\s*" + _STRING + r"){0,30}\s*,?\s*"
_NAME = r"[$@]?[A-Za-z_]\w*"
_HELD = re.compile(r"(?:^|[;\n{(,]|\b(?:const|let|var|my|local)\b)[^\S\n]*(?P<name>" + _NAME + r")\s*:?=\s*(?P<value>" + _STRING + r"|\[\s*" + _ITEMS + r"\])\s*(?=[;,)\n.]|$)")
# A name where a value is handed over: an operand, an item, a part of a joined text.
_USES = r"(?P<before>[(\[,+]\s*|\b(?:in|of)\s+|[(\s]\.\.\.)(?P<used>" + _NAME + r")(?=\s*(?:[,)\]+]|\.(?:join|split|concat)\())|[$#]\{\s*(?P<inside>" + _NAME + r")\s*\}"
_PLACES = re.compile(_USES)
_JOINED = re.compile(r"\[\s*(" + _ITEMS + r")\]\.join\(\s*(" + _STRING + r")\s*\)")
_FIRST = re.compile(r"\[\s*(" + _STRING + r")((?:\s*,\s*" + _STRING + r"){0,30})\s*,?\s*\]\s*(?:\[0\]\s*,\s*)")
_FUNCTIONS = (
    re.compile(r"\b(?P<name>[A-Za-z_]\w*)\s*=\s*(?:async\s*)?\(?\s*(?P<parameters>[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*){0,5})\s*\)?\s*=>"),
    re.compile(r"\bfunction\s+(?P<name>[A-Za-z_]\w*)\s*\(\s*(?P<parameters>[$]?[A-Za-z_]\w*(?:\s*,\s*[$]?[A-Za-z_]\w*){0,5})\s*\)\s*\{"),
    re.compile(r"\bdef\s+(?P<name>[A-Za-z_]\w*)\s*\(?\s*(?P<parameters>[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*){0,5})\s*\)?(?=[;\n:=\s])"),
    re.compile(r"\b(?P<name>[A-Za-z_]\w*)\s*=\s*(?:->\s*\(?|lambda\s*\{?\s*\|?)\s*(?P<parameters>[A-Za-z_]\w*)\s*[)|]?"),
)
_ACTS = re.compile(r"exec|spawn|system|\brm|unlink|rmdir|emove|write|append|fetch|post|open|eval|delete|passthru|\brun|read|`")
_ENDS = re.compile(r"[{}()]|;|\bend\b|\n(?=\n|\S)")


def put_in_place(code: str, room: Room) -> str:
    """The code with constant texts and lists where they are handed over, and the bodies of functions once more for each call with constant texts."""
    code = _write_out(_put_constants(code, room), room)
    return _JOINED.sub(_join, code) if ".join(" in code else code


def _put_constants(code: str, room: Room) -> str:
    """Each name stands for the last value before it."""
    if _HELD.search(code) is None:
        return code
    held = sorted(((found.start("value"), found["name"], found["value"]) for found in _HELD.finditer(code)), reverse=True)
    values: dict[str, str] = {}
    pieces, last = [], 0
    for found in _PLACES.finditer(code):
        while held and held[-1][0] <= found.start():
            _, name, value = held.pop()
            values[name] = value
        value = values.get(found["used"] or found["inside"] or "", "")
        if not value or (found["inside"] and value[0] == "[") or not room.take(len(value)):
            continue
        if found["inside"]:
            pieces += [code[last : found.start()], value[1:-1]]
        else:
            pieces += [code[last : found.start("used")].removesuffix("..."), value]
        last = found.end()
    return "".join([*pieces, code[last:]])


def _join(found: re.Match[str]) -> str:
    words = [word[1:-1] for word in re.findall(_STRING, found.group(1))]
    text = found.group(2)[1:-1].join(words)
    quote = next((sign for sign in "\"'`" if sign not in text), "")
    return f"{quote}{text}{quote}" if quote else found.group()


def _write_out(code: str, room: Room) -> str:
    rounds = []
    for pattern in _FUNCTIONS:
        for number, function in enumerate(pattern.finditer(code)):
            if number >= MAX_FUNCTIONS:
                break
            parameters = [name.strip() for name in function["parameters"].split(",")]
            calls = re.compile(rf"(?<![\w.]){function['name']}\s*[( ]\s*({_STRING}(?:\s*,\s*{_STRING}){{0,5}})")
            body = _body(code[function.end() - 1 : function.end() + MAX_BODY])
            if _ACTS.search(body) is None:
                continue
            for call in [*calls.finditer(code, function.end())][:MAX_CALLS]:
                given = dict(zip(parameters, re.findall(_STRING, call.group(1)), strict=False))
                if room.take(len(body)):
                    rounds.append(_with(body, given))
    return "\n".join([code, *rounds])


def _body(text: str) -> str:
    """The body of a function that begins somewhere in its head."""
    depth = 0
    for found in _ENDS.finditer(text, 1):
        sign = found.group()
        depth += (sign in "{(") - (sign in "})")
        if depth < 0 or (sign == "}" and depth == 0) or (depth == 0 and sign not in "{}()" and text[:1] != ")" and found.start() > 1 and not text[1 : found.start()].isspace()):
            return text[1 : found.end()]
    return text[1:]


def _with(body: str, given: dict[str, str]) -> str:
    """A body with constants in the place of parameters."""
    for name, value in given.items():
        body = re.sub(rf"[$#]\{{\s*{re.escape(name)}\s*\}}", lambda _, value=value: value[1:-1], body)
        body = re.sub(rf"(?<![\w.\"'$]){re.escape(name)}(?![\w(\"'])", lambda _, value=value: value, body)
    return body
