"""One action, reported twice, is one entry.

Cursor reports a shell call as `preToolUse` and again as `beforeShellExecution`; a hook registered at two levels reports
everything twice. Reports with the same call id are the same action. Where one report has no id, the same action within
two seconds under another event name is; each such report pairs with one earlier report only, so two real calls of the
same command stay two. The MCP proxy reports a call that the agent's hook has reported before it: by its id that is one
action too, even where the proxy still names the session that its server was started in. But each report of the proxy is a
call that the server would run, so two of them are two calls. The shell wrapper finds a command line that the agent's hook
has reported, once per report; its own reports are remembered nowhere, so that they never hide a report of a hook.
"""

from __future__ import annotations

import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Any, Generic, TypeVar

import msgspec

from sensor.model.calls import Action, McpAction, Phase, ShellAction, Surface, ToolCall
from sensor.model.names import plain_name

WINDOW_SECONDS = 2.0
ID_SECONDS = 600.0
CAPACITY = 2048
FORGOTTEN_TOGETHER = 256
SAME_ACTION = 16

Key = TypeVar("Key")
Outcome = TypeVar("Outcome")
_ENCODER = msgspec.json.Encoder(order="sorted")


class Identity(msgspec.Struct, frozen=True):
    """What tells one report from another. `call_key` is None for a report without a call id.

    The same words in another folder (`cwd`) are another action, and so is another result: anybody can make up a report without
    an id. `once` = this report is the MCP proxy's, and no repetition of one by the same event. `anywhere`
    names a call of an MCP server in whatever session: agent, id, phase and action; None for other calls. `line` names the
    command line of a shell call that may run now; None for other calls.
    """

    call_key: tuple[str, str, str, Phase] | None
    action_key: bytes
    event: str
    cwd: str = ""
    once: bool = False
    anywhere: bytes | None = None
    line: bytes | None = None


class _Seen(msgspec.Struct, Generic[Outcome]):
    at: float
    identity: Identity
    events: tuple[str, ...]
    outcome: Outcome

    def again(self, event: str) -> Outcome:
        """Note another report by `event`."""
        if event not in self.events:
            self.events += (event,)
        return self.outcome


class Repeats(Generic[Outcome]):
    """Remembers recent calls and the outcome (anything the caller wants back). `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._by_id: dict[tuple[str, str, str, Phase], _Seen[Outcome]] = {}
        self._by_action: OrderedDict[bytes, tuple[_Seen[Outcome], ...]] = OrderedDict()  # oldest first
        self._anywhere: dict[bytes, _Seen[Outcome]] = {}
        self._lines: dict[bytes, tuple[_Seen[Outcome], ...]] = {}

    def find(self, report: Identity) -> Outcome | None:
        """The outcome of an earlier report of the same action, or None. The same id with another action is another call."""
        now = self._now()
        seen = self._by_id.get(report.call_key) if report.call_key is not None else None
        if seen is not None and now - seen.at <= ID_SECONDS and (seen.identity.action_key, seen.identity.cwd) == (report.action_key, report.cwd) \
                and not (report.once and report.event in seen.events):
            return seen.again(report.event)
        seen = self._anywhere.get(report.anywhere) if report.anywhere is not None else None
        if seen is not None and now - seen.at <= ID_SECONDS and seen.identity.once is not report.once and report.event not in seen.events:
            return seen.again(report.event)
        for seen in self._by_action.get(report.action_key, ()):
            without_id = seen.identity.call_key is None or report.call_key is None
            if without_id and seen.identity.cwd == report.cwd and now - seen.at <= WINDOW_SECONDS and report.event not in seen.events:
                return seen.again(report.event)
        return None

    def by_id(self, report: Identity) -> Outcome | None:
        """The outcome of a report with the same call id, however long ago and in whatever words, without counting this as a report."""
        seen = self._by_id.get(report.call_key) if report.call_key is not None else None
        return seen.outcome if seen is not None else None

    def ran_otherwise(self, call: ToolCall) -> bool:
        """Whether `call`, which has run, was reported before under its id, but with another action. Some reports leave the sub-agent out."""
        if not call.tool_use_id or (seen := self._by_id.get((call.agent, call.session, call.tool_use_id, Phase.BEFORE))) is None:
            return False
        meant = msgspec.structs.replace(call, phase=Phase.BEFORE)
        return seen.identity.action_key not in (identify(meant).action_key, identify(msgspec.structs.replace(meant, subagent="")).action_key)

    def take_line(self, agent: str, session: str, command: str) -> Outcome | None:
        """The outcome of the newest report of this command line that was not taken yet: the shell runs it now. An older one may never have run."""
        line = _digest((agent, session, command))
        *older, newest = self._lines.get(line) or (None,)
        if newest is None:
            return None
        self._lines[line] = tuple(older)
        return newest.outcome if self._now() - newest.at <= ID_SECONDS else None

    def remember(self, report: Identity, outcome: Outcome) -> None:
        """Keep the outcome of a report that `find` did not know."""
        seen = _Seen(self._now(), report, (report.event,), outcome)
        if report.call_key is not None:
            self._by_id[report.call_key] = seen
            _forget_oldest(self._by_id)
        if report.anywhere is not None:
            self._anywhere[report.anywhere] = seen
            _forget_oldest(self._anywhere)
        if report.line is not None:
            self._lines[report.line] = (*self._lines.pop(report.line, ()), seen)[-SAME_ACTION:]
            _forget_oldest(self._lines)
        self._by_action[report.action_key] = (*self._by_action.pop(report.action_key, ()), seen)[-SAME_ACTION:]
        while next(iter(self._by_action.values()))[-1].at < seen.at - WINDOW_SECONDS or len(self._by_action) > CAPACITY:
            self._by_action.popitem(last=False)


def _forget_oldest(kept: dict[Key, Any]) -> None:
    """Hold `kept` to its capacity. Many at once: a dict steps over each entry that it lost until it grows next."""
    if len(kept) > CAPACITY + FORGOTTEN_TOGETHER:
        for key in list(islice(kept, FORGOTTEN_TOGETHER)):
            del kept[key]


def identify(call: ToolCall) -> Identity:
    """What `call` is compared by. The words that an agent puts beside a command do not count.

    An MCP server runs in a folder of its own, and its proxy does not know which sub-agent calls.
    """
    is_mcp = isinstance(call.action, McpAction)
    subagent = "" if is_mcp and call.tool_use_id else call.subagent
    action = (call.phase._value_, call.kind._value_, _compared(call.action))
    result = (call.result,) if call.phase is Phase.AFTER and not is_mcp else ()
    # Many are kept, most of them of a few sessions, folders and events: each of these strings once.
    call_key = (call.agent, sys.intern(call.session), call.tool_use_id, call.phase) if call.tool_use_id else None
    command = call.action.command if isinstance(call.action, ShellAction) and call.phase is Phase.BEFORE else None
    return Identity(
        call_key, _digest((call.agent, call.session, subagent, *action, *result)), sys.intern(call.event), "" if is_mcp else sys.intern(call.cwd),
        call.surface is Surface.MCP,
        _digest((call.agent, call.tool_use_id, *action)) if is_mcp and call.tool_use_id else None,
        _digest((call.agent, call.session, command)) if command is not None else None)


def _digest(parts: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(_ENCODER.encode(parts), digest_size=16).digest()


def _compared(action: Action) -> Action:
    if isinstance(action, ShellAction):
        return ShellAction(command=action.command)
    if isinstance(action, McpAction):  # older versions of an agent report the server by its name as a part of the tool's
        return McpAction(server=plain_name(action.server), tool=action.tool, arguments=action.arguments)
    return action
