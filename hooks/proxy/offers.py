"""What a server says beside results and tools, for a model or a person to read: its instructions, prompts and resources, and what it asks the client for.

Here is where such text stands and how an answer looks without it; `hooks.proxy.withholding` asks the sensor. Standard library only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hooks.proxy import messages
from hooks.proxy.messages import JsonObject
from hooks.proxy.results import has_words, lines_of

INITIALIZE, PROMPT = "initialize", "prompts/get"
INTRODUCTIONS = frozenset({INITIALIZE, "server/discover"})
ELICITATION, SAMPLING = "elicitation/create", "sampling/createMessage"
REQUESTS = {ELICITATION: "elicitation", SAMPLING: "sampling"}
"""What servers ask the client for, and how the sensor calls it."""
UNNAMED = {"name": "unnamed", "version": "0"}
DECLINED = "Handrail did not pass this request on to the client"

_PROTOCOL = ("protocolVersion", "supportedVersions", "capabilities", "resultType", "ttlMs", "cacheScope")
"""Keys of an answer to `initialize` that a client reads, and neither a model nor a person."""


class Listing(NamedTuple):
    """Where a list stands in an answer, the event that its entries are judged by, how their names begin, and the key of the name."""

    key: str
    event: str
    prefix: str
    name: str


LISTINGS = {
    "prompts/list": Listing("prompts", "prompts/list", "@prompt/", "name"),
    "resources/list": Listing("resources", "resources/list", "@resource/", "uri"),
    "resources/templates/list": Listing("resourceTemplates", "resources/list", "@resource/", "uriTemplate"),
}


def introduction_of(answer: JsonObject) -> JsonObject:
    """What the answer to `initialize` says to a model or a person: the instructions, and all else but plain names. Empty when there is nothing."""
    result = answer.get("result")
    if not isinstance(result, dict):
        return {}
    text = result.get("instructions")
    about = {key: value for key, value in result.items() if key not in (*_PROTOCOL, "instructions") and has_words(value)}
    said = {"description": text if isinstance(text, str) else lines_of(text), **({"about": about} if about else {})}
    return said if any(said.values()) else {}


def without_introduction(answer: JsonObject) -> JsonObject:
    """The answer as if the server had said nothing of itself."""
    said = answer["result"].items()
    kept = {key: value for key, value in said if key in _PROTOCOL or (key != "instructions" and not has_words(value))}
    return {**answer, "result": {**kept, "serverInfo": UNNAMED} if "serverInfo" in dict(said) and "serverInfo" not in kept else kept}


def definition(name: str, said: JsonObject) -> dict[str, Any]:
    """What an event says of a thing that a server offers, as of a tool. `called` is what the name by which it is pinned does not hold of its own."""
    called = [str(said[key]) for key in ("name", "uri", "uriTemplate") if said.get(key) and str(said[key]) not in name]
    return {"tool_name": name, "tool_input": {**said, "name": name, **({"called": called} if called else {})}}


def entries_of(answer: JsonObject, listing: Listing) -> list[Any]:
    """The entries of a list in an answer."""
    result = answer.get("result")
    found = result.get(listing.key) if isinstance(result, dict) else None
    return found if isinstance(found, list) else []


def with_entries(answer: JsonObject, listing: Listing, entries: list[Any]) -> JsonObject:
    """The answer with other entries."""
    return {**answer, "result": {**answer["result"], listing.key: entries}}


def warned_request(request: JsonObject, text: str) -> JsonObject:
    """A request to the client with a warning where a person or the model reads first."""
    params = request["params"]
    key = "message" if request["method"] == ELICITATION else "systemPrompt"
    return {**request, "params": {**params, key: f"{text}\n\n{params.get(key, '')}"}}


def declined(request: JsonObject) -> JsonObject:
    """The answer to a server whose request did not reach the client."""
    if request["method"] == ELICITATION:
        return {"jsonrpc": "2.0", "id": request["id"], "result": {"action": "decline"}}
    return messages.error_answer(request["id"], messages.REFUSED, DECLINED)
