"""The report of a period on a page: `handrail report`, made in the background, to read, print or keep."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sensor.export.period import PeriodReport, make_report
from sensor.export.period_page import FIGURES, LISTS, NOT_WORK, UNVERIFIED, render_period
from sensor.export.records import Selection, read_records
from sensor.model.calls import Value
from web.config import WebConfig
from web.site import site
from web.verification import verify_whole

pages = Blueprint("period", __name__)

DAYS = 30
# The long list of rules comes last, so that the columns end nearly together.
SHORT_FIRST = tuple(sorted(FIGURES, key=lambda figure: figure[1] == "rules"))
SPANS = (("7 days", 7), ("30 days", 30), ("90 days", 90))


class Span(Value, frozen=True):
    """Whole days, UTC; both count."""

    first: datetime.date
    last: datetime.date

    @property
    def bounds(self) -> tuple[str, str]:
        """Stamps: from the beginning of the first day to the end of the last."""
        return (f"{self.first.isoformat()}T00:00:00.000000Z", f"{(self.last + datetime.timedelta(days=1)).isoformat()}T00:00:00.000000Z")


@pages.get("/report")
def show() -> str:
    """The form, and the report that was made last."""
    today, made = _today(), site().period.made
    shown = Span(today - datetime.timedelta(days=DAYS - 1), today)
    if made.report is not None:
        shown = Span(datetime.date.fromisoformat(made.report.since[:10]), datetime.date.fromisoformat(made.report.until[:10]) - datetime.timedelta(days=1))
    asked = parse_span(request.args["first"], request.args.get("last", "")) if "first" in request.args else shown
    spans = [(name, today - datetime.timedelta(days=days - 1), today) for name, days in SPANS]
    sensor, absent = site().sensor, [title for title, name in (*SHORT_FIRST, *LISTS) if made.report is not None and not getattr(made.report, name)]
    return render_template("period.html", made=made, names=sensor.rule_names(sensor.status()) if made.report else {}, not_work=NOT_WORK,
                           ended=shown.last, spans=spans, asked=asked, figures=SHORT_FIRST, lists=LISTS, absent=absent, place=place, unverified=UNVERIFIED)


@pages.post("/report")
def make() -> AnyResponse:
    """Begin a report; the page shows how it goes."""
    span, verifying = parse_span(request.form.get("first", ""), request.form.get("last", "")), bool(request.form.get("verify"))
    config, now = site().config, site().now
    site().period.start(lambda: make_period(config, now, span, verifying))
    return redirect(url_for("period.show", first=span.first, last=span.last), 303)


@pages.get("/report.html")
def keep() -> Response:
    """The report that was made last, as the file that `handrail report` writes."""
    report = site().period.made.report
    if report is None:
        abort(404, "No report was made since the dashboard started.")
    name = f"handrail-report-{report.since[:10]}-{report.last_ts[:10] or report.since[:10]}.html"
    return Response(render_period(report), mimetype="text/html", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def make_period(config: WebConfig, now: Callable[[], float], span: Span, verifying: bool) -> PeriodReport:
    """Read the journal. Raises HandrailError, OSError."""
    moment = datetime.datetime.fromtimestamp(now(), datetime.timezone.utc)
    checked = verify_whole(config, now) if verifying else None
    since, until = span.bounds
    return make_report(read_records(config.log, Selection(since=since, until=until)), span.bounds, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), checked)


def parse_span(first: str, last: str) -> Span:
    """Two dates (YYYY-MM-DD) in order; answers 400 to anything else."""
    try:
        span = Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
        end = span.last + datetime.timedelta(days=1)
    except (ValueError, OverflowError):
        abort(400, "The report needs two dates, such as 2026-03-01 and 2026-03-31.")
    if span.first >= end:
        abort(400, "The first day of the report comes after the last.")
    return span


def place(entry: str) -> str:
    """Address of the page of an entry that a report names `<org>/<device>/<log>/<seq>`."""
    log, seq = entry.split("/")[-2:]
    return f"/events/{log}/{seq}"


def _today() -> datetime.date:
    return datetime.datetime.fromtimestamp(site().now(), datetime.timezone.utc).date()
