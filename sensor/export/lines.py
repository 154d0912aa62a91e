"""JSON Lines. `jsonl`: entry and evidence, canonical JSON itself, so that the entry's bytes can be cut out. `raw`: the bytes alone."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from sensor.export.records import Record


def render_jsonl(records: Iterable[Record]) -> Iterator[bytes]:
    """One line per entry: `{"checkpoint":N,"entry":<canonical bytes>,"leaf":"<hex>","sig":"<base64>"}`."""
    for record in records:
        line = record.line
        yield b'{"checkpoint":%d,"entry":%b,"leaf":"%b","sig":"%b"}\n' % (
            record.checkpoint, line.entry, line.leaf.hex().encode("ascii"), base64.b64encode(line.sig))


def render_raw(records: Iterable[Record]) -> Iterator[bytes]:
    """The canonical bytes, one entry per line."""
    for record in records:
        yield record.line.entry + b"\n"
