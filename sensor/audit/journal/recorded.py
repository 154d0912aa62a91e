"""From an entry back to the call it tells of, as far as it tells: for `policy learn` and `policy diff`.

The inverse of `sensor.audit.drafts.summary.effect_lines`; `tests/sensor/audit/journal/test_recorded.py` holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sensor.audit.form.entry import AuditEntry
from sensor.audit.form.parts import RuleHit
from sensor.audit.journal.reader import JournalReader, Position, newest_log
from sensor.audit.journal.segments import list_segments, segment_name
from sensor.model.calls import McpAction, OtherAction, Phase, ToolCall, ToolKind, Value
from sensor.model.effects import Effect, Effects, Host, Origin, PathRef, Unresolved
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Answer

_LINE = re.compile(r"(reads|writes|deletes|connects to|executes|unclear:|runs) (.*?)(?: \((@[^()]*)\))?\Z", re.S)
_ENTRY = msgspec.json.Decoder(AuditEntry)


class Recorded(Value):
    """A call before it ran, as the log knows it."""

    seq: int
    call: ToolCall
    effects: Effects
    verdict: str
    text: str
    findings: tuple[Finding, ...] = ()


def recorded_calls(root: Path) -> Iterator[Recorded]:
    """Calls of agents in the newest log below `root`, oldest first; Handrail's own test calls are none. Raises DamagedLine."""
    folder = newest_log(root)
    if folder is None:
        return
    with JournalReader(folder) as reader:
        for line in reader.lines():
            entry = _ENTRY.decode(line.entry)
            is_call = entry.kind in ("call", "spool_ingest") and entry.phase == Phase.BEFORE.value
            if is_call and entry.agent is not None and not entry.session.startswith(REHEARSALS):
                yield recorded(entry)


def answers_of(root: Path, least: int) -> dict[tuple[str, str, str, str], Answer]:
    """What was answered to the calls of the newest log since entry `least`: (agent, session, call id, phase) -> answer."""
    folder = newest_log(root)
    if folder is None:
        return {}
    found = {}
    start = max((segment for segment in list_segments(folder) if segment.first <= max(least, 0)), key=lambda segment: segment.first, default=None)
    position = Position(segment=segment_name(start.first), seq=start.first) if start is not None else None
    with JournalReader(folder, position) as reader:
        for line in reader.lines():
            entry = _ENTRY.decode(line.entry)
            if entry.kind in ("call", "spool_ingest") and entry.tool_use_id and entry.agent is not None and entry.seq >= least:
                found[(entry.agent.name, entry.session, entry.tool_use_id, entry.phase)] = Answer(entry.answer)
    return found


def recorded(entry: AuditEntry) -> Recorded:
    """The call of an entry of kind "call"."""
    summary, agent = entry.summary, entry.agent
    assert agent is not None
    kind = ToolKind(entry.tool_kind)
    server = summary.server if summary is not None else ""
    call = ToolCall(
        agent=agent.name, event=agent.event, phase=Phase.BEFORE, kind=kind, tool=entry.tool, session=entry.session, subagent=entry.subagent,
        subagent_type=entry.subagent_type, cwd=entry.cwd, roots=entry.roots, tool_use_id=entry.tool_use_id,
        action=McpAction(server=server, tool=summary.tool, arguments={}) if kind is ToolKind.MCP and summary is not None else OtherAction(arguments={}),
    )
    shown = (summary.text or summary.url or " ".join(summary.paths)) if summary is not None else ""
    return Recorded(seq=entry.seq, call=call, effects=parse_effect_lines(entry.effects), verdict=entry.verdict, text=shown,
                    findings=tuple(_finding(hit) for hit in entry.rules))


def _finding(hit: RuleHit) -> Finding:
    return Finding(rule=hit.id, severity=Severity[hit.sev.upper()], message=hit.msg, remedy=hit.remedy, category=hit.category,
                   stage=Stage(hit.stage or Stage.RULES.value))


def parse_effect_lines(lines: tuple[str, ...]) -> Effects:
    """Effects that touch what the lines say was touched. Lines of another form are skipped."""
    effects, unresolved = [], []
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        verb, what, places = match.group(1), match.group(2), frozenset((match.group(3) or "").split())
        ref = PathRef(raw=what, path=what if what.startswith("/") else "", places=places)
        if verb == "connects to":
            host, _, port = what.rpartition(":") if re.search(r":\d+\Z", what) else (what, "", "0")
            effects.append(Effect(hosts=(Host(host=host, port=int(port), places=places),)))
        elif verb == "executes":
            effects.append(Effect(executes=frozenset({Origin(what.removesuffix(" code").replace(" ", "_"))})))
        elif verb == "unclear:":
            unresolved.append(Unresolved(reason=what))
        elif verb != "runs":
            effects.append(Effect(reads=(ref,) if verb == "reads" else (), writes=(ref,) if verb == "writes" else (),
                                  deletes=(ref,) if verb == "deletes" else ()))
    return Effects(effects=tuple(effects), unresolved=tuple(unresolved))
