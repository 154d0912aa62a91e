"""CEF: a parser that knows only the specification gets every value back, and no text starts an event of its own."""

from __future__ import annotations

import re

import pytest

from sensor.export.cef import render_cef


def parse(line: str) -> tuple[list[str], dict[str, str]]:
    """Header fields and extension of a CEF line."""
    parts = re.split(r"(?<!\\)(?:\\\\)*\|", line, maxsplit=7)
    assert len(parts) == 8, line
    pairs = re.split(r"(?:^| )([A-Za-z0-9]+)=", parts[7])[1:]
    values = dict(zip(pairs[0::2], pairs[1::2], strict=True))
    return parts[:7], {name: re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), value) for name, value in values.items()}


@pytest.fixture
def lines(records):
    return b"".join(render_cef(records())).decode("utf-8").split("\n")[:-1]


def test_one_event_is_one_line_without_control_characters(lines, records):
    assert len(lines) == len(records())
    for line in lines:
        assert line.startswith("CEF:0|Handrail|Handrail|") and line.splitlines() == [line]
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)


def test_values_come_back(lines, records):
    for line, record in zip(lines, records(), strict=True):
        header, values = parse(line)
        assert values["externalId"] == f"{record.entry.log}/{record.entry.seq}" and values["cs3"] == record.line.leaf.hex()
        assert header[0] == "CEF:0" and 0 <= int(header[6]) <= 10
        text = record.entry.summary.text if record.entry.summary else ""
        if text and text.isprintable() and " " not in text:
            assert values["msg"] == text


def test_the_worst_rule_is_the_events_class(lines):
    block = next(line for line in lines if "act=deny" in line)
    header, values = parse(block)
    assert header[4:] == ["HR-DST-001", "HR-DST-001 matched", "10"] and values["cs2"] == "HR-DST-001 HR-DST-002" and values["cat"] == "block"


def test_separators_are_escaped(lines):
    tricky = next(line for line in lines if r"x\|y" in line or "x|y" in line)
    assert "msg=x|y\\\\z\\=1" in tricky
