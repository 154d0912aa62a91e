"""JSON Lines: canonical, one per entry, and the bytes that were signed can be cut out again."""

from __future__ import annotations

import base64
import json

from sensor.audit.form.chain import leaf_hash
from sensor.export.lines import render_jsonl, render_raw


def test_lines_hold_the_entry_and_its_evidence(records):
    found = records()
    lines = b"".join(render_jsonl(found)).splitlines(keepends=True)
    assert len(lines) == len(found)
    for line, record in zip(lines, found, strict=True):
        value = json.loads(line)
        assert list(value) == ["checkpoint", "entry", "leaf", "sig"]
        again = json.dumps(value["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert again == record.line.entry and leaf_hash(again).hex() == value["leaf"]
        assert base64.b64decode(value["sig"]) == record.line.sig
        assert json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" == line


def test_raw_is_the_bytes_alone(records):
    found = records(session="s-1")
    assert b"".join(render_raw(found)).split(b"\n")[:-1] == [record.line.entry for record in found]
