"""OpenTelemetry logs in the JSON form of OTLP: one `ExportLogsServiceRequest` per line, as the file exporter of a collector writes.

Each line is also a whole body for `POST /v1/logs` (Content-Type: application/json). Numbers of 64 bits are strings, as
OTLP/JSON wants them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sensor import __version__
from sensor.audit.form.clock import micros
from sensor.audit.form.entry import AuditEntry
from sensor.export.records import Record

PER_REQUEST = 500
# Severity numbers of the log data model by verdict; entries that are no call are INFO.
SEVERITIES = {"": (9, "INFO"), "clean": (9, "INFO"), "flag": (13, "WARN"), "quarantine": (17, "ERROR"), "block": (18, "ERROR2")}


def render_otlp(records: Iterable[Record]) -> Iterator[bytes]:
    """Requests of at most 500 records of one log each."""
    batch: list[Record] = []
    for record in records:
        if batch and (len(batch) == PER_REQUEST or batch[0].entry.log != record.entry.log):
            yield _request(batch)
            batch = []
        batch.append(record)
    if batch:
        yield _request(batch)


def _request(batch: list[Record]) -> bytes:
    log = batch[0].entry.log
    device = log.split("/")[1] if log.count("/") == 2 else log
    resource = {"attributes": [_text("service.name", "handrail"), _text("service.version", __version__), _text("host.id", device)]}
    scope = {"scope": {"name": "handrail.audit", "version": __version__}, "logRecords": [_record(record) for record in batch]}
    return msgspec.json.encode({"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]}) + b"\n"


def _record(record: Record) -> dict[str, object]:
    entry = record.entry
    number, word = SEVERITIES.get(entry.verdict, (9, "INFO"))
    nanos = str(micros(entry.ts) * 1000)
    return {
        "timeUnixNano": nanos, "observedTimeUnixNano": nanos, "severityNumber": number, "severityText": word,
        "eventName": f"handrail.{entry.kind}", "body": {"stringValue": _body(entry)}, "attributes": _attributes(record),
    }


def _body(entry: AuditEntry) -> str:
    summary = entry.summary
    said = (summary.text or summary.url or " ".join(summary.paths)) if summary is not None else ""
    return said or entry.reason or entry.note or entry.kind


def _attributes(record: Record) -> list[dict[str, object]]:
    entry = record.entry
    texts = {
        "handrail.log": entry.log, "handrail.leaf": record.line.leaf.hex(), "handrail.signature": record.line.sig.hex(), "handrail.verdict": entry.verdict,
        "handrail.answer": entry.answer, "handrail.mode": entry.mode, "handrail.reason": entry.reason, "handrail.phase": entry.phase,
        "handrail.rules": " ".join(rule.id for rule in entry.rules), "gen_ai.agent.name": entry.agent.name if entry.agent else "",
        "session.id": entry.session, "gen_ai.tool.name": entry.tool, "gen_ai.tool.call.id": entry.tool_use_id,
    }
    numbers = {"handrail.seq": entry.seq, "handrail.checkpoint_size": record.checkpoint}
    said = [_text(name, value) for name, value in texts.items() if value]
    return said + [{"key": name, "value": {"intValue": str(value)}} for name, value in numbers.items()]


def _text(name: str, value: str) -> dict[str, object]:
    return {"key": name, "value": {"stringValue": value}}
