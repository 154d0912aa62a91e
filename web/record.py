"""Log: how far the record reaches, whether its chain holds, what happened to it, and what the sensor says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sensor.audit.journal.segments import list_logs, list_segments, segment_name
from sensor.audit.verifying.report import Anchor, VerifyReport
from sensor.model.calls import Value
from sensor.model.verdicts import Mode
from sensor.store.queries import record
from sensor.store.queries.record import IndexState
from web import protection
from web.quarantine import signature
from web.site import index, site

pages = Blueprint("record", __name__)


class JournalFacts(Value):
    """The journal on disk. `behind` are bytes written but not yet indexed."""

    log_no: int = -1
    segments: int = 0
    bytes: int = 0
    behind: int = 0


@pages.get("/log")
def show() -> str:
    """The whole page."""
    state, status = record.state(index()), site().sensor.status()
    return render_template(
        "log.html", state=state, journal=journal(state), status=status, status_rows=as_rows(status),
        verified=record.newest(index(), "verify_result"), housekeeping=record.housekeeping(index()),
        published=protection.published(site().config), check=site().verification.check, modes=[mode.value for mode in Mode], done=request.args.get("done", ""),
        newest_anchors=newest_anchors,
    )


@pages.post("/log/verify")
def verify() -> Response:
    """Begin the full check; the page shows how it goes."""
    site().verification.start()
    return redirect(url_for("record.show") + "#verification", 303)


@pages.post("/mode")
def set_mode() -> Response:
    """Ask the sensor to switch the mode; the switch is an entry of the log."""
    mode = request.form.get("mode", "")
    if mode not in {one.value for one in Mode}:
        abort(400, "The mode is observe or enforce.")
    site().sensor.set_mode(mode, signature())
    return redirect(url_for("record.show", done=mode), 303)


def newest_anchors(report: VerifyReport) -> tuple[Anchor, ...]:
    """The newest state that each anchor remembers, the newest first; timestamps of one authority are one anchor."""
    newest: dict[str, Anchor] = {}
    for anchor in sorted(report.anchors, key=lambda one: one.size):
        newest[anchor.name.rpartition(" at ")[0] or anchor.name] = anchor
    return tuple(sorted(newest.values(), key=lambda one: -one.size))


def journal(state: IndexState) -> JournalFacts:
    """Sizes of the newest log."""
    logs = list_logs(site().config.log)
    if not logs:
        return JournalFacts()
    sizes = [(segment, segment.path.stat().st_size) for segment in list_segments(logs[-1])]
    total = sum(size for _segment, size in sizes)
    place = segment_name(state.segment)
    before = sum(size for segment, size in sizes if segment.path.name < place)
    done = before + state.offset if int(logs[-1].name) == state.log_no else 0
    return JournalFacts(log_no=int(logs[-1].name), segments=len(sizes), bytes=total, behind=max(0, total - done))


DIGEST_SHOWN = 16

# What of the sensor's status is shown, in this order: its place in the answer, and the words for it.
STATUS_ROWS = (
    (("mode",), "Mode"), (("modes",), "Mode of agents"), (("version",), "Version"), (("pid",), "Process"), (("waiting",), "Calls in Quarantine"),
    (("rules", "count"), "Rules"), (("rules", "engine"), "Rule engine"), (("rules", "sha256"), "Rule set"), (("doors",), "Doors"),
    (("model", "state"), "Local model"), (("log", "origin"), "Log"), (("log", "durable"), "Entries on disk"),
    (("log", "lost"), "Entries lost"), (("answers",), "Answers since start"),
    (("problems",), "Problems"), (("alarm",), "Alarm"),
)


def as_rows(status: dict[str, Any]) -> list[tuple[str, str]]:
    """The sensor's facts about itself as (name, text) rows; what it does not say is left out."""
    rows = []
    for path, name in STATUS_ROWS:
        value: Any = status
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, dict):
            value = ", ".join(f"{key} {item}" for key, item in value.items())
        elif isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        if path[-1] == "sha256":
            value = str(value or "")[:DIGEST_SHOWN]
        if value not in (None, ""):
            rows.append((name, str(value)))
    return rows
