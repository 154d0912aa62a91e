"""The forms of answers to the MCP proxy (`hooks.proxy`): one JSON object, `answer` and the text for the model. Standard library only.

An MCP client cannot be asked, so a question is a no here, after the sensor has waited for a person. A form is (object,
standard error, exit code).
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]
Form = tuple["JsonObject | None", str, int]

ALLOW, DENY, WARN, REPLACE = "allow", "deny", "warn", "replace"
WORDS = frozenset({ALLOW, DENY, WARN, REPLACE})
MAX_TEXT = 9_000


def silence(event: str) -> Form:
    """Pass it on unchanged."""
    return {"answer": ALLOW}, "", 0


def notice(event: str, for_person: str) -> Form:
    """Pass it on; nobody reads a notice here, the log has it."""
    return silence(event)


def ask(event: str, for_person: str, for_agent: str) -> Form:
    """Nobody can be asked through this channel."""
    return deny(event, for_person, for_agent)


def deny(event: str, for_person: str, for_agent: str) -> Form:
    """The server must not see the call, or the client not the tool."""
    return {"answer": DENY, "text": for_agent[:MAX_TEXT], "person": for_person[:MAX_TEXT]}, "", 0


def warn_after(event: str, for_person: str, for_agent: str, serious: bool) -> Form:
    """A result came back: a warning goes with it, or stands in its place."""
    return {"answer": REPLACE if serious else WARN, "text": for_agent[:MAX_TEXT], "person": for_person[:MAX_TEXT]}, "", 0
