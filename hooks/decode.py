"""An agent's bytes become a JSON object here, once, and nowhere else.

`decode_event` never raises. What it could not read strictly it reads as well as it can and says so in `problems`, so
that a broken event is judged by what it seems to ask for and never allowed for being broken. Standard library only: the
hook client reads events with it when the sensor is away.
"""

from __future__ import annotations

import json
import math
import re
import threading
from itertools import accumulate
from typing import Any, NamedTuple

JsonObject = dict[str, Any]

# The words are those of `sensor.model.calls.InputProblem`, which the client cannot import.
LOSSY, TRUNCATED, NOT_JSON, NOT_OBJECT = "lossy", "truncated", "not_json", "not_object"
TOO_DEEP, DUPLICATE_KEY, BAD_NUMBER, BAD_ENCODING = "too_deep", "duplicate_key", "bad_number", "bad_encoding"

MAX_DEPTH = 500
MAX_DIGITS = 400
SALVAGE_BYTES = 256 * 1024
DEPTH_BYTES = 64 * 1024

_UTF8_BOM = b"\xef\xbb\xbf"
# A string that is cut off, within an escape too, matches to the end: a pattern that fails there would try every quote before it.
_NOT_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[^\[\]{}"]+', re.DOTALL)
_DELTA = {"{": 1, "[": 1, "}": -1, "]": -1}
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# The fields that decide what a call is, found by name when the JSON around them cannot be parsed. An escaped quote
# before a name does not match, so text inside a string cannot pose as a field.
_TOP_FIELDS = (
    "hook_event_name", "tool_name", "session_id", "conversation_id", "cursor_version", "generation_id", "cwd", "tool_use_id",
    "agent_id", "agent_type", "permission_mode", "mcp_server_name",
)
_INPUT_FIELDS = (
    "command", "file_path", "path", "notebook_path", "content", "new_string", "url", "query", "prompt", "pattern", "text",
)
_INPUT = re.compile(r'"(?:tool_input|tool_calls|edits|attachments)"\s*:')
_FIELD = re.compile(rf'"({"|".join((*_TOP_FIELDS, *_INPUT_FIELDS))})"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)


class Decoded(NamedTuple):
    """The object, and what was wrong with its bytes. `obj` is salvaged field by field when the JSON is broken."""

    obj: JsonObject
    problems: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every field is where the agent put it, so that its place can be relied on."""
        return not set(self.problems) - {LOSSY, BAD_ENCODING, BAD_NUMBER}


def decode_event(body: bytes, truncated: bool = False) -> Decoded:
    """Decode one event. Total: every input gives an object, an empty one at worst."""
    problems: set[str] = {TRUNCATED} if truncated else set()
    text, encoding_problem = _decode_text(body)
    if encoding_problem:
        problems.add(BAD_ENCODING)
    if _too_deep(text):
        problems.add(TOO_DEEP)
        return _salvaged(text, problems)
    try:
        value = _READER.read(text, problems)
    except (ValueError, RecursionError):
        problems.add(NOT_JSON)
        return _salvaged(text, problems)
    if _SURROGATE_ESCAPE.search(text):
        value, replaced = _without_surrogates(value)
        if replaced:
            problems.add(LOSSY)
    if not isinstance(value, dict):
        problems.add(NOT_OBJECT)
        value = {}
    return Decoded(value, tuple(sorted(problems)))


class Unreadable(ValueError):
    """Two parsers could read these bytes differently, or not at all. The text says what is wrong, in the words of `problems`."""


def read_strictly(body: bytes, lone_surrogates: bool = False) -> Any:
    """The JSON value of `body`: UTF-8 without byte order mark, no key twice, only finite numbers, not too deep. Raises Unreadable."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(BAD_ENCODING) from error
    if _too_deep(text):
        raise Unreadable(TOO_DEEP)
    problems: set[str] = set()
    try:
        value = _READER.read(text, problems)
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON) from error
    if not lone_surrogates and _SURROGATE_ESCAPE.search(text) and _without_surrogates(value)[1]:
        problems.add(LOSSY)
    if problems:
        raise Unreadable(", ".join(sorted(problems)))
    return value


def decode_object(text: str) -> Decoded:
    """The same for an object that an agent sent as a string inside its event (Cursor's MCP input)."""
    return decode_event(text.encode("utf-8", "replace"))


def _decode_text(body: bytes) -> tuple[str, bool]:
    """Text, and whether the encoding was broken. UTF-8 or, as a PowerShell relay sends it, UTF-16LE."""
    if body.startswith(_UTF8_BOM):
        body = body[len(_UTF8_BOM):]
    try:
        if body.startswith(b"\xff\xfe"):
            return body[2:].decode("utf-16-le"), False
        if body[1:2] == b"\0" and body[:1] in b"{[ \t\r\n":
            return body.decode("utf-16-le"), False
        return body.decode("utf-8"), False
    except UnicodeDecodeError as error:
        return body.decode(error.encoding, "replace"), True


def _too_deep(text: str) -> bool:
    """More than MAX_DEPTH open brackets at one point. Counting them all is an upper bound that settles nearly every call."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    return any(_depth(part) > MAX_DEPTH for part in (text[:DEPTH_BYTES], text))  # a bomb shows at its beginning, cheaply


def _depth(text: str) -> int:
    return max(accumulate(map(_DELTA.__getitem__, _NOT_BRACKETS.sub("", text))), default=0)


class _Reader(threading.local):
    """The standard library's C scanner with hooks: it is the one fast parser here that shows duplicate keys. One per thread, as it takes notes."""

    def __init__(self) -> None:
        self._problems: set[str] = set()
        self._decode = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=self._int, parse_float=self._float, parse_constant=self._constant,
        ).decode

    def read(self, text: str, problems: set[str]) -> Any:
        """The value of `text`; what is wrong with it is added to `problems`. Raises ValueError, RecursionError."""
        self._problems = problems
        return self._decode(text)

    def _object(self, pairs: list[tuple[str, Any]]) -> JsonObject:
        obj = dict(pairs)  # the last one wins, as in the agents' own parsers
        if len(obj) != len(pairs):
            self._problems.add(DUPLICATE_KEY)
        return obj

    def _int(self, digits: str) -> int | str:
        if len(digits) <= MAX_DIGITS:
            return int(digits)
        return self._bad(digits)

    def _float(self, digits: str) -> float | str:
        number = float(digits)
        return number if math.isfinite(number) else self._bad(digits)

    def _constant(self, name: str) -> str:
        return self._bad(name)

    def _bad(self, digits: str) -> str:
        self._problems.add(BAD_NUMBER)
        return digits[:MAX_DIGITS]


