"""Sessions: the list, and one session as a vertical timeline."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sensor.access.risk import step_of
from sensor.store.queries import events, sessions
from sensor.store.queries.events import EventFilter
from sensor.store.queries.sessions import SessionFilter
from sensor.store.tables import seq_of
from web.events import MAX_TEXT, TOOLS, VERDICTS, known_agents, read_cursor, read_filter
from web.site import index, site

pages = Blueprint("sessions", __name__)

STEPS_BEFORE = 40
ORIGINS = (("work", "no test calls"), ("test", "test calls only"))


@pages.get("/sessions")
def show() -> str:
    """Sessions, last active first."""
    wanted, cursor = read_session_filter(), read_cursor()
    here = {name: value for name in SessionFilter.__struct_fields__ if (value := getattr(wanted, name))}
    found = sessions.page(index(), wanted, before=cursor.before)
    return render_template(
        "sessions.html", page=found, wanted=wanted, chosen=here, verdicts=VERDICTS, origins=ORIGINS, agents=known_agents(), first_page=not cursor.before,
        newest=url_for("sessions.show", **here), older=url_for("sessions.show", before=found.older, **here), json=url_for("api.list_sessions", **here),
    )


def read_session_filter() -> SessionFilter:
    """The filter in the address; unknown words find nothing rather than everything."""
    return SessionFilter(**{name: request.args.get(name, "").strip()[:MAX_TEXT] for name in SessionFilter.__struct_fields__})


@pages.get("/sessions/<int(max=9007199254740991):first>")
def detail(first: int) -> str:
    """The timeline of one session."""
    session = sessions.find(index(), first)
    if session is None:
        abort(404, f"No session begins with entry {first}.")
    given = read_filter()
    verdict = given.verdict if given.verdict in VERDICTS else ""
    wanted = EventFilter(verdict=verdict, tool=given.tool if given.tool in TOOLS else "")
    after = read_cursor().after
    risk = site().sensor.risk(session.agent, session.session)
    return render_template(
        "session.html", session=session, children=sessions.children(index(), session), wanted=wanted, continued=bool(after),
        newest=events.newest_id(index()), timeline=sessions.timeline(index(), session, wanted, after or -1), verdicts=VERDICTS, tools=TOOLS,
        risk=risk, raises={term.step: term for term in risk.terms if term.step} if risk else {}, step_of=step_of,
    )


@pages.get("/sessions/named")
def named() -> Response:
    """From the name that an agent gives a session (`?session=`) to its page, and there to an entry (`?after=` its id)."""
    found = sessions.named(index(), request.args.get("session", ""), request.args.get("agent", ""))
    if not found:
        abort(404, "No session has this name.")
    session, entry = found[-1], read_cursor().after
    if not entry:
        return redirect(url_for("sessions.detail", first=session.first), 303)
    # Some steps before it too, and the whole session where one page holds it.
    after = entry - STEPS_BEFORE if session.entries > sessions.STEP_LIMIT and entry - STEPS_BEFORE > session.first else None
    return redirect(url_for("sessions.detail", first=session.first, after=after, _anchor=f"e{seq_of(entry)}"), 303)
