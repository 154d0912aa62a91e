"""The report of a period as a page."""

from __future__ import annotations

import datetime
import re
import time

import pytest

from sensor.export.period_page import NOT_WORK
from web.period import Span, place


def fields_of(text: str) -> tuple[str, ...]:
    """What the two fields of the form say."""
    return tuple(re.findall(r'<input name="(?:first|last)" value="([^"]*)"', text))


def made(person, **fields):
    """Ask for a report and wait for it; the page's text."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    form = {"first": str(today - datetime.timedelta(days=2)), "last": str(today), **fields}
    where = person.post("/report", form).headers["Location"]
    assert where == f"/report?first={form['first']}&last={form['last']}"
    assert fields_of(person.get(where).get_data(as_text=True)) == (form["first"], form["last"])
    period = person.app.extensions["handrail"].period
    end = time.monotonic() + 60
    while period.made.is_running and time.monotonic() < end:
        time.sleep(0.02)
    return person.get("/report").get_data(as_text=True)


def test_before_the_first_report(person):
    text = person.get("/report").get_data(as_text=True)
    assert "No report yet" in text and 'type="date"' not in text and text.count('placeholder="YYYY-MM-DD"') == 2 and person.get("/report.html").status_code == 404
    assert 'href="/report"' in person.get("/log").get_data(as_text=True)


def test_figures_lists_and_the_verification(person):
    text = made(person, verify="1")
    report = person.app.extensions["handrail"].period.made.report
    assert report.entries > 300 and report.verification is not None
    for words in (f"{report.entries:,}", "Verdicts of calls", "Decisions of people", "Gaps and interruptions", "the whole log", "Print or save as PDF", report.last_hash):
        assert words in text, words
    seq = report.last.split("/")[-1]
    assert f'href="/events/0/{seq}"' in text and person.get(f"/events/0/{seq}").status_code == 200
    for figure in report.verdicts:
        assert figure.name in text and f"{figure.count:,}" in text


def test_rules_have_names_and_test_calls_are_told_apart(person):
    text = made(person)
    assert 'Deletes the whole home folder</a> <span class="rule-id">HR-DST-001</span>' in text
    part = text.partition("Test calls by session")[2].partition("</section>")[0]
    (played,) = person.app.extensions["handrail"].period.made.report.test_calls
    assert NOT_WORK in part and f'href="/events?session={played.name}"' in part
    assert f">#{played.first.split('/')[-1]}<" in person.get(f"/events?session={played.name}").get_data(as_text=True)


def test_without_the_check_it_says_so(person):
    text = made(person)
    assert "left out" in text and person.app.extensions["handrail"].period.made.report.verification is None


def test_a_period_without_entries(person):
    text = made(person, first="2001-01-01", last="2001-01-31")
    assert "2001-01-01 to 2001-01-31" in text and fields_of(text) == ("2001-01-01", "2001-01-31") and person.get("/report.html").status_code == 200
    absent = text.partition("None in this period")[2].partition("</section>")[0]
    assert all(title in absent and f"<h2>{title}</h2>" not in text for title in ("Verdicts of calls", "Entries by kind", "Decisions of people", "Gaps and interruptions"))


def test_the_file_is_the_one_of_the_command(person):
    made(person)
    answer = person.get("/report.html")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="handrail-report-20')
    assert answer.get_data(as_text=True).startswith("<!doctype html>") and b"proves nothing by itself" in answer.data


def test_while_it_runs_the_page_says_so(person):
    period = person.app.extensions["handrail"].period
    thread = period.start(lambda: time.sleep(0.5))
    text = person.get("/report").get_data(as_text=True)
    assert "The journal is being read" in text and 'data-live="check"' in text and re.search(r"<button[^>]* disabled>", text)
    thread.join()


def test_a_problem_is_shown(person):
    def fail():
        raise OSError("the journal is gone")

    period = person.app.extensions["handrail"].period
    period.start(fail).join()
    text = person.get("/report").get_data(as_text=True)
    assert "could not be made" in text and "the journal is gone" in text


@pytest.mark.parametrize(("first", "last"), [("", ""), ("2026-03-02", ""), ("2026-03-02", "2026-03-01"), ("2026-02-30", "2026-03-01"), ("x", "y"), ("2026-03-01", "9999-12-31")])
def test_what_is_no_period(person, first, last):
    assert person.post("/report", {"first": first, "last": last}).status_code == 400
    assert person.get(f"/report?first={first}&last={last}").status_code == 400


def test_it_is_made_by_a_form_of_this_page_only(person):
    today = str(datetime.date.today())
    assert person.post("/report", {"first": today, "last": today}, csrf="wrong").status_code == 403


@pytest.mark.parametrize("path", ["/report", "/report.html"])
def test_it_is_for_who_is_logged_in(visitor, path):
    assert visitor.get(path).status_code in (302, 303, 401)


def test_days_are_whole():
    span = Span(datetime.date(2026, 2, 28), datetime.date(2026, 2, 28))
    assert span.bounds == ("2026-02-28T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z")
    assert place("local/device/3/17") == "/events/3/17"
