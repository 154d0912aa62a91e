"""Hints wait once each, those nobody wants not at all, dropped events always."""

from __future__ import annotations

import threading
import time

from sensor.watching.eyes import ABSENCE, CONTENT, DROPPED, Hint
from sensor.watching.inbox import Inbox


def test_the_latest_about_a_name_counts():
    inbox = Inbox()
    for what in (CONTENT, CONTENT, ABSENCE):
        inbox.tell(Hint(folder="/a", name="x", what=what))
    assert inbox.take(0) == (Hint(folder="/a", name="x", what=ABSENCE),) and inbox.take(0) == ()


def test_what_is_not_wanted_does_not_wait_but_dropped_events_do():
    inbox = Inbox()
    inbox.is_wanted = lambda hint: False
    inbox.tell(Hint(folder="/a", name="x", what=CONTENT))
    inbox.tell(Hint(folder="", name="", what=DROPPED))
    assert [hint.what for hint in inbox.take(0)] == [DROPPED]


def test_a_wait_ends_with_a_hint_or_when_it_is_woken():
    inbox = Inbox()
    for tell in (lambda: inbox.tell(Hint(folder="/a", name="x", what=CONTENT)), inbox.wake):
        began = time.monotonic()
        threading.Timer(0.05, tell).start()
        inbox.take(10)
        assert time.monotonic() - began < 5
