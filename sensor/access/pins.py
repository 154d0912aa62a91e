"""Tools of MCP servers, pinned by the digest of their definition: what a person has not seen changed may not act under an old name.

One file, `<state>/mcp-pins.json`, of which the sensor is the only owner. A definition is pinned when it is first seen. One
that changes later, or that was judged as an attempt to steer the model, is withheld until a person accepts it. Only a clean
definition, or one that a person accepted, can be what the others are compared with.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.model.calls import DEFINITION_EVENT, McpAction, Phase, ToolCall, Value
from sensor.model.errors import UsageError
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.names import plain_name
from sensor.model.verdicts import Judgement, Verdict
from sensor.paths import replace_private

log = logging.getLogger(__name__)

DAMAGED = ".damaged"
CHANGED, WITHHELD, TOO_MANY, TWIN = "HR-DEF-001", "HR-DEF-002", "HR-DEF-003", "HR-DEF-004"
MAX_PINS = 5000
# What a model reads or relies on; icons and private fields may change freely while nothing grave is in them.
COVERED = ("name", "title", "description", "inputSchema", "outputSchema", "annotations")
COVERED_OFFER = (*COVERED, "arguments", "called")
ACCEPT = "The user looks at it and accepts it: handrail mcp tools, handrail mcp accept SERVER TOOL --definition DIGEST."
_ENCODER = msgspec.json.Encoder(order="sorted")


class Pin(Value):
    """One tool as it was accepted (`accepted`) and as it was seen last (`seen`): hexadecimal SHA-256. Times in Unix seconds.

    `accepted` is empty while no definition of it was clean or accepted by a person (`by_person`: whatever it says). `server_id`
    tells servers of one name apart. `why` is empty while the tool may be used, else the rule that withholds it. `verdict` is
    what its definition was judged as last.
    """

    agent: str
    server: str
    server_id: str
    tool: str
    accepted: str
    seen: str
    at: float
    why: str = ""
    verdict: str = ""
    by_person: bool = False


Key = tuple[str, str, str, str]


class ToolPins:
    """Belongs to the sensor's loop. `now` gives Unix seconds."""

    def __init__(self, file: Path, now: Callable[[], float]) -> None:
        self._file = file
        self._now = now
        self._pins = {_key(pin): pin for pin in _load(file)}

    def check(self, call: ToolCall) -> tuple[Finding, ...]:
        """Findings about the tool of a definition or of a call before it runs; none while it is as it was."""
        if call.is_definition:
            return self._definition(call)
        if call.phase is not Phase.BEFORE or not isinstance(call.action, McpAction):
            return ()
        named = call.agent, plain_name(call.action.server), plain_name(call.action.tool)
        pin = next((pin for pin in self._pins.values() if pin.why and (pin.agent, plain_name(pin.server), plain_name(pin.tool)) == named
                    and call.server_id in ("", pin.server_id)), None)
        if pin is None:
            return ()
        return (_finding(WITHHELD, f"The definition of the tool {pin.tool} of the MCP server {pin.server} is not accepted ({pin.why})", ACCEPT),)

    def news(self, call: ToolCall, judgement: Judgement) -> bool:
        """Take a judged definition into account. True when it says something that was not so before: then it is worth an entry."""
        key, verdict = key_of(call), judgement.verdict
        pin = self._pins.get(key)
        if pin is None and len(self._pins) >= MAX_PINS:
            return True
        grave: list[Finding] = []
        if verdict >= Verdict.QUARANTINE:
            grave = [finding for finding in judgement.findings if finding.rule != CHANGED and finding.severity >= Severity.HIGH]
        worst = max(grave, key=lambda finding: finding.severity).rule if grave else ""
        digest, whole = digests_of(call)
        if worst:  # a person accepts all that was judged
            digest = whole
        if pin is None or _is_open(pin, digest):
            accepted, why = "" if worst else digest, worst
        elif pin.accepted in (digest, whole):
            accepted, why = pin.accepted, "" if pin.by_person else worst
        else:
            accepted, why = pin.accepted, worst or (CHANGED if call.event == DEFINITION_EVENT else "")
        agent, server, server_id, tool = key
        after = Pin(agent=agent, server=server, server_id=server_id, tool=tool, accepted=accepted, seen=digest, at=self._now(), why=why,
                    verdict=verdict.word, by_person=pin is not None and pin.by_person)
        if pin is not None and (pin.seen, pin.why, pin.verdict) == (after.seen, after.why, after.verdict):
            return False
        self._pins[key] = after
        self._save()
        return True

    def withheld(self, call: ToolCall) -> bool:
        """Whether the tool of this definition must not reach the client."""
        pin = self._pins.get(key_of(call))
        return pin is None or bool(pin.why)

    def all(self) -> tuple[Pin, ...]:
        """Every pin, by agent, server and tool."""
        return tuple(self._pins[key] for key in sorted(self._pins))

    def accept(self, server: str, tool: str, definition: str = "") -> tuple[Pin, ...]:
        """A person accepts what was seen last ("" = every withheld tool of the server). Returns the pins as they were. Raises UsageError.

        `definition` is how the digest begins that the person has looked at; nothing is accepted when another one has come since.
        """
        found = [pin for pin in self._pins.values() if pin.server == server and tool in ("", pin.tool) and pin.why]
        if not found:
            raise UsageError(f"no tool of the MCP server {server!r} {'is' if not tool else f'is {tool!r} and'} withheld", next_step="See: handrail mcp tools")
        other = next((pin for pin in found if not pin.seen.startswith(definition)), None)
        if other is not None:
            raise UsageError(f"the definition of {other.tool} is {other.seen[:12]} now", next_step="Look at it again: handrail mcp tools")
        for pin in found:
            self._pins[_key(pin)] = msgspec.structs.replace(pin, accepted=pin.seen, why="", at=self._now(), by_person=True)
        self._save()
        return tuple(found)

    def restore(self, pins: tuple[Pin, ...]) -> None:
        """Take an acceptance back that could not be recorded."""
        self._pins |= {_key(pin): pin for pin in pins}
        self._save()

    def _definition(self, call: ToolCall) -> tuple[Finding, ...]:
        pin = self._pins.get(key_of(call))
        if pin is None:
            if len(self._pins) < MAX_PINS:
                return self._twin(call)
            too_many = f"More than {MAX_PINS} tools of MCP servers are known, so this one cannot be watched"
            return (_finding(TOO_MANY, too_many, "Remove servers that offer so much."),)
        digests = digests_of(call)
        is_known = pin.accepted in digests or any(_is_open(pin, digest) for digest in digests)
        if is_known or call.event != DEFINITION_EVENT:  # instructions may tell the day: they are judged anew
            return self._twin(call)
        return (_finding(CHANGED, f"The MCP server {pin.server} has changed the definition of its tool {pin.tool}", ACCEPT), *self._twin(call))

    def _twin(self, call: ToolCall) -> tuple[Finding, ...]:
        """A remark where another server of this agent offers a tool of the same name: an agent that names no server may call the wrong one."""
        agent, server, _, tool = key_of(call)
        other = next((pin for pin in self._pins.values() if pin.agent == agent and pin.server != server and plain_name(pin.tool) == plain_name(tool)), None)
        if other is None or call.event != DEFINITION_EVENT:
            return ()
        finding = _finding(TWIN, f"The MCP servers {server} and {other.server} both offer a tool {tool}",
                           "Keep one of the two servers, or withhold the tool by the agent's rights.")
        return (msgspec.structs.replace(finding, severity=Severity.MEDIUM),)

    def _save(self) -> None:
        replace_private(self._file, msgspec.json.encode(list(self._pins.values())))


