"""A session as a document to print or keep: every step, every decision, and where the record can be checked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template

from sensor.store.queries import record, sessions
from sensor.store.queries.sessions import SessionRow, Step
from web import evidence, protection
from web.site import index, site

pages = Blueprint("report", __name__)

# A document of more steps is not read by anybody; the export has all of them.
MAX_STEPS = 5_000


@pages.get("/sessions/<int(max=9007199254740991):first>/report")
def show(first: int) -> str:
    """The document."""
    session = sessions.find(index(), first)
    if session is None:
        abort(404, f"No session begins with entry {first}.")
    steps, is_whole = collect(session)
    return render_template("report.html", session=session, steps=steps, is_whole=is_whole, children=sessions.children(index(), session), **_ends(steps))


def collect(session: SessionRow) -> tuple[tuple[Step, ...], bool]:
    """Its steps in order, at most MAX_STEPS, and whether that is all of them."""
    steps: list[Step] = []
    after = -1
    while len(steps) <= MAX_STEPS:
        found = sessions.timeline(index(), session, after=after)
        steps += found.steps
        if not found.after:
            break
        after = found.after
    return tuple(steps[:MAX_STEPS]), len(steps) <= MAX_STEPS


def _ends(steps: tuple[Step, ...]) -> dict[str, Any]:
    """Hashes of the first and the last entry, the state of the chain, and the pin."""
    config = site().config
    return {
        "opening": evidence.read(config, steps[0].event) if steps else evidence.Proof(),
        "closing": evidence.read(config, steps[-1].result or steps[-1].event) if steps else evidence.Proof(),
        "state": record.state(index()), "published": protection.published(config),
    }