_READER = _Reader()


def _without_surrogates(value: Any) -> tuple[Any, bool]:
    """A copy with lone surrogates as U+FFFD (they cannot be encoded again), and whether there were any."""
    if isinstance(value, str):
        clean = _SURROGATE.sub("\ufffd", value)
        return clean, clean != value
    if isinstance(value, dict):
        pairs = [(_without_surrogates(key), _without_surrogates(item)) for key, item in value.items()]
        return {key[0]: item[0] for key, item in pairs}, any(key[1] or item[1] for key, item in pairs)
    if isinstance(value, list):
        items = [_without_surrogates(item) for item in value]
        return [item[0] for item in items], any(item[1] for item in items)
    return value, False


def _salvaged(text: str, problems: set[str]) -> Decoded:
    """An object of the fields that can be seen in broken JSON: enough to name the tool and to look at what it is given.

    What names the event is taken only from before the tool's input: inside it, the names are the model's own.
    """
    seen = text[:SALVAGE_BYTES]
    match = _INPUT.search(seen)
    head = match.start() if match else len(seen)
    top: JsonObject = {}
    given: JsonObject = {}
    for found in _FIELD.finditer(seen):
        name = found.group(1)
        if name in _INPUT_FIELDS:
            given.setdefault(name, _unescape(found.group(2)))
        elif found.start() < head:
            top.setdefault(name, _unescape(found.group(2)))
    if "tool_name" not in top:
        late = re.search(r'"tool_name"\s*:\s*"([^"\\]{1,200})"', text)
        if late:
            top["tool_name"] = late.group(1)
    if given:
        top["tool_input"] = given
        top.update({name: value for name, value in given.items() if name not in top})
    return Decoded(top, tuple(sorted(problems)))


def _unescape(raw: str) -> str:
    for cut in range(7):  # an escape sequence may be cut off at the end
        try:
            text: str = json.loads(f'"{raw[: len(raw) - cut]}"', strict=False)
            return _SURROGATE.sub("\ufffd", text)
        except ValueError:
            continue
    return _SURROGATE.sub("\ufffd", raw)
