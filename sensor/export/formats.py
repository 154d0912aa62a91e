"""The export formats: a literal table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sensor.export.cef import render_cef
from sensor.export.cells import render_csv
from sensor.export.lines import render_jsonl, render_raw
from sensor.export.ocsf import render_ocsf
from sensor.export.otlp import render_otlp
from sensor.export.page import render_html
from sensor.export.records import Record
from sensor.export.sarif import render_sarif

Render = Callable[[Iterable[Record]], Iterator[bytes]]

FORMATS: dict[str, Render] = {
    "csv": render_csv, "jsonl": render_jsonl, "raw": render_raw, "sarif": render_sarif, "ocsf": render_ocsf, "cef": render_cef, "otlp": render_otlp,
    "html": render_html,
}
