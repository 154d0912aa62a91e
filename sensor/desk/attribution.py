"""Whose change of a file it was, from the calls that were judged: never more sure than they allow.

    sure      one session's call that names exactly this file ran at that time (and none of another session)
    likely    a call that writes below or above it, or waited for a person, ran then; or one that can write did, in its folder
    unknown   neither. The operating system does not tell which process wrote a file.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec

from sensor.audit.drafts.file_drafts import Attribution
from sensor.model.calls import Phase, ToolKind
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Answer, JudgedCall

MOST = 500
GRACE_SECONDS = 1.0  # from the end of a call to the report of its end
PENDING_SECONDS = 600.0
FRESH_SECONDS = 60.0  # a call that was let through this long ago and never ended may never have run
NARROW_SECONDS = 5.0
CAN_WRITE = frozenset({ToolKind.SHELL, ToolKind.FILE_WRITE, ToolKind.FILE_DELETE, ToolKind.MCP, ToolKind.SUBAGENT, ToolKind.UNKNOWN})
UNKNOWN = Attribution(sure="unknown")
NOTHING: frozenset[str] = frozenset()
_EXACT, _NEAR, _FOLDER = 3, 2, 1


class Running(msgspec.Struct):
    """A call that was let through, from its verdict to its result. Times in Unix seconds, `ended` 0 = not yet."""

    agent: str
    session: str
    subagent: str
    tool_use_id: str
    tool: str
    began: float
    folders: tuple[str, ...]
    writes: frozenset[str]
    deletes: frozenset[str]
    asked: bool
    ended: float = 0.0


class Writers:
    """Remembers the latest calls that can write. `now` gives Unix seconds. Listens on the way of every call: it only notes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: dict[tuple[str, str, str], Running] = {}

    def judged(self, judged: JudgedCall) -> None:
        """Note the beginning or the end of a call."""
        call, judgement = judged.call, judged.judgement
        if call.kind not in CAN_WRITE or call.phase is Phase.LIFECYCLE or call.is_definition or not call.session:
            return
        key = (call.agent, call.session, call.tool_use_id or f"{call.turn} {call.tool}")
        if call.phase is Phase.AFTER:
            running = self._calls.get(key)
            if running is not None:
                running.ended, running.asked = self._now(), False
            return
        if judgement.answer is Answer.DENY:
            return
        writes: frozenset[str] = NOTHING
        deletes: frozenset[str] = NOTHING
        for effect in judgement.effects.effects:
            if effect.writes:
                writes = writes.union([ref.path for ref in effect.writes if not ref.glob])
            if effect.deletes:
                deletes = deletes.union([ref.path for ref in effect.deletes if not ref.glob])
        folders = () if call.session.startswith(REHEARSALS) else (call.cwd, *call.roots)  # a test call runs nothing: its folder says nothing
        self._calls.pop(key, None)  # the newest stand last
        is_asked = judgement.answer is Answer.ASK
        self._calls[key] = Running(call.agent, call.session, call.subagent, call.tool_use_id, call.tool, self._now(), folders, writes, deletes, is_asked)
        if len(self._calls) > MOST:
            del self._calls[next(iter(self._calls))]

    def whose(self, paths: tuple[str, ...], since: float, until: float, is_gone: bool) -> Attribution:
        """Who changed the file that has these names between `since` and `until`. `is_gone`: it was deleted or moved away."""
        names = frozenset(path for path in (*paths, *map(os.path.realpath, paths)) if path)
        found: list[tuple[int, Running]] = []
        for call in self._calls.values():
            if call.began <= until and (not call.ended or since <= call.ended + GRACE_SECONDS) and until - call.began <= PENDING_SECONDS:
                closeness = _closeness(call, names, is_gone)
                if closeness:
                    found.append((closeness, call))
        if not found:
            return UNKNOWN
        best = max(closeness for closeness, _ in found)
        closest = [call for closeness, call in found if closeness == best]
        call = max(closest, key=lambda one: one.began)
        others = {(one.agent, one.session) for one in closest} - {(call.agent, call.session)}
        is_fresh = bool(call.ended) or until - call.began <= FRESH_SECONDS
        sure = best == _EXACT and not others and is_fresh and not call.asked and until - since <= NARROW_SECONDS
        return Attribution(sure="sure" if sure else "likely", how=_how(best, call, len(others)), agent=call.agent, session=call.session,
                           subagent=call.subagent, tool_use_id=call.tool_use_id if best >= _NEAR else "")


def _closeness(call: Running, names: frozenset[str], is_gone: bool) -> int:
    if names & call.writes or names & call.deletes:
        return _EXACT
    if is_gone and any(_is_below(name, call.deletes) for name in names):
        return _EXACT
    if any(_is_below(name, call.writes) for name in names):
        return _NEAR
    return _FOLDER if any(_is_below(name, call.folders) for name in names) else 0


def _is_below(path: str, folders: frozenset[str] | tuple[str, ...]) -> bool:
    return any(folder and path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _how(closeness: int, call: Running, others: int) -> str:
    what = {_EXACT: "names this file", _NEAR: "writes to a folder above it", _FOLDER: "can write in a folder above it"}[closeness]
    doubt = f"; so did {others} other session{'s' if others > 1 else ''}" if others else ""
    state = " and waited for a person" if call.asked else " and was not reported to have ended" if not call.ended else ""
    return f"a {call.tool} call that {what} ran then{state}{doubt}"
