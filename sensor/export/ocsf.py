"""OCSF 1.3 events: a Detection Finding for what was not clean, Process Activity for shells, API Activity for every other call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sensor import __version__
from sensor.audit.form.clock import micros
from sensor.audit.form.entry import AuditEntry
from sensor.export.records import Record

SCHEMA_VERSION = "1.3.0"
SEVERITIES = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
# (disposition_id, disposition) of the event's answer: Allowed, Blocked, and held for a person.
DISPOSITIONS = {"allow": (1, "Allowed"), "deny": (2, "Blocked"), "ask": (3, "Quarantined")}
ORDER = ("info", "low", "medium", "high", "critical")
LAUNCH, CREATE, OTHER = 1, 1, 99


def render_ocsf(records: Iterable[Record]) -> Iterator[bytes]:
    """One JSON event per line. Entries that are no call are left out: they say nothing about an agent's activity."""
    for record in records:
        if record.entry.verdict:
            yield msgspec.json.encode(_event(record)) + b"\n"


def _event(record: Record) -> dict[str, object]:
    entry = record.entry
    if entry.verdict != "clean":
        return _finding(record)
    return _process(record) if entry.tool_kind == "shell" else _api(record)


def _base(record: Record, category: int, kind: int, activity: int) -> dict[str, object]:
    entry = record.entry
    worst = max((rule.sev for rule in entry.rules), key=ORDER.index, default="info")
    return {
        "category_uid": category, "class_uid": kind, "activity_id": activity, "type_uid": kind * 100 + activity,
        "time": micros(entry.ts) // 1000, "severity_id": SEVERITIES.get(worst, 0), "status_id": 1,
        "metadata": {
            "version": SCHEMA_VERSION, "uid": f"{entry.log}/{entry.seq}", "log_name": entry.log, "sequence": entry.seq,
            "product": {"name": "Handrail", "vendor_name": "Handrail", "version": __version__}, "original_time": entry.ts,
        },
        "unmapped": {
            "leaf": record.line.leaf.hex(), "signature": record.line.sig.hex(), "checkpoint_size": record.checkpoint, "verdict": entry.verdict,
            "answer": entry.answer, "mode": entry.mode, "tool_use_id": entry.tool_use_id, "cwd": entry.cwd,
        },
    }


def _controlled(event: dict[str, Any], answer: str) -> dict[str, object]:
    """With the attributes of the profile security_control, which API Activity does not have."""
    disposition, name = DISPOSITIONS.get(answer, (0, "Unknown"))
    metadata = {**event["metadata"], "profiles": ["security_control"]}
    return {**event, "metadata": metadata, "action_id": 2 if answer == "deny" else 1, "disposition_id": disposition, "disposition": name}


def _finding(record: Record) -> dict[str, object]:
    entry = record.entry
    title = entry.rules[0].msg if entry.rules and entry.rules[0].msg else entry.reason or entry.verdict
    info: dict[str, object] = {
        "uid": f"{entry.log}/{entry.seq}", "title": title, "created_time": micros(entry.ts) // 1000, "desc": entry.reason or title,
        "analytic": {"type_id": 1, "uid": entry.rules[0].id if entry.rules else entry.path or "decision"}, "types": [rule.id for rule in entry.rules],
    }
    evidence: dict[str, object] = {"actor": _actor(entry)}
    if entry.tool_kind == "shell":
        evidence["process"] = _command(entry)
    else:
        evidence["api"] = {"operation": entry.tool or entry.kind}
    return {**_controlled(_base(record, 2, 2004, CREATE), entry.answer), "finding_info": info, "evidences": [evidence], "message": entry.reason or title}


def _process(record: Record) -> dict[str, object]:
    entry = record.entry
    return {
        **_controlled(_base(record, 1, 1007, LAUNCH), entry.answer), "actor": _actor(entry), "process": _command(entry),
        "device": {"type_id": 0, "uid": _device(entry)},
    }


def _api(record: Record) -> dict[str, object]:
    entry, summary = record.entry, record.entry.summary
    resources = [{"name": path, "type": "file"} for path in (summary.paths if summary else ())]
    if summary and summary.url:
        resources.append({"name": summary.url, "type": "url"})
    api: dict[str, object] = {"operation": entry.tool or entry.kind, "request": {"uid": entry.tool_use_id or f"{entry.log}/{entry.seq}"}}
    if summary and summary.server:
        api["service"] = {"name": summary.server}
    return {**_base(record, 6, 6003, OTHER), "actor": _actor(entry), "api": api, "resources": resources, "src_endpoint": {"uid": _device(entry)}}


def _actor(entry: AuditEntry) -> dict[str, object]:
    actor: dict[str, object] = {"app_name": entry.agent.name if entry.agent else "unknown", "session": {"uid": entry.session or "none"}}
    if entry.peer is not None:
        actor["user"] = {"uid": str(entry.peer.uid)}
        actor["process"] = {"pid": entry.peer.pid, "name": entry.agent.name if entry.agent else "unknown"}
    return actor


def _command(entry: AuditEntry) -> dict[str, object]:
    uid = entry.tool_use_id or f"{entry.log}/{entry.seq}"
    return {"name": entry.tool or "shell", "cmd_line": entry.summary.text if entry.summary else "", "uid": uid}


def _device(entry: AuditEntry) -> str:
    return entry.log.split("/")[1] if entry.log.count("/") == 2 else entry.log
