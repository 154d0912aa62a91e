"""Events: the list with filter, search and paging; one event with everything that is known about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from sensor.export.period import happened
from sensor.model.calls import ToolKind
from sensor.model.verdicts import VERDICT_WORDS
from sensor.store.queries import counters, events
from sensor.store.queries.events import FILES, NOTABLE, Cursor, EventFilter, EventsPage
from web import evidence
from web.site import index, site

pages = Blueprint("events", __name__)

MAX_TEXT = 200
FILTERS = EventFilter.__struct_fields__
VERDICTS = (NOTABLE, *reversed(VERDICT_WORDS))
TOOLS = tuple(kind.value for kind in ToolKind)
KINDS = (
    ("call", "calls"), (FILES, "file changes"), ("approval", "approvals"), ("config_change", "changes of settings"),
    ("reasoning", "reasoning"), ("assessment", "local model"), ("drop", "dropped events"),
)


@pages.get("/events")
def show() -> str:
    """A page of events under the filter in the address."""
    wanted, cursor = read_filter(), read_cursor()
    found = events.page(index(), wanted, cursor)
    return render_template(
        "events.html", page=found, wanted=wanted, verdicts=VERDICTS, tools=TOOLS, kinds=KINDS, chosen=chosen(wanted),
        agents=known_agents(),
        live=not (cursor.before or cursor.after), newest=events.newest_id(index()), links=links(found, wanted),
    )


@pages.get("/events/<int(max=8191):log>/<int(max=1099511627775):seq>")
def detail(log: int, seq: int) -> str:
    """One event: the call, its effects, what was found, why it was decided so, and its place in the chain."""
    event = events.find(index(), log, seq)
    if event is None:
        abort(404, f"There is no entry {seq} in log {log}.")
    others, proof = events.neighbours(index(), event), evidence.read(site().config, event)
    return render_template(
        "event.html", event=event, proof=proof, spans=evidence.spans(proof.entry) if proof.entry is not None else (),
        others=others, told=happened(proof.entry, "") if proof.entry is not None else None, reasoning=evidence.reasoning(site().config, others),
    )


@pages.get("/events/<int(max=8191):log>/<int(max=1099511627775):seq>.json")
def raw(log: int, seq: int) -> Response:
    """The canonical bytes of one entry, exactly as they are hashed and signed."""
    event = events.find(index(), log, seq)
    proof = evidence.read(site().config, event) if event is not None else None
    if proof is None or not proof.data:
        abort(404, f"There is no readable entry {seq} in log {log}.")
    return Response(proof.data, mimetype="application/json")


def known_agents() -> list[str]:
    """Who was seen in the last 30 days, for filters."""
    return [row.agent for row in counters.agents(index(), site().now_us, 24 * 30)]


def read_filter() -> EventFilter:
    """The filter in the address; unknown words find nothing rather than everything."""
    return EventFilter(**{name: request.args.get(name, "").strip()[:MAX_TEXT] for name in FILTERS})


def read_cursor() -> Cursor:
    """The place in the address. Aborts with 400 unless they are numbers."""
    numbers = {}
    for name in Cursor.__struct_fields__:
        text = request.args.get(name, "")
        if text and not (text.isascii() and text.isdigit() and len(text) < 17):
            abort(400, f"{name} must be a number.")
        if text:
            numbers[name] = int(text)
    return Cursor(**numbers)


def chosen(wanted: EventFilter) -> dict[str, Any]:
    """The filter as parameters of an address, without the empty ones."""
    return {name: value for name in FILTERS if (value := getattr(wanted, name))}


def links(page: EventsPage, wanted: EventFilter) -> dict[str, Any]:
    """Addresses of the neighbouring pages and of the same page as JSON."""
    here = chosen(wanted)
    return {
        "older": url_for("events.show", before=page.older, **here) if page.older else "",
        "newer": url_for("events.show", after=page.newer, **here) if page.newer else "",
        "newest": url_for("events.show", **here),
        "json": url_for("api.list_events", **here, before=request.args.get("before"), after=request.args.get("after")),
    }
