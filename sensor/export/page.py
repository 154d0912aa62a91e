"""A report to print: entries as a timeline with verdict, decision, gap and sub-agents, on one HTML page without scripts."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape

from sensor.audit.form.clock import micros
from sensor.export.records import Record
from sensor.model.verdicts import VERDICT_WORDS

GAP_US = 60_000_000
STYLE = """
body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;color:#1a1c1f;background:#fff;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 .25rem}p{margin:.25rem 0}table{border-collapse:collapse;width:100%;margin:1rem 0}
td,th{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #d9dce1}th{font-weight:600}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font:12px/1.4 ui-monospace,monospace}
.block,.deny{color:#a11}.quarantine,.ask{color:#8a5a00}.flag{color:#075985}.clean,.allow{color:#166534}
.gap td,small{color:#5b6470}.sub td:first-child{border-left:3px solid #9aa4b2}tr{break-inside:avoid}
@media print{body{margin:0;max-width:none}}
"""


def render_html(records: Iterable[Record]) -> Iterator[bytes]:
    """One page. Figures stand at the end, because records are read once."""
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Handrail report</title><style>{STYLE}</style><h1>Handrail report</h1>\n'.encode()
    yield b"<table><thead><tr><th>Entry<th>Time (UTC)<th>Agent and tool<th>Verdict<th>What</thead><tbody>\n"
    counts: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    previous = first = last = None
    for record in records:
        moment = micros(record.entry.ts)
        if previous is not None and moment - previous > GAP_US:
            yield f'<tr class="gap"><td><td colspan="4">{(moment - previous) // 1_000_000} s without an entry</tr>\n'.encode()
        previous, first, last = moment, first or record, record
        counts[record.entry.verdict] += 1
        answers[record.entry.answer] += 1
        yield _row(record).encode("utf-8")
    yield b"</tbody></table>\n" + _end(counts, answers, first, last).encode("utf-8") + b"</html>\n"


def _row(record: Record) -> str:
    entry, summary = record.entry, record.entry.summary
    who = " ".join(filter(None, (entry.agent.name if entry.agent else "", entry.subagent_type or entry.subagent, entry.tool or entry.kind, entry.phase)))
    what = [summary.text, *summary.paths, summary.url] if summary else [entry.note]
    if entry.approval is not None:
        what.append(f"decision {entry.approval.action or 'used'} on {entry.approval.id} by {entry.approval.by or 'unknown'}")
    if entry.gap is not None:
        what.append(f"{entry.gap.count} entries could not be stored ({entry.gap.cause})")
    if entry.change is not None:
        what.append(f"{entry.change.what}: {entry.change.before} to {entry.change.after} by {entry.change.by}")
    if entry.reasoning is not None:
        what.append(f"reasoning {entry.reasoning.status} from {entry.reasoning.source}, {entry.reasoning.bytes} bytes")
    if entry.reason:
        what.append(entry.reason)
    mark = ' class="sub"' if entry.subagent else ""
    body = "\n".join(safe(part) for part in what if part)
    rules = " ".join(safe(rule.id) for rule in entry.rules)
    return (
        f'<tr{mark}><td>{entry.seq}<br><small>{record.line.leaf.hex()[:12]}</small><td>{safe(entry.ts[:10])} {safe(entry.ts[11:23])}<td>{safe(who)}'
        f'<td><span class="{safe(entry.verdict)}">{safe(entry.verdict)}</span> <span class="{safe(entry.answer)}">{safe(entry.answer)}</span>'
        f"<br><small>{rules}</small><td><pre>{body}</pre></tr>\n"
    )


def _end(counts: Counter[str], answers: Counter[str], first: Record | None, last: Record | None) -> str:
    if first is None or last is None:
        return "<p>No entries.</p>\n"
    figures = ", ".join(f"{counts[word]} {word}" for word in VERDICT_WORDS if counts[word])
    told = ", ".join(f"{answers[word]} {word}" for word in ("allow", "ask", "deny") if answers[word])
    covered = f"checkpoint of size {last.checkpoint}" if last.checkpoint else "no checkpoint yet"
    return (
        f"<p>Log {safe(first.entry.log)}, entries {first.entry.seq} to {last.entry.seq}, {safe(first.entry.ts)} to {safe(last.entry.ts)}.</p>"
        f"<p>Verdicts: {figures or 'none'}. Answers: {told or 'none'}.</p>"
        f"<p>The last entry is covered by {covered}. This page proves nothing by itself: make a bundle of the same entries "
        "(handrail bundle) and run handrail verify on it. Deletions since the last checkpoint that left the machine cannot be seen.</p>\n"
    )


def safe(value: str) -> str:
    """Escaped, with control, bidi and invisible characters made visible."""
    return escape("".join(f"<U+{ord(char):04X}>" if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Zl", "Zp") else char for char in value))
