"""From the canonical bytes of an entry to its row in the index.

Decodes only the fields that the index has columns for (unknown ones are skipped without being built), because this runs
for every entry there ever was. Also owns the one-line description of an entry that lists show.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

import msgspec

from sensor.model.calls import ToolKind, Value
from sensor.model.findings import Severity
from sensor.model.kinds import file_event_in_words
from sensor.model.verdicts import Verdict
from sensor.store import tables
from sensor.store.writer import EntryRow, Indexed

SEARCHED_CHARS = 1_000
REASON_CHARS = 200
WHOSE = {"likely": "likely of this session", "own": "Handrail's own", "unknown": "not known whose"}  # a change of a watched file

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_VERDICTS = {verdict.word: int(verdict) for verdict in Verdict}
_SEVERITIES = {severity.name.lower(): int(severity) for severity in Severity}


class Agent(Value):
    name: str = ""
    event: str = ""
    surface: str = ""


class Rule(Value):
    id: str = ""
    sev: str = ""


class Summary(Value):
    action: str = ""
    text: str = ""
    paths: tuple[str, ...] = ()
    url: str = ""
    server: str = ""
    tool: str = ""


class Approval(Value):
    id: str = ""
    by: str = ""
    action: str = ""


class Change(Value):
    what: str = ""
    after: str = ""


class File(Value):
    event: str = ""
    sure: str = ""
    source: str = ""


class Lean(Value):
    """The indexed part of `sensor.audit.form.entry.AuditEntry`, under the same names."""

    ts: datetime.datetime
    kind: str
    prev: str
    log: str
    seq: int
    agent: Agent = Agent()
    session: str = ""
    parent_session: str = ""
    subagent: str = ""
    cwd: str = ""
    tool: str = ""
    tool_kind: str = ""
    tool_use_id: str = ""
    phase: str = ""
    verdict: str = ""
    answer: str = ""
    reason: str = ""
    hold: str = ""
    rules: tuple[Rule, ...] = ()
    summary: Summary = Summary()
    approval: Approval | None = None
    change: Change | None = None
    file: File | None = None
    lat_us: int = 0
    note: str = ""


_DECODER = msgspec.json.Decoder(Lean)


def parse_lean(data: bytes) -> Lean:
    """The indexed fields of canonical bytes. Raises ValueError (msgspec.MsgspecError) for anything else."""
    return _DECODER.decode(data)


def microseconds(moment: datetime.datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def to_indexed(lean: Lean, entry_id: int, place: tuple[int, int, int]) -> Indexed:
    """What this entry adds to the index. `place` is (segment, start, size) of its canonical bytes."""
    rules = tuple({rule.id: None for rule in lean.rules})
    verdict = _VERDICTS.get(lean.verdict, tables.NOT_JUDGED)
    described = describe(lean)
    row = EntryRow(
        entry_id, microseconds(lean.ts), lean.kind, lean.agent.name, lean.session, lean.subagent, _tool(lean),
        lean.tool_kind, lean.phase, lean.tool_use_id, verdict, lean.answer, _deciding(lean.rules),
        " ".join(described[: tables.SUMMARY_CHARS].split()), _reason(lean)[:REASON_CHARS],
        lean.hold or (lean.approval.id if lean.approval else ""), lean.lat_us, *place,
    )
    return Indexed(row, _words(lean, described, rules), rules, lean.parent_session, lean.cwd)


def _tool(lean: Lean) -> str:
    """The tool as people read it: what the shell wrapper saw was not reported by the agent."""
    if lean.agent.surface == "wrapper":
        return f"{lean.tool}, wrapper"
    return lean.tool or lean.agent.event


def _deciding(rules: tuple[Rule, ...]) -> str:
    """The first of the worst rules."""
    return max(rules, key=lambda rule: _SEVERITIES.get(rule.sev, 0)).id if rules else ""


def describe(lean: Lean) -> str:
    """What the entry is about, in one text: the command, the paths, the address, or what happened."""
    summary = lean.summary
    if summary.action in ("read", "delete", "write", "config") and summary.paths:
        return "  ".join(summary.paths)
    if summary.server:
        return f"{summary.server} · {summary.tool}  {summary.text}"
    if summary.action == "fetch" and summary.url:
        return f"{summary.url}  {summary.text}".rstrip()
    if described := summary.text or summary.url or "  ".join(summary.paths):
        return _plain(described) if lean.tool_kind == ToolKind.SESSION.value else described
    if lean.approval and lean.approval.action:
        return f"{lean.approval.action} {lean.approval.id} {f'by {lean.approval.by}' if lean.approval.by else ''}"
    if lean.change and lean.file:
        return file_event_in_words(lean.file.event, lean.change.what, lean.file.source)
    if lean.change:
        return f"{lean.change.what}: {lean.change.after.partition(', digest ')[0] or 'nothing'}"  # the digest stands in the entry
    return lean.note


def _plain(text: str) -> str:
    """`source startup` of `{"source":"startup"}`, which is what an agent says when a session begins; any other text as it is."""
    try:
        facts = msgspec.json.decode(text, type=dict[str, str | int | float])
    except msgspec.MsgspecError:
        return text
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value != "") or text


def _reason(lean: Lean) -> str:
    """Why it was decided so; of a watched file whose the change is where no session stands for it, and what it means."""
    if lean.file is None:
        return lean.reason
    return "; ".join(filter(None, (WHOSE.get(lean.file.sure, ""), lean.note)))


def _words(lean: Lean, described: str, rules: tuple[str, ...]) -> str:
    """Text to be found by, and one mark per filter of the events page."""
    summary = lean.summary
    return " ".join((
        described[:SEARCHED_CHARS], lean.note if lean.file is not None else "", _tool(lean) if lean.tool else "",
        *summary.paths[:20], summary.url, *rules, lean.session, lean.hold,
        _marks(lean.agent.name, lean.kind, lean.session, lean.tool_kind, lean.verdict, rules),
    ))


@lru_cache(maxsize=4096)
def _marks(agent: str, kind: str, session: str, tool_kind: str, verdict: str, rules: tuple[str, ...]) -> str:
    """The marks of an entry; most entries of a session have the same."""
    named = [("agent", agent), ("kind", kind), ("session", session)]
    named += [(name, value) for name, value in (("tool", tool_kind), ("verdict", verdict)) if value]
    named += [("rule", rule) for rule in rules]
    return " ".join(tables.mark(name, value) for name, value in named)
