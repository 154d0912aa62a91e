"""CEF lines for collectors: one event is one line whatever an agent wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sensor import __version__
from sensor.audit.form.clock import micros
from sensor.export.records import Record

SEVERITIES = {"info": 1, "low": 3, "medium": 5, "high": 8, "critical": 10}
MAX_TEXT = 1023
# What breaks a line or a terminal somewhere: C0, DEL, C1, line and paragraph separators.
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


def render_cef(records: Iterable[Record]) -> Iterator[bytes]:
    """`CEF:0|Handrail|Handrail|<version>|<rule or kind>|<name>|<severity>|<extension>`."""
    for record in records:
        yield (_header(record) + " ".join(f"{key}={_value(text)}" for key, text in _fields(record) if text) + "\n").encode("utf-8")


def _header(record: Record) -> str:
    entry = record.entry
    worst = max(entry.rules, key=lambda rule: SEVERITIES.get(rule.sev, 0), default=None)
    signature = worst.id if worst else entry.kind
    name = (worst.msg or worst.id) if worst else f"{entry.kind} {entry.verdict}".strip()
    severity = str(SEVERITIES.get(worst.sev, 0) if worst else 0)
    return "|".join(["CEF:0", "Handrail", "Handrail", *map(_head, (__version__, signature, name, severity))]) + "|"


def _fields(record: Record) -> tuple[tuple[str, str], ...]:
    entry, summary = record.entry, record.entry.summary
    return (
        ("rt", str(micros(entry.ts) // 1000)), ("externalId", f"{entry.log}/{entry.seq}"), ("cat", entry.verdict), ("act", entry.answer),
        ("reason", entry.reason), ("sourceServiceName", entry.agent.name if entry.agent else ""), ("deviceProcessName", entry.tool),
        ("suid", str(entry.peer.uid) if entry.peer else ""), ("spid", str(entry.peer.pid) if entry.peer and entry.peer.pid else ""),
        ("filePath", summary.paths[0] if summary and summary.paths else ""), ("request", summary.url if summary else ""),
        ("msg", summary.text if summary else entry.note), ("cs1Label", "session"), ("cs1", entry.session or "none"), ("cs2Label", "rules"),
        ("cs2", " ".join(rule.id for rule in entry.rules) or "none"), ("cs3Label", "leaf"), ("cs3", record.line.leaf.hex()),
        ("cs4Label", "signature"), ("cs4", record.line.sig.hex()), ("cn1Label", "checkpointSize"), ("cn1", str(record.checkpoint)),
    )


def _head(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("\r", " ")


def _value(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n")


def _plain(text: str) -> str:
    return _CONTROL.sub(lambda match: f"<U+{ord(match[0]):04X}>", text[:MAX_TEXT])
