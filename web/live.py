"""Server-sent events: new entries as ready table rows. A stream holds a thread, so their number is capped.

While a stream is open the index is looked at twice a second; without one, never.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator

import msgspec
from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import ServiceUnavailable

from sensor.store.queries import events
from sensor.store.queries.events import Cursor, EventFilter
from sensor.store.reading import IndexMissing, open_index
from web.events import read_cursor, read_filter
from web.site import Site, site

pages = Blueprint("live", __name__)

LOOK_SECONDS = 0.5
BREATH_SECONDS = 10
LIFE_SECONDS = 600
ROWS = 50


class View(msgspec.Struct, frozen=True):
    """What one stream shows. `is_gone` tells whether its reader left."""

    here: Site
    wanted: EventFilter
    after: int
    render: Callable[[tuple[events.EventRow, ...]], str]
    is_gone: Callable[[], bool]


@pages.get("/live")
def stream() -> Response:
    """Rows of entries behind `after` that fit the filter, as they come. 503 when all places are taken."""
    here, wanted, cursor = site(), read_filter(), read_cursor()
    if not here.streams.enter():
        raise ServiceUnavailable("Too many live pages are open; this one asks now and then instead.", retry_after=10)
    template = current_app.jinja_env.get_template("_event_rows.html")
    view = View(
        here=here, wanted=wanted, after=cursor.after,
        render=lambda found: template.render(events=found, now_us=here.now_us),
        # Told by waitress; without it a closed page would hold its place until the next line is written.
        is_gone=request.environ.get("waitress.client_disconnected", lambda: False),
    )
    return Response(_Lines(here, _follow(view)), mimetype="text/event-stream")


@pages.get("/fragment/events")
def fragment() -> str:
    """The same rows for pages that get no stream."""
    here, wanted, cursor = site(), read_filter(), read_cursor()
    with open_index(here.config.index) as index:
        newest = events.newest_id(index)
        found = events.page(index, wanted, Cursor(after=cursor.after, limit=ROWS)) if cursor.after < newest else events.EventsPage(events=())
    return render_template("_event_rows.html", events=found.events)


class _Lines:
    """The body of one stream. `close` is called by the server whatever way the stream ends, even before it began."""

    def __init__(self, here: Site, lines: Generator[bytes, None, None]) -> None:
        self._here = here
        self._lines = lines
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        if self._open:
            self._open = False
            self._lines.close()
            self._here.streams.leave()


def _follow(view: View) -> Generator[bytes, None, None]:
    here, after = view.here, view.after
    yield b"retry: 3000\n\n"
    end = time.monotonic() + LIFE_SECONDS
    breath = time.monotonic() + BREATH_SECONDS
    while time.monotonic() < end and not here.streams.ending.wait(LOOK_SECONDS) and not view.is_gone():
        newest, found = _look(view, after)
        if newest > after:
            after = newest if len(found) < ROWS else found[0].id
            data = msgspec.json.encode({"id": after, "count": len(found), "html": view.render(found)})
            yield b"id: %d\nevent: rows\ndata: %b\n\n" % (after, data)
        elif time.monotonic() > breath:
            yield b": still here\n\n"
        else:
            continue
        breath = time.monotonic() + BREATH_SECONDS


def _look(view: View, after: int) -> tuple[int, tuple[events.EventRow, ...]]:
    """The newest id and up to ROWS entries that fit behind `after`, newest first."""
    try:
        with open_index(view.here.config.index) as index:
            newest = events.newest_id(index)
            if newest <= after:
                return newest, ()
            return newest, events.page(index, view.wanted, Cursor(after=max(after, 0), limit=ROWS)).events
    except IndexMissing:
        return -1, ()  # being rebuilt; it comes back under the same ids
