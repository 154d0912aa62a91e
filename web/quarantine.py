"""Quarantine: calls that wait for a person, the answer to one of them, and past answers."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sensor.access.risk import RULE as RISK
from sensor.model.held import Held
from sensor.store.queries import events, record
from sensor.store.reading import IndexMissing
from web.events import read_cursor
from web.render import SECOND_US
from web.sensor_link import Decision
from web.site import index, site

pages = Blueprint("quarantine", __name__)

ANSWERS = ("approve", "reject")
SCOPES = ("once", "session")
MAX_REASON = 500
DAYS = (1, 7, 30, 90)


@pages.get("/quarantine")
def show() -> str:
    """What waits, with the real call, and what was decided before."""
    waiting = site().sensor.held()
    pending = waiting.pending
    refused = tuple(call for call in waiting.calls if call.state == "rejected" and call.expires * SECOND_US > site().now_us)
    open_ones = tuple(call for call in waiting.calls if call.state == "approved")
    try:
        past = record.decisions(index(), read_cursor().before)
        newest = events.newest_id(index())
        entries = record.held_calls(index(), tuple(call.id for call in (*pending, *open_ones, *refused)))
    except IndexMissing:
        past, entries, newest = (), {}, 0  # a person must be able to answer while the index is made anew
    return render_template(
        "quarantine.html", waiting=waiting, known={call.id: call for call in waiting.calls}, pending=pending, approved=open_ones, past=past,
        refused=refused, entries=entries, newest=newest,
        done=request.args.get("done", ""),
    )


@pages.get("/quarantine/<call_id>")
def one(call_id: str) -> str:
    """One held call, whatever became of it: where a notification leads."""
    call = _find(call_id)
    try:
        entries = record.held_calls(index(), (call.id,))
    except IndexMissing:
        entries = {}
    return render_template("held.html", call=call, entries=entries)


@pages.get("/quarantine/<call_id>/<answer>")
def confirm(call_id: str, answer: str) -> str:
    """Show the call once more in full, with the one button that decides."""
    call = _find(call_id)
    if answer not in ANSWERS:
        abort(404)
    if call.state != "pending" and (answer, call.state) != ("approve", "rejected"):
        abort(409, f"This call is {call.state}; nothing is left to decide.")
    return render_template("confirm.html", call=call, answer=answer, scopes=SCOPES)


@pages.post("/quarantine/<call_id>/<answer>")
def decide(call_id: str, answer: str) -> Response:
    """Pass the person's answer to the sensor."""
    call = _find(call_id)
    if answer not in ANSWERS:
        abort(404)
    scope = request.form.get("scope", "once")
    if scope not in SCOPES:
        abort(400, "The scope is once or session.")
    here = site()
    here.sensor.decide(Decision(
        id=call.id, approve=answer == "approve", by=signature(), reason=request.form.get("reason", "").strip()[:MAX_REASON], scope=scope,
    ))
    return redirect(url_for("quarantine.show", done=answer), 303)


@pages.get("/quarantine/<call_id>/allow")
def confirm_allowance(call_id: str) -> str:
    """Show the call once more, and ask for how long and why."""
    return render_template("allow.html", call=_allowable(call_id), days=DAYS)


@pages.post("/quarantine/<call_id>/allow")
def allow(call_id: str) -> Response:
    """Ask the sensor to let exactly this call pass in its folder for some days."""
    call, days, reason = _allowable(call_id), request.form.get("days", ""), request.form.get("reason", "").strip()[:MAX_REASON]
    if days not in map(str, DAYS):
        abort(400, "The days are one of those offered.")
    if not reason:
        abort(400, "An allowance needs a reason.")
    site().sensor.change("quarantine.allow", id=call.id, days=int(days), reason=reason, by=signature())
    return redirect(url_for("quarantine.show", done="allow"), 303)


@pages.post("/quarantine/allowances/<name>/revoke")
def revoke(name: str) -> Response:
    """Take an allowance back."""
    if name not in {one.id for one in site().sensor.held().allowances}:
        abort(404, "No allowance has this id.")
    site().sensor.change("quarantine.revoke", id=name, by=signature())
    return redirect(url_for("quarantine.show", done="revoke"), 303)


def signature() -> str:
    """How a decision made here is signed in the log."""
    return f"{site().config.user} (dashboard)"


def _allowable(call_id: str) -> Held:
    call = _find(call_id)
    if call.state not in ("pending", "expired"):
        abort(409, f"This call is {call.state}; nothing is left to decide.")
    if call.rule == RISK:
        abort(409, "It is held for what its session did before, so it is asked about each time. Clear the risk of the session instead.")
    return call


def _find(call_id: str) -> Held:
    waiting = site().sensor.held()
    if waiting.problem:
        abort(503, waiting.problem)
    found = next((call for call in waiting.calls if call.id == call_id), None)
    if found is None:
        abort(404, "No held call has this id.")
    return found
