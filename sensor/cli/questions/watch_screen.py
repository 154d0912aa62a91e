"""What `handrail quarantine watch` shows and what its keys mean; knows nothing of terminals.

A call is approved only after a person chose it and its end was on the screen: what is hidden stands where nobody scrolls
to, and a key that comes late or repeats must not fall on a call that nobody has read.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import chop_cells, set_cell_size

from sensor.cli.output import fold, visible
from sensor.cli.questions.watch_questions import Dialogue, Wish, permission, refusal, second_yes
from sensor.model.held import PAST, Held
from sensor.model.names import TEST_CALL

KEYS = "a once  s session  A always  r reject  n note  j k space  ? help  q quit"
HELP = (
    "up, down, k, j   choose a call",
    "space, b         scroll a long call; it can be approved when its end was shown",
    "",
    "a                let it through once: the agent's next identical call passes",
    "s                let it through until its session ends",
    "A                always let exactly this call through in this folder, for some days",
    "r                refuse it",
    "n                refuse it, with a note for the agent",
    "",
    "?                this help",
    "q                quit",
)
LIST_SHARE = 3  # the list gets one third of the screen, and what the chosen call leaves free
LEAST_BELOW = 3
OURS = ("verdict", "why", "session", "asked", "agent")
SMALLEST = (20, 8)


class Line(NamedTuple):
    """One line of the screen. `style` is "", "bold", "dim", "warn", "good" or "chosen"."""

    text: str
    style: str = ""


class Screen:
    """The state behind the screen. The choice follows a call's id, not its place in the list, and ends with its call."""

    def __init__(self) -> None:
        self.calls: tuple[Held, ...] = ()
        self.message = Line("")
        self.dialogue: Dialogue | None = None
        self.helping = False
        self._chosen = ""
        self._scrolled = 0
        self._page = 1
        self._width = 0
        self._seen_to_the_end: set[str] = set()

    @property
    def chosen(self) -> Held | None:
        """The call that keys decide about."""
        return next((call for call in self.calls if call.id == self._chosen), None)

    def update(self, calls: tuple[Held, ...]) -> None:
        """Take over what waits now, newest first."""
        self.calls = calls
        if self._chosen and self.chosen is None:
            gone = self._chosen
            self._choose("")
            self.dialogue = None
            self.message = Line(f"{gone} no longer waits.", "dim")

    def type(self, key: str) -> Wish | None:
        """Give a key to the open dialogue; what it decided. Any key closes the help."""
        dialogue = self.dialogue
        if dialogue is None:
            self.helping = self.helping and not key
            return None
        dialogue.press(key)
        if dialogue.over:
            self.dialogue = None
        return dialogue.wish

    def key(self, name: str, today: datetime.date) -> Wish | None:
        """What a key does: moves, scrolls, opens a dialogue, or wishes a decision."""
        call = self.chosen
        if name == "help":
            self.helping = True
            return None
        if call is None:
            if name in ("up", "down") and self.calls:
                self._choose(self.calls[0].id)
            return None
        place = self.calls.index(call)
        if name in ("up", "down"):
            self._choose(self.calls[min(len(self.calls) - 1, max(0, place + (1 if name == "down" else -1)))].id)
        elif name in ("forward", "back"):
            self._scrolled = max(0, self._scrolled + (self._page if name == "forward" else -self._page))
        elif name == "reject":
            return Wish("quarantine.reject", {"id": call.id}, f"Rejected {call.id}.")
        elif name == "note":
            self.dialogue = refusal(call)
        elif name in ("once", "session", "always"):
            if call.id not in self._seen_to_the_end:
                self.message = Line("There is more of this call: scroll to its end with space, then approve.", "warn")
                return None
            if name == "always":
                self.dialogue = permission(call, today)
                return None
            until = "once" if name == "once" else "until the session ends"
            wish = Wish("quarantine.approve", {"id": call.id, "scope": name}, f"Approved {call.id}: the agent's next identical call passes {until}.")
            if not call.critical:
                return wish
            self.dialogue = second_yes(call, wish)
        return None

    def lines(self, width: int, height: int, now: float) -> list[Line]:
        """The whole screen, `height` lines of at most `width` cells. Nothing counts as read in a window that is too small."""
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return [Line(set_cell_size("Make the window larger.", width).rstrip(), "warn")] if width > 0 and height > 0 else []
        if width != self._width:  # the lines break elsewhere now: what was read of the call is not known any more
            self._width, self._scrolled = width, 0
            self._seen_to_the_end.clear()
        count = len(self.calls)
        head = Line(f"Handrail: {count} call{'' if count == 1 else 's'} wait{'s' if count == 1 else ''} for you", "bold")
        rows = self._rows(max(1, height // LIST_SHARE, height - 4 - max(LEAST_BELOW, len(self._facts(width, now)))), now)
        page = height - len(rows) - 4
        body = (
            [Line(part) for line in HELP for part in fold(line, width)][:page]
            if self.helping
            else self._review(width, page) or self._details(width, page, now)
        )
        lines = [head, *rows, Line("-" * width, "dim"), *body]
        message, keys = (
            (self.message, "any key: back" if self.helping else KEYS)
            if self.dialogue is None
            else (Line(self.dialogue.line(width), "bold"), self.dialogue.keys)
        )
        lines += [Line("")] * (height - 2 - len(lines)) + [message, Line(keys, "dim")]
        return [Line(set_cell_size(line.text, width).rstrip(), line.style) for line in lines]

    def _rows(self, most: int, now: float) -> list[Line]:
        if not self.calls:
            return [Line("Nothing waits. Held calls appear here by themselves.", "dim")]
        place = self.calls.index(self.chosen) if self.chosen is not None else 0
        first = max(0, min(place - most // 2, len(self.calls) - most))
        rows = []
        for call in self.calls[first : first + most]:
            text = f"{TEST_CALL}: " * call.is_rehearsal + visible(first_line(call.lines))[:300]
            row = f"{'>' if call.id == self._chosen else ' '} {call.id}  {age(now - call.created):>6}  {visible(call.agent)}  {visible(call.tool)}  {text}"
            rows.append(Line(row, "chosen" if call.id == self._chosen else ""))
        return rows

    def _review(self, width: int, page: int) -> list[Line]:
        """What is to be agreed to; it counts as shown when all of it fits."""
        if self.dialogue is None:
            return []
        lines = [Line(part, "warn") for text in self.dialogue.review for part in fold(visible(text), width)]
        self.dialogue.was_shown = len(lines) <= page
        return lines[:page]

    def _details(self, width: int, page: int, now: float) -> list[Line]:
        call, lines = self.chosen, self._facts(width, now)
        if call is None:
            return [Line("Choose a call with j or k to read it.", "dim")] if self.calls else []
        self._page = max(1, page - 1)
        self._scrolled = min(self._scrolled, max(0, len(lines) - page))
        shown = lines[self._scrolled : self._scrolled + page]
        if self._scrolled + page >= len(lines):
            self._seen_to_the_end.add(call.id)
        else:
            shown[-1] = Line(f"... {len(lines) - self._scrolled - page + 1} more lines: space", "warn")
        return shown

    def _facts(self, width: int, now: float) -> list[Line]:
        """Everything about the chosen call. Its own words are broken at the edge, so that each character of them is seen; ours between words."""
        call = self.chosen
        if call is None:
            return []
        why = f"{'critical: ' if call.critical else ''}{call.reason}" + f" ({call.rule})" * (call.rule not in call.reason)
        facts = [
            ("verdict", f"{call.verdict}{f', {PAST}' * call.blocked}"),
            ("why", why),
            *call.lines,
            ("session", call.session + f" ({TEST_CALL})" * call.is_rehearsal),
            ("asked", f"{call.asked} time{'' if call.asked == 1 else 's'}; runs out in {age(call.expires - now)}"),
        ]
        if call.waits > now:
            facts.append(("agent", f"waits for your answer another {age(call.waits - now)}"))
        label_width = max(len(label) for label, _ in facts)
        room = max(1, width - label_width - 2)
        return [
            Line(f"{label if number == 0 else '':{label_width}}  {part}")
            for label, text in facts
            for number, part in enumerate(part for line in text.split("\n") for part in (
                fold(visible(line), room) if label in OURS else chop_cells(visible(line), room) or [""]))
        ]

    def _choose(self, call_id: str) -> None:
        if call_id != self._chosen:
            self._chosen, self._scrolled, self.message = call_id, 0, Line("")


def first_line(lines: Sequence[Sequence[str]]) -> str:
    """The command, the file or the address of a call with these (label, text); its arguments as they are where it has none of these."""
    label, text = lines[0] if lines else ("", "")
    return next((words for name, words in lines if name == "touches"), text) if label == "arguments" else text


def age(seconds: float) -> str:
    """Seconds for people, at most two digits and a unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
