"""The first page: what happened today, what waits for a person, who is at work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from sensor.store.queries import counters, events, record
from web import chart, protection
from web.record import journal
from web.site import index, site

pages = Blueprint("overview", __name__)


@pages.get("/")
def show() -> str:
    """The whole page."""
    return render_template("overview.html", **facts())


@pages.get("/fragment/overview")
def fragment() -> str:
    """The part that changes, for the live update."""
    return render_template("_overview.html", **facts())


def facts() -> dict[str, Any]:
    """Everything the page shows."""
    here, now = site(), site().now_us
    day, test_calls = counters.total(counters.per_hour(index(), now, 24)), counters.test_calls(index(), now)
    played = counters.only_played(index(), now)
    minutes = counters.per_minute(index(), now, played=played)
    status, agents, state = here.sensor.status(), counters.agents(index(), now, played=played), record.state(index())
    sources = protection.Sources(
        status=status, record=state, behind=journal(state).behind, agents=() if played else agents, published=protection.published(here.config), now_us=now,
        connections=here.connections.all(),
    )
    return {
        "protection": protection.assess(here.config, sources),
        "connected": [one.agent for one in sources.connections if one.stands],
        "status": status,
        "names": here.sensor.rule_names(status),
        "waiting": here.sensor.held(),
        "day": counters.total(counters.per_hour(index(), now, 24, played=True)) if played else day,
        "test_calls": test_calls,
        "only_played": played,
        "chart": chart.draw(minutes, counters.total(minutes), "minute"),
        "agents": agents,
        "rules": counters.rules_fired(index(), now, limit=8, played=played),
        "active": counters.active_sessions(index(), now, played=played),
        "notable": events.latest_findings(index(), 8, played=played),
        "newest": events.newest_id(index()),
        "record": state,
    }
