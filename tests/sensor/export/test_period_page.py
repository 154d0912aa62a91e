"""The page of a period report: every figure on it, nothing of an entry runs in it."""

from __future__ import annotations

from html.parser import HTMLParser

from msgspec import structs

from sensor.audit.verifying.report import Problem, VerifyReport
from sensor.export.period import Figure, make_report
from sensor.export.period_page import FIGURES, LISTS, NOT_WORK, UNVERIFIED, render_period


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not [name for name, _ in attributes if name.startswith("on") or name == "src"]


def test_figures_lists_and_verification_are_on_the_page(records):
    report = make_report(records(), ("2026-01-01", ""), "now", VerifyReport(log="l", entries=5, problems=(Problem(row="N1", seq=3, what="hash differs"),)))
    text = render_period(report)
    for title, _ in (*FIGURES, *LISTS):
        assert f"<h2>{title}</h2>" in text
    for words in ("HR-DST-001", "approve Q1", "disk_full", "TAMPERED", "hash differs", "2026-01-01", report.last_hash):
        assert words in text


def test_test_calls_are_explained_where_there_are_any():
    none = make_report([], ("", ""), "", None)
    assert NOT_WORK not in render_period(none)
    assert NOT_WORK in render_period(structs.replace(none, test_calls=(Figure(name="demo-1", count=14, first="a", last="b"),)))


def test_hostile_names_do_nothing(records):
    report = type(make_report([], ("", ""), "", None))(since="<script>", until="", made="", agents=(Figure(name="<img src=x onerror=1>", count=1, first="a", last="b"),))
    page = Tags()
    page.feed(render_period(report))
    assert "script" not in page.tags and "img" not in page.tags


def test_a_report_without_verification_says_so():
    assert "Left out on request" in render_period(make_report([], ("", ""), "", None))


def test_entries_of_an_older_log_are_named_beside_the_verification(records):
    found = records()
    assert UNVERIFIED not in render_period(make_report(found, ("", ""), "", VerifyReport(log=found[0].entry.log)))
    assert f"{len(found)} {UNVERIFIED}" in render_period(make_report(found, ("", ""), "", VerifyReport(log="local/d/7")))
