"""What every page of one dashboard shares, and the index connection of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import current_app, g

from sensor.export.period import PeriodReport
from sensor.store.reading import Index, open_index
from web.config import WebConfig
from web.connections import Connections
from web.logins import Logins
from web.making import Making
from web.sensor_link import SensorLink
from web.streams import Streams
from web.verification import Verification


class Site(msgspec.Struct, frozen=True):
    """The parts of one dashboard; built by `create_app`. `now` gives Unix seconds."""

    config: WebConfig
    logins: Logins
    sensor: SensorLink
    streams: Streams
    verification: Verification
    period: Making[PeriodReport]
    connections: Connections
    now: Callable[[], float]

    @property
    def now_us(self) -> int:
        return int(self.now() * 1_000_000)


def site() -> Site:
    """The dashboard that serves this request."""
    found: Any = current_app.extensions["handrail"]
    assert isinstance(found, Site)
    return found


def index() -> Index:
    """The index connection of this request, opened at first use. Raises IndexMissing."""
    if "index" not in g:
        g.index = open_index(site().config.index)
    return g.index  # type: ignore[no-any-return]


def close_index(error: BaseException | None) -> None:
    """Close it at the end of the request."""
    opened: Index | None = g.pop("index", None)
    if opened is not None:
        opened.close()
