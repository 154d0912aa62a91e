"""What looks for patterns until their database is compiled; that it finds the same is in `test_engines`."""

from __future__ import annotations

import threading

import pytest

from sensor.patterns import engines
from sensor.patterns.literals import LiteralEngine

pytestmark = pytest.mark.skipif(engines.available()[:2] != ("hyperscan", "re2"), reason="it needs both engines")
PATTERNS = (r"(?i)curl\b.{0,20}\bsecret", r"[0-9]{4}", "other")


def test_only_patterns_of_which_all_words_are_there_are_tried():
    engine = LiteralEngine(PATTERNS)
    asked = [engine._possible(data) for data in (b"", b"a secret", b"CURL", b"Secret curl", b"another curl")]
    assert asked == [[1], [1], [1], [0, 1], [1, 2]]


def test_a_hit_tells_its_end():
    assert LiteralEngine(PATTERNS).scan(b"-- curl a secret 12345") == [(0, 16), (1, 21)]
    assert LiteralEngine(()).scan(b"curl") == LiteralEngine(["[0-9]"]).scan(b"curl") == []


def test_every_thread_can_scan():
    engine, found = LiteralEngine(PATTERNS), []
    threads = [threading.Thread(target=lambda: found.append(engine.scan(b"other"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(2, 5)]] * 4
