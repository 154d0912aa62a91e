"""What every engine of patterns offers."""

from __future__ import annotations

import pytest

from sensor.patterns.engines import HyperscanEngine, Re2Engine, ReEngine
from sensor.patterns.literals import LiteralEngine

PATTERNS = [r"curl\s+-o", r"\brm\s+-rf\b", r"git\s+push"]


@pytest.mark.parametrize("make", [HyperscanEngine, Re2Engine, ReEngine, LiteralEngine])
@pytest.mark.parametrize(("text", "found"), [(b"rm -rf x; curl -o y", [0, 1]), (b"git  push", [2]), (b"git pull", []), (b"", [])])
def test_engines_tell_the_same_numbers_in_each_way(make, text, found):
    engine = make(PATTERNS)
    assert sorted(engine.numbers(text)) == [number for number, _ in engine.scan(text)] == found
    assert set(found) <= set(engine.candidates(text))
