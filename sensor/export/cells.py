"""CSV for spreadsheets: one event is one line, and no cell is ever a formula. Nothing is lost: the entry is the last column."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterable, Iterator

from sensor.export.records import Record

COLUMNS = (
    "log", "seq", "time", "kind", "agent", "session", "subagent", "tool", "tool_kind", "phase", "verdict", "answer", "would_answer", "mode",
    "rules", "reason", "what", "paths", "url", "folder", "took_us", "leaf", "signature", "checkpoint_size", "entry_base64",
)
# What spreadsheet programs take for the beginning of a formula, in ASCII and in full width.
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
# Where numbers have a decimal comma, the programs split lines at semicolons, inside of our quotes too.
_INNER_FORMULA = re.compile(f";(?= *[{re.escape(''.join(_FORMULA))}])")
# Controls, line separators, and marks that turn the direction of text around.
_INVISIBLE = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_ESCAPES = {
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}, **{code: f"\\u{code:04x}" for code in _INVISIBLE},
    9: "\\t", 10: "\\n", 13: "\\r",
}


def render_csv(records: Iterable[Record]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8: a header, then one line per entry, every cell quoted."""
    yield _line(COLUMNS)
    for record in records:
        yield _line(tuple(safe_cell(cell) for cell in _cells(record)))


def safe_cell(text: str) -> str:
    """`text` on one line, and with an apostrophe before what a spreadsheet would take for a formula, at the beginning or behind a semicolon."""
    shown = text.translate(_ESCAPES) if not text.isprintable() else text
    shown = _INNER_FORMULA.sub(";'", shown)
    return "'" + shown if text.lstrip(" ").startswith(_FORMULA) else shown


def _line(cells: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8")


def _cells(record: Record) -> tuple[str, ...]:
    entry, line, summary = record.entry, record.line, record.entry.summary
    return (
        entry.log, str(entry.seq), entry.ts, entry.kind, entry.agent.name if entry.agent else "", entry.session, entry.subagent, entry.tool,
        entry.tool_kind, entry.phase, entry.verdict, entry.answer, entry.would_answer, entry.mode, " ".join(rule.id for rule in entry.rules),
        entry.reason, summary.text if summary else entry.note, " ".join(summary.paths) if summary else "", summary.url if summary else "",
        entry.cwd, str(entry.lat_us), line.leaf.hex(), base64.b64encode(line.sig).decode(), str(record.checkpoint),
        base64.b64encode(line.entry).decode(),
    )
