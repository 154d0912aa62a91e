"""What a server offers and asks for, as the client may see it: what the sensor says no to is left out or declined. Standard library only.

While the sensor is away everything is passed on, and a person is told; what takes the sensor too long stays out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hooks.mcp_forms import ALLOW, DENY, REPLACE, WARN
from hooks.proxy import messages, offers
from hooks.proxy.link import RESULT, Told
from hooks.proxy.messages import JsonObject
from hooks.proxy.results import ends_of, lines_of, text_of

LIST = "tools/list"
MAX_TOOLS = 1_000
TOO_SLOW = "Handrail did not come to its end in time, so it is not shown."


class Withholder:
    """`look` is the sensor's, `common` gives what every event of one name says, `notice` takes a sentence for a person."""

    def __init__(self, look: Callable[[dict[str, Any]], Told], common: Callable[[str], dict[str, Any]], notice: Callable[[str], None]) -> None:
        self._look, self._common, self._notice = look, common, notice

    def request(self, item: JsonObject, to_server: Callable[[bytes], None]) -> JsonObject | None:
        """What the server asks the client for: as it is, with a warning, or declined in the client's place."""
        name = offers.REQUESTS[item["method"]]
        told = self._told({**self._common(RESULT), "tool_name": name, "tool_input": {}, "tool_response": ends_of(lines_of(item["params"]))})
        if told is None:
            self._notice(f"a request of the server ({name}) was passed on that Handrail could not look at")
            return item
        if told.late or told.word in (REPLACE, DENY):
            self._notice(f"a request of the server ({name}) was declined: {why(told)}")
            to_server(messages.render(offers.declined(item)))
            return None
        return offers.warned_request(item, told.text) if told.word == WARN else item

    def introduction(self, item: JsonObject) -> JsonObject:
        """The answer to `initialize` without instructions that must not be followed, and without what the server says of itself beside them."""
        said = offers.introduction_of(item)
        return item if not said or self._is_offered(offers.INITIALIZE, "@instructions", said) else offers.without_introduction(item)

    def answer(self, item: JsonObject, method: str) -> JsonObject:
        """Any other answer of the server, as to `completion/complete`: refused when anything is found in it, as a warning has no place there."""
        text = text_of(item)
        if not text:
            return item
        told = self._told({**self._common(RESULT), "tool_name": method, "tool_input": {}, "tool_response": ends_of(text)})
        if told is None:
            self._notice(f"an answer of the server to {method[:80]!r} was passed on that Handrail could not look at")
            return item
        if not is_allowed(told):
            self._notice(f"an answer of the server to {method[:80]!r} was refused: {why(told)}")
            return messages.error_answer(item.get("id"), messages.REFUSED, why(told))
        return item

    def listing(self, item: JsonObject, listing: offers.Listing) -> JsonObject:
        """The answer to a list of prompts or resources without those whose description must not be read."""
        entries = offers.entries_of(item, listing)
        kept = []
        for entry in entries[:MAX_TOOLS]:
            if isinstance(entry, dict) and self._is_offered(listing.event, f"{listing.prefix}{str(entry.get(listing.name))[:200]}", entry):
                kept.append(entry)
        return item if len(kept) == len(entries) else offers.with_entries(item, listing, kept)

    def tools(self, item: JsonObject) -> JsonObject:
        """The answer to `tools/list` without the tools that must not be used."""
        result = item.get("result")
        tools = result.get("tools") if isinstance(result, dict) else None
        if not isinstance(result, dict) or not isinstance(tools, list):
            return item
        kept: list[Any] = []
        is_away = False
        for number, tool in enumerate(tools):
            name = tool.get("name") if isinstance(tool, dict) else None
            if not isinstance(name, str) or number >= MAX_TOOLS:
                self._notice("a tool without a name, or one too many, was left out")
                continue
            told = None if is_away else self._told({**self._common(LIST), "tool_name": name, "tool_input": tool})
            if told is None and not is_away:
                is_away = True  # nobody waits for it once more for each tool
                self._notice(f"tools were passed on without a look at them, from {name[:80]!r} on, as the sensor is away")
            if told is None or is_allowed(told):
                kept.append(tool)
            else:
                self._notice(f"the tool {name[:80]!r} is withheld: {why(told)}")
        return item if len(kept) == len(tools) else {**item, "result": {**result, "tools": kept}}

    def _told(self, event: dict[str, Any]) -> Told | None:
        """What the sensor says; None when it is away."""
        told = self._look(event)
        return None if not told.by_sensor and not told.late else told

    def _is_offered(self, event: str, name: str, said: JsonObject) -> bool:
        """Whether the client may see what a server says of a thing that it offers."""
        told = self._told({**self._common(event), **offers.definition(name, said)})
        if told is None:
            self._notice(f"{name[:80]!r} was passed on without a look at it, as the sensor is away")
            return True
        if not is_allowed(told):
            self._notice(f"{name[:80]!r} is withheld: {why(told)}")
        return is_allowed(told)


def is_allowed(told: Told) -> bool:
    """Whether it may be seen."""
    return told.word == ALLOW and not told.late


def why(told: Told) -> str:
    """Why it may not."""
    return TOO_SLOW if told.late else told.text
