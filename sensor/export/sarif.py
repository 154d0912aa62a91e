"""SARIF 2.1.0 of findings: one result per rule that matched in an entry whose verdict is not clean.

Streams: results come before the rules they name, and a run ends at the 25,000 results that code scanning services take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import msgspec

from sensor import __version__
from sensor.audit.form.parts import RuleHit
from sensor.export.records import NOTABLE, Choice, Record, Selection

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RESULTS_PER_RUN = 25_000
LEVELS = {"info": "note", "low": "note", "medium": "warning", "high": "error", "critical": "error"}
# The number by which code scanning services sort security findings.
SCORES = {"info": "0.0", "low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
MAX_MESSAGE = 1000


class _Run:
    """Rules seen in the open run, in the order of their index."""

    def __init__(self) -> None:
        self.rules: dict[str, RuleHit] = {}
        self.results = 0

    def index(self, hit: RuleHit) -> int:
        self.rules.setdefault(hit.id, hit)
        return list(self.rules).index(hit.id)


def render_sarif(records: Iterable[Record]) -> Iterator[bytes]:
    """One SARIF log."""
    yield b'{"$schema":' + msgspec.json.encode(SCHEMA) + b',"version":"2.1.0","runs":['
    run, notable = _Run(), Choice(Selection(verdict=NOTABLE))
    yield b'{"results":['
    for record in records:
        if not notable.takes(record.entry):
            continue
        for hit in record.entry.rules or (_unnamed(record),):
            if run.results == RESULTS_PER_RUN:
                yield _end_of_run(run) + b',{"results":['
                run = _Run()
            yield (b"," if run.results else b"") + msgspec.json.encode(_result(record, hit, run.index(hit)))
            run.results += 1
    yield _end_of_run(run) + b"]}\n"


def _unnamed(record: Record) -> RuleHit:
    """What to report when no rule was named: the path by which the decision was made."""
    return RuleHit(id=f"handrail-{record.entry.path or 'decision'}", sev="medium", msg=record.entry.reason)


def _result(record: Record, hit: RuleHit, index: int) -> dict[str, object]:
    entry = record.entry
    text = entry.summary.text if entry.summary else ""
    same = hashlib.sha256("\0".join((hit.id, entry.tool, text)).encode("utf-8")).hexdigest()
    return {
        "ruleId": hit.id, "ruleIndex": index, "level": LEVELS.get(hit.sev, "warning"),
        "message": {"text": (hit.msg or entry.reason or hit.id)[:MAX_MESSAGE]},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": _uri(record)}, "region": {"startLine": 1}},
            "logicalLocations": [{"name": entry.tool or entry.kind, "kind": "function",
                                  "fullyQualifiedName": f"{entry.agent.name if entry.agent else ''}/{entry.session}/{entry.tool_use_id}"}],
        }],
        "partialFingerprints": {"handrailCall/v1": same},
        "properties": {
            "log": entry.log, "seq": entry.seq, "time": entry.ts, "leaf": record.line.leaf.hex(), "signature": record.line.sig.hex(),
            "checkpointSize": record.checkpoint, "verdict": entry.verdict, "answer": entry.answer, "session": entry.session, "what": text[:MAX_MESSAGE],
        },
    }


def _uri(record: Record) -> str:
    """The file a call touches, relative to its project where it lies in it; else an address that names the session."""
    entry = record.entry
    path = entry.summary.paths[0] if entry.summary and entry.summary.paths else ""
    if path and entry.cwd and path.startswith(entry.cwd.rstrip("/") + "/"):
        return quote(path[len(entry.cwd.rstrip("/")) + 1:])
    if path.startswith("/"):
        return "file://" + quote(path)
    return quote(path) if path else f"handrail-session/{quote(entry.session or 'none', safe='')}"


def _end_of_run(run: _Run) -> bytes:
    rules = [
        {
            "id": hit.id, "shortDescription": {"text": (hit.msg or hit.id)[:MAX_MESSAGE]},
            "help": {"text": (hit.remedy or "See: handrail rules show " + hit.id)[:MAX_MESSAGE]},
            "defaultConfiguration": {"level": LEVELS.get(hit.sev, "warning")},
            "properties": {"tags": ["security", *([hit.category] if hit.category else [])], "security-severity": SCORES.get(hit.sev, "5.5")},
        }
        for hit in run.rules.values()
    ]
    driver = {"name": "Handrail", "version": __version__, "rules": rules}
    rest: dict[str, object] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    return b"]," + msgspec.json.encode(rest)[1:]
