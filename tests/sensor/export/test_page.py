"""The printable report: everything an agent wrote is text, gaps and decisions are shown, and it does not claim to prove."""

from __future__ import annotations

import html.parser

from msgspec import structs

from sensor.export.page import render_html


class Reading(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def read(found):
    reading = Reading()
    reading.feed(b"".join(render_html(found)).decode("utf-8"))
    return reading, "".join(reading.text)


def test_agents_texts_are_text(records, hostile_texts):
    reading, text = read(records())
    allowed = {"html", "meta", "title", "style", "h1", "table", "thead", "tbody", "tr", "th", "td", "pre", "p", "small", "span", "br"}
    assert {tag for tag, _ in reading.tags} <= allowed
    assert all(set(attrs) <= {"class", "lang", "charset", "colspan"} for _, attrs in reading.tags)
    assert "<script>alert(1)</script>" in text and "\x1b" not in text and "\u202e" not in text
    assert len([1 for tag, _ in reading.tags if tag == "tr"]) >= len(hostile_texts)


def test_decisions_gaps_and_figures(records):
    _, text = read(records())
    for part in ("decision approve on Q1 by dev", "3 entries could not be stored (disk_full)", "1 flag, 1 quarantine, 2 block", "2 deny", "handrail verify", "cannot be seen"):
        assert part in text, part
    assert "verified" not in text


def test_silence_is_shown(records):
    first, second = records()[1:3]
    later = structs.replace(second, entry=structs.replace(second.entry, ts="2999-01-01T00:00:00.000000Z"))
    assert "s without an entry" in read([first, later])[1] and "s without an entry" not in read([first, second])[1]


def test_nothing_is_a_page_too():
    assert "No entries." in read([])[1]
