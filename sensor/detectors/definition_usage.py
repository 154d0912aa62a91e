"""Sentences of a definition that show its own use: an example, what an option means, what is to be left out.

Each takes only the weight that such a sentence has in ordinary definitions; an order in the next sentence is heard as before.
"""

from __future__ import annotations

import re

from sensor.detectors.definition_phrases import ADDRESS

# "Do not include passwords in your query": nothing behind it says what to do with them after all.
_LEAVES_OUT = re.compile(
    r"(?i)^\W*(?:please |note: |important: )*(?:do not|don['’]t|never|avoid|must not|should not) (?:ever )?"
    r"(?:includ|send|pass|put|shar|provid|add|past|enter|stor|submit|writ|expos|embed|hard-?cod)\w*\b")
_AFTER_ALL = re.compile(r"(?i)\b(?:but|except|unless|instead|rather|other than|only|until|without|before|in the (?:answer|reply|chat)|"
    r"read|open|get|load|fetch|take|copy|cat|look|collect|gather|retrieve|list|dump|then)\b")
_EXAMPLE = re.compile(r"(?i)^\W*(?:for )?(?:examples?|e\.g\.)\W*[:,]")
_OWN_CALL = re.compile(r"[\"'](?:name|tool)[\"']\s*:\s*[\"']this_tool[\"']|[\"'](?:arguments|urls?|email|targets)[\"']\s*:")
_FILTER = re.compile(r"\b[\w.]+:[\w.+-]+@")
_RESERVED = re.compile(r"(?i)(?:^|[@/.])example\.(?:com|org|net)\b")
# "The URL must be from docs.example.net": which addresses the tool takes, and nothing is to go anywhere.
_LIMIT = re.compile(
    r"(?i)\b(?:urls?|links?|hosts?|domains?|pages?)\b[^.!?]{0,30}\b(?:must|should|has to|have to|needs? to) (?:be|come|start|begin)"
    r" (?:from|on|in|within|with|of|one of)\b")
_GOES = re.compile(r"(?i)\b(?:send|sent|forward|upload|post|copy|copied|transfer|report|submit|push|write|mail|paste|deliver)")
_OMITTED = re.compile(r"(?i)\b(?:when|if) (?:it is |this is )?(?:omitted|empty|unset|absent|missing|not (?:set|provided|specified|given))\b")
_CHOICE = re.compile(r"(?i)^\W*whether (?:or not )?to\b")
_DIALOGUE = re.compile(r"(?i)^\W*(?:user|human|assistant) ?: ?[\"'“]")
_NAMES_CONTEXT = re.compile(r"(?i)\bkube ?config[\w-]* context\b|\bcontext (?:name )?(?:from|in|of) (?:the |your )?kube ?config\b")
_NEEDS_TO_SEE = re.compile(r"(?i)^(?:the |any |your )?(?!no\b|nobody\b)\w+ (?:needs?|has|have|must|should)(?: to)? (?:see|know|hear|notice|learn|find out)\b")


def leaves_out(said: str) -> bool:
    """Whether a sentence only warns of giving something away."""
    return _LEAVES_OUT.search(said) is not None and _AFTER_ALL.search(said) is None


def is_example(said: str) -> bool:
    """Whether a sentence says of itself that it is an example."""
    return _EXAMPLE.match(said) is not None


def is_example_call(said: str) -> bool:
    """Whether the addresses in a sentence are all reserved for documentation and stand in an example of a call or a search filter."""
    found = [match.group() for match in ADDRESS.finditer(said)]
    return bool(found) and all(map(_RESERVED.search, found)) and (_OWN_CALL.search(said) is not None or _FILTER.search(said) is not None)


def limits_addresses(said: str) -> bool:
    """Whether a sentence only says which addresses a tool takes."""
    return _LIMIT.search(said) is not None and _GOES.search(said) is None


def is_about_omission(said: str) -> bool:
    """Whether a sentence says what happens without a parameter."""
    return _OMITTED.search(said) is not None


def is_choice(said: str) -> bool:
    """Whether a sentence says what a switch does."""
    return _CHOICE.match(said) is not None


def is_dialogue(said: str) -> bool:
    """Whether a sentence quotes what a user may say."""
    return _DIALOGUE.match(said) is not None


def names_a_context(said: str) -> bool:
    """Whether a file of secrets is only named for the context chosen from it."""
    return _NAMES_CONTEXT.search(said) is not None


def is_told_to_see(hidden: str) -> bool:
    """Whether a phrase that could hide something says that somebody needs to see it."""
    return _NEEDS_TO_SEE.match(hidden) is not None
