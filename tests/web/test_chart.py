"""The chart's geometry."""

from __future__ import annotations

import itertools

import pytest

from sensor.store.queries.counters import ByVerdict, Slot
from web import chart


def test_bars_stack_from_the_bottom_and_stay_inside():
    slots = tuple(Slot(start=n * 60_000_000, counts=ByVerdict(clean=n * 10, flag=n % 2, block=n % 3)) for n in range(60))
    drawn = chart.draw(slots, ByVerdict(clean=5), "minute")
    assert len(drawn.bars) == 60 and drawn.top == 1000
    for bar in drawn.bars:
        for lower, upper in zip(bar.parts, bar.parts[1:], strict=False):
            assert upper.y + upper.height == pytest.approx(lower.y, abs=0.02)
        assert all(part.y >= 0 and part.y + part.height <= chart.HEIGHT + 0.01 and part.x >= 0 and part.x + part.width <= chart.WIDTH for part in bar.parts)


def test_one_block_among_thousands_is_seen():
    drawn = chart.draw((Slot(start=0, counts=ByVerdict(clean=9_999, block=1)),), ByVerdict(), "minute")
    assert drawn.bars[0].parts[-1].verdict == "block" and drawn.bars[0].parts[-1].height >= chart.LEAST


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (4, 4), (5, 10), (10, 10), (11, 20), (36, 40), (43, 50), (51, 100), (101, 200), (1000, 1000)])
def test_the_scale_ends_at_a_round_number(highest, top):
    assert chart.nice_top(highest) == top and top % 2 == 0, "half a call is no mark of a scale"


def test_an_empty_hour_is_no_bars_and_words():
    drawn = chart.draw((), ByVerdict(), "minute")
    assert drawn.bars == () and "no calls" in drawn.label


def test_ticks_are_quarters_of_an_hour_and_now():
    slots = tuple(Slot(start=(1000 + n) * 60_000_000, counts=ByVerdict()) for n in range(60))
    ticks = chart.ticks(slots)
    assert [tick.text for tick in ticks] == ["16:45", "17:00", "17:15", "17:30", "now"] and ticks[-1].percent == 100
    assert all(a.percent < b.percent for a, b in itertools.pairwise(ticks))


def test_parts_carry_their_number_for_the_tooltip():
    drawn = chart.draw((Slot(start=0, counts=ByVerdict(clean=9_999, block=1)),), ByVerdict(), "minute")
    assert [(part.verdict, part.n) for part in drawn.bars[0].parts] == [("clean", 9_999), ("block", 1)] and drawn.bars[0].at == "00:00 UTC"
