"""The cap on live streams."""

from __future__ import annotations

from web.streams import Streams


def test_places_are_taken_and_given_back():
    streams = Streams(2)
    assert streams.enter() and streams.enter() and not streams.enter()
    streams.leave()
    assert streams.enter()


def test_no_places_at_all():
    streams = Streams(0)
    assert not streams.enter()
    streams.leave()
