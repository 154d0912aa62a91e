"""The stacked bar chart, drawn by the server as numbers for inline SVG; it needs no script and no style attribute."""

from __future__ import annotations

from sensor.model.calls import Value
from sensor.store.queries.counters import ByVerdict, Slot
from web import render

WIDTH, HEIGHT = 720, 160
GAP = 2
# A blocked call among thousands of clean ones must still be seen.
LEAST = 4
# From the bottom of a bar to its top.
ORDER = ("clean", "flag", "quarantine", "block")


class Part(Value):
    """One rectangle."""

    verdict: str
    x: float
    y: float
    width: float
    height: float


class Bar(Value):
    """One slot; `label` says it in words."""

    x: float
    width: float
    label: str
    parts: tuple[Part, ...]


class Chart(Value):
    """Everything the template draws. `ticks` are (share of the width in percent, text)."""

    bars: tuple[Bar, ...]
    top: int
    total: ByVerdict
    label: str


def draw(slots: tuple[Slot, ...], total: ByVerdict, unit: str) -> Chart:
    """Lay the slots out. `unit` names one slot: "minute"."""
    top = nice_top(max((slot.counts.total for slot in slots), default=0))
    step = WIDTH / max(1, len(slots))
    bars = tuple(
        Bar(
            x=round(number * step, 2), width=round(step, 2), label=f"{render.clock(slot.start)[:5]} UTC: {in_words(slot.counts)}",
            parts=_stack(slot.counts, top, round(number * step + GAP / 2, 2), round(step - GAP, 2)),
        )
        for number, slot in enumerate(slots)
    )
    return Chart(bars=bars, top=top, total=total, label=f"Calls per {unit}, last {len(slots)} {unit}s: {in_words(total)}")


def nice_top(highest: int) -> int:
    """The end of the scale: 1, 2, 5, 10, 20, 50, ... at or above `highest`."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size >= max(highest, 5):
                return factor * size
        size *= 10


def in_words(counts: ByVerdict) -> str:
    """"12 clean, 1 block"."""
    words = [f"{getattr(counts, verdict):,} {verdict}" for verdict in ORDER if getattr(counts, verdict)]
    return ", ".join(words) or "no calls"


def _stack(counts: ByVerdict, top: int, x: float, width: float) -> tuple[Part, ...]:
    heights = {
        verdict: max(LEAST if verdict != "clean" else 1.5, number / top * HEIGHT)
        for verdict in ORDER if (number := getattr(counts, verdict))
    }
    if "clean" in heights:
        # Clean calls make room: rounding up the few others must not push a bar over the top.
        heights["clean"] = max(0.0, min(heights["clean"], HEIGHT - sum(heights.values()) + heights["clean"]))
    parts, bottom = [], float(HEIGHT)
    for verdict, wanted in heights.items():
        height = min(wanted, bottom)
        bottom -= height
        parts.append(Part(verdict=verdict, x=x, y=round(bottom, 2), width=width, height=round(height, 2)))
    return tuple(parts)
