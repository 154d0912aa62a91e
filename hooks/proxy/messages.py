"""JSON-RPC messages as they stand on a line, read so that no other reader can see another message in them. Standard library only.

What two parsers could read differently is refused, as it could carry a call past the judgement: keys twice or in another
case, numbers that are not finite, broken text, too much nesting, a carriage return inside. Line separators of Unicode
inside a text, at which some servers split lines, are written as escapes; otherwise a line is passed on to the byte.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hooks.decode import Unreadable, read_strictly

JsonObject = dict[str, Any]
PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, REFUSED = -32700, -32600, -32602, -32000
MAX_BATCH = 100
_ENVELOPE = ("jsonrpc", "id", "method", "params", "result", "error")
_PARAMS = ("name", "arguments", "uri", "_meta", "requestId")
_SEPARATORS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))
TOO_DEEP = "it is nested too deeply"
_WORDS = {
    "bad_encoding": "it is not UTF-8", "too_deep": TOO_DEEP, "not_json": "it is not JSON", "duplicate_key": "it names a key twice",
    "bad_number": "it holds a number that is not exact", "lossy": "it holds half a character",
}


class Message(NamedTuple):
    """One line. `line` is what is passed on, with its end; `items` are its messages: one, or those of a batch."""

    line: bytes
    items: tuple[JsonObject, ...]
    is_batch: bool = False


def read_message(line: bytes, from_server: bool = False) -> Message:
    """The message of a line. Raises Unreadable with a sentence about what is wrong."""
    text = line.removesuffix(b"\n").removesuffix(b"\r")
    if b"\r" in text or b"\0" in text:
        raise Unreadable("it holds a line break or a null character")
    try:
        value = read_strictly(text, lone_surrogates=from_server)
    except Unreadable as error:
        raise Unreadable("; ".join(_WORDS.get(word, word) for word in str(error).split(", "))) from error
    is_batch = isinstance(value, list)
    items = value if is_batch else [value]
    if not items or len(items) > MAX_BATCH:
        raise Unreadable(f"a batch holds 1 to {MAX_BATCH} messages")
    for item in items:
        _check(item)
    for raw, escaped in _SEPARATORS:
        line = line.replace(raw, escaped)
    return Message(line if line.endswith(b"\n") else line + b"\n", tuple(items), is_batch)


def _check(item: Any) -> None:
    """Raise Unreadable for what is no message, or may be another one to a more tolerant reader."""
    if not isinstance(item, dict):
        raise Unreadable("it is not an object")
    _same_case(item, _ENVELOPE)
    if isinstance(item.get("params"), dict):
        _same_case(item["params"], _PARAMS)
    if "method" in item and not isinstance(item["method"], str):
        raise Unreadable("its method is not text")
    if "method" in item and ("result" in item or "error" in item):
        raise Unreadable("it is a request and an answer at once")
    if item.get("result") is not None and item.get("error") is not None:
        raise Unreadable("it is a result and an error at once")
    if "id" in item and (isinstance(item["id"], bool) or not isinstance(item["id"], (str, int, type(None)))):
        raise Unreadable("its id is neither text nor a whole number")


def _same_case(found: JsonObject, names: tuple[str, ...]) -> None:
    for key in found:
        if key not in names and key.casefold().strip() in {name.casefold() for name in names}:
            raise Unreadable(f"its key {key[:40]!r} is written like another one")


def key_of(identifier: Any) -> str:
    """What ids are compared by: 1 and "1" are two ids."""
    return json.dumps(identifier)


def wants_answer(item: JsonObject) -> bool:
    """Whether a message is a request, not a notification or an answer."""
    return "method" in item and item.get("id") is not None


def render(value: Any) -> bytes:
    """A message of our own as a line."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def error_answer(identifier: Any, code: int, text: str) -> JsonObject:
    """A JSON-RPC error."""
    return {"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": text}}


def tool_error(identifier: Any, text: str) -> JsonObject:
    """The result of a tool call that did not run: an MCP tool error, which the model reads."""
    return {"jsonrpc": "2.0", "id": identifier, "result": {"content": [{"type": "text", "text": text}], "isError": True}}


def tolerant_items(line: bytes) -> list[JsonObject]:
    """The messages of a line that is refused, as a tolerant reader sees them: only to say for which ids there is no answer."""
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return []
    found = value if isinstance(value, list) else [value]
    return [one for one in found[:MAX_BATCH] if isinstance(one, dict) and isinstance(one.get("id"), (str, int)) and not isinstance(one["id"], bool)]
