"""The same data for programs. Bodies are JSON only; changes need the login's CSRF token in `X-CSRF-Token`."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, abort, request

from sensor.model.calls import Value
from sensor.model.moments import moment, moments_told
from sensor.store.queries import counters, events, record, sessions
from web import agents, evidence, posture, protection
from web.events import read_cursor, read_filter
from web.quarantine import ANSWERS, MAX_REASON, SCOPES, signature
from web.record import journal
from web.rules import RULE_ID, fired, only_played
from web.sensor_link import Decision
from web.sessions import read_session_filter
from web.site import index, site

pages = Blueprint("api", __name__, url_prefix="/api/v1")

SCHEMA_VERSION = 1


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """Body of approve and reject."""

    reason: str = ""
    scope: str = "once"


@pages.get("/events")
def list_events() -> Response:
    """A page of events; the same parameters as the page."""
    found = events.page(index(), read_filter(), read_cursor())
    return answer({"events": found.events, "older": found.older, "newer": found.newer})


@pages.get("/events/<int(max=8191):log>/<int(max=1099511627775):seq>")
def one_event(log: int, seq: int) -> Response:
    """One event with its entry, hash and signature state."""
    event = events.find(index(), log, seq)
    if event is None:
        abort(404, f"There is no entry {seq} in log {log}.")
    proof = evidence.read(site().config, event)
    return answer({
        "event": event, "entry": proof.entry, "leaf": proof.leaf, "signature": proof.signature.value, "problem": proof.problem,
    })


@pages.get("/sessions")
def list_sessions() -> Response:
    """A page of sessions."""
    found = sessions.page(index(), read_session_filter(), before=read_cursor().before)
    return answer({"sessions": found.sessions, "older": found.older})


@pages.get("/sessions/<int(max=9007199254740991):first>")
def one_session(first: int) -> Response:
    """One session with a page of its timeline."""
    session = sessions.find(index(), first)
    if session is None:
        abort(404, f"No session begins with entry {first}.")
    steps = sessions.timeline(index(), session, read_filter(), read_cursor().after or -1)
    return answer({"session": session, "worst": session.worst, "steps": steps.steps, "after": steps.after})


@pages.get("/agents")
def list_agents() -> Response:
    """Agents with their coverage, rights and sessions."""
    found, facts = agents.everything()
    return answer({"agents": found, "problem": facts.access.problem or facts.problem})


@pages.get("/counters")
def list_counters() -> Response:
    """What was judged per minute of the last hour, per hour of the last day, per agent, without test calls, and how many of these the last day had."""
    now = site().now_us
    minutes, hours = counters.per_minute(index(), now), counters.per_hour(index(), now)
    return answer({
        "minutes": [{**msgspec.to_builtins(slot), "start": moment(slot.start)} for slot in minutes],
        "hours": [{**msgspec.to_builtins(slot), "start": moment(slot.start)} for slot in hours],
        "agents": [{**msgspec.to_builtins(row), "last": moment(row.last)} for row in counters.agents(index(), now)],
        "test_calls": counters.test_calls(index(), now),
    })


@pages.get("/quarantine")
def list_quarantine() -> Response:
    """Held calls as the sensor knows them."""
    waiting = site().sensor.held()
    return answer({"calls": waiting.calls, "problem": waiting.problem})


@pages.get("/quarantine/<call_id>")
def one_held(call_id: str) -> Response:
    """One held call."""
    found = next((call for call in site().sensor.held().calls if call.id == call_id), None)
    if found is None:
        abort(404, "No held call has this id.")
    return answer({"call": found})


@pages.post("/quarantine/<call_id>/<verb>")
def decide(call_id: str, verb: str) -> Response:
    """Approve or reject."""
    if verb not in ANSWERS:
        abort(404)
    try:
        body = msgspec.json.decode(request.get_data() or b"{}", type=Answer)
    except msgspec.MsgspecError as error:
        abort(400, str(error))
    if body.scope not in SCOPES:
        abort(400, "The scope is once or session.")
    site().sensor.decide(Decision(
        id=call_id, approve=verb == "approve", by=signature(), reason=body.reason[:MAX_REASON], scope=body.scope,
    ))
    return answer({"id": call_id, "done": verb})


@pages.get("/rules")
def list_rules() -> Response:
    """Loaded rules with their matches of the last seven days; `test_calls` = these are of test calls, there was no work yet."""
    known = site().sensor.rules()
    counts = fired()
    return answer({"rules": [{**rule, "n": counts.get(str(rule.get("id")), 0)} for rule in known.rules], "test_calls": only_played(), "problem": known.problem})


@pages.get("/rules/<rule_id>")
def one_rule(rule_id: str) -> Response:
    """One rule."""
    if not RULE_ID.match(rule_id):
        abort(404, "No rule has this id.")
    return answer({"rule": site().sensor.rule(rule_id), "n": fired().get(rule_id, 0)})


@pages.get("/posture")
def last_audit() -> Response:
    """The last audit of the deployment, and what of it is accepted now."""
    page = posture.standing()
    if page is None:
        return answer({"audit": None, "accepted": [], "settled": True})
    return answer({"audit": page.last, "accepted": [one.key for one, _ in page.accepted], "settled": page.is_settled})


@pages.get("/log")
def log_state() -> Response:
    """How far the index is, and the sensor's status."""
    state = record.state(index())
    return answer({"index": state, "journal": journal(state), "published": protection.published(site().config), "sensor": site().sensor.status()})


def answer(value: dict[str, Any] | Value) -> Response:
    """The value with the version of this schema, and each time as text."""
    return Response(msgspec.json.encode({"schema_version": SCHEMA_VERSION, **moments_told(msgspec.to_builtins(value))}), mimetype="application/json")