def key_of(call: ToolCall) -> Key:
    """Where the pin of a definition is: agent, server, what stands behind the server, tool."""
    tool = call.tool.rpartition("__")[2]
    given = call.arguments.get("name")
    if isinstance(given, str) and call.tool.endswith(f"__{given}"):
        tool = given
    return call.agent, call.tool.removeprefix("mcp__").removesuffix(f"__{tool}"), call.server_id, tool


def digests_of(call: ToolCall) -> tuple[str, str]:
    """SHA-256 of what a definition says to a model, whatever the order of its members, and of all that it says: the same where it says no more."""
    covered = COVERED if call.event == DEFINITION_EVENT else COVERED_OFFER
    said = {name: call.arguments.get(name) for name in covered}
    digest, whole = (hashlib.sha256(_ENCODER.encode(each)).hexdigest() for each in (said, said | call.arguments))
    return digest, whole


def _is_open(pin: Pin, digest: str) -> bool:
    """Whether nothing was ever accepted, and this is what was withheld for its words: then it is judged as at first sight."""
    return not pin.accepted and digest == pin.seen and pin.why != CHANGED


def _key(pin: Pin) -> Key:
    return pin.agent, pin.server, pin.server_id, pin.tool


def _finding(rule: str, message: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.HIGH, stage=Stage.IDENTITY, category="mcp-poisoning", message=message, remedy=remedy)


def _load(file: Path) -> tuple[Pin, ...]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[Pin, ...])
    except FileNotFoundError:
        return ()
    except msgspec.DecodeError as error:
        log.error("%s is damaged (%s): it is kept as %s, and every tool is pinned anew", file, error, file.name + DAMAGED)
        file.replace(file.with_name(file.name + DAMAGED))
        return ()
