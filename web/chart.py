"""The stacked bar chart, drawn by the server as numbers for inline SVG; it needs no script and no style attribute."""

from __future__ import annotations

from sensor.model.calls import Value
from sensor.model.verdicts import VERDICT_WORDS
from sensor.store.queries.counters import ByVerdict, Slot
from web import render

WIDTH, HEIGHT = 720, 160
GAP = 2
MINUTE_US = 60_000_000
TICK_MINUTES = 15
CLEAR_OF_NOW = 5
# A blocked call among thousands of clean ones must still be seen.
LEAST = 4
# From the bottom of a bar to its top.


class Part(Value):
    """One rectangle."""

    verdict: str
    n: int
    x: float
    y: float
    width: float
    height: float


class Bar(Value):
    """One slot; `at` is its time in words."""

    x: float
    width: float
    at: str
    parts: tuple[Part, ...]


class Tick(Value):
    """A label below the chart at a share of its width; `anchor` is SVG's text-anchor."""

    percent: float
    text: str
    anchor: str = "middle"


class Chart(Value):
    """Everything the template draws. The scale goes from 0 over `middle` to `top`."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    top: int
    middle: int
    total: ByVerdict
    label: str


def draw(slots: tuple[Slot, ...], total: ByVerdict, unit: str) -> Chart:
    """Lay the slots out. `unit` names one slot: "minute"."""
    top = nice_top(max((slot.counts.total for slot in slots), default=0))
    step = WIDTH / max(1, len(slots))
    bars = tuple(
        Bar(
            x=round(number * step, 2), width=round(step, 2), at=f"{render.clock(slot.start)[:5]} UTC",
            parts=_stack(slot.counts, top, round(number * step + GAP / 2, 2), round(step - GAP, 2)),
        )
        for number, slot in enumerate(slots)
    )
    return Chart(bars=bars, ticks=ticks(slots), top=top, middle=top // 2, total=total, label=f"Judged per {unit}, last {len(slots)} {unit}s: {in_words(total)}")


def ticks(slots: tuple[Slot, ...]) -> tuple[Tick, ...]:
    """Every quarter of an hour, and "now" at the end; what would touch "now" is left out."""
    found = [
        Tick(percent=round(100 * number / len(slots), 2), text=render.clock(slot.start)[:5], anchor="middle" if number > 1 else "start")
        for number, slot in enumerate(slots) if slot.start // MINUTE_US % TICK_MINUTES == 0 and number < len(slots) - CLEAR_OF_NOW
    ]
    return (*found, Tick(percent=100, text="now", anchor="end"))


def nice_top(highest: int) -> int:
    """The end of the scale at or above `highest`: 4, 10, 20, 40, 50, 100, ... so that its middle is a whole number of calls, too."""
    if highest <= 4:
        return 4
    size = 10
    while True:
        for factor in (1, 2, 4, 5):
            if factor * size >= highest:
                return factor * size
        size *= 10


def in_words(counts: ByVerdict) -> str:
    """"12 clean, 1 block"."""
    words = [f"{getattr(counts, verdict):,} {verdict}" for verdict in VERDICT_WORDS if getattr(counts, verdict)]
    return ", ".join(words) or "no calls"


def _stack(counts: ByVerdict, top: int, x: float, width: float) -> tuple[Part, ...]:
    heights = {
        verdict: max(LEAST if verdict != "clean" else 1.5, number / top * HEIGHT)
        for verdict in VERDICT_WORDS if (number := getattr(counts, verdict))
    }
    if "clean" in heights:
        # Clean calls make room: rounding up the few others must not push a bar over the top.
        heights["clean"] = max(0.0, min(heights["clean"], HEIGHT - sum(heights.values()) + heights["clean"]))
    parts, bottom = [], float(HEIGHT)
    for verdict, wanted in heights.items():
        height = min(wanted, bottom)
        bottom -= height
        parts.append(Part(verdict=verdict, n=getattr(counts, verdict), x=x, y=round(bottom, 2), width=width, height=round(height, 2)))
    return tuple(parts)
