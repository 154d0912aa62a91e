"""How every command prints: a table for people, one JSON object for programs, the same exit code for both.

Colours only on a terminal and never with NO_COLOR (rich decides). Text that came from an agent is shown with its
control characters made visible, so that it cannot move the cursor or write to the clipboard.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from sensor.model.errors import UsageError
from sensor.model.moments import moments_told

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SCHEMA_VERSION = 1
GAP, INDENT = "  ", "    "
LAST_LEAST = 24  # characters that the last column needs beside the others
# Controls that JSON may hold as they are, and characters that turn text or hide: bidirectional, zero width, tags.
UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
NUMBER = re.compile(r"[+-]?[\d,]+(?:\.\d+)?")
STYLES = {
    "block": "bold red", "deny": "bold red", "quarantine": "yellow", "ask": "yellow", "flag": "cyan", "clean": "green",
    "allow": "green", "critical": "bold red", "high": "yellow", "medium": "cyan", "enforce": "green", "observe": "yellow",
    "pending": "yellow", "approved": "green", "rejected": "red", "running": "green", "starting": "yellow", "resting": "yellow",
    "silent": "bold red", "failed": "bold red", "stopped": "red",
}


class Printer:
    """Prints the result of one command."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._console = Console(highlight=False, soft_wrap=False)

    def result(self, value: dict[str, object]) -> bool:
        """In JSON mode print `value` (with the schema version, and times as text) and return True; else return False."""
        if not self.as_json:
            return False
        click.echo(render_json({"schema_version": SCHEMA_VERSION, **moments_told(value)}))
        return True

    def line(self, text: str = "", style: str = "") -> None:
        """One line for a person, or several. Foreign words in it move no cursor; a name, which is one line, goes through `visible` before."""
        for line in visible_lines(text).split("\n"):
            self._console.print(Text(wrapped(line, self._room), style=style), soft_wrap=True)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Label and value, aligned."""
        pairs = tuple(pairs)
        width = max((len(label) for label, _ in pairs), default=0)
        for label, value in pairs:
            text = Text(f"  {label.ljust(width)}  ", style="dim")
            room = self._room - width - 4
            text.append(f"\n{' ' * (width + 4)}".join(fold(visible(value), room) if self._room else [visible(value)]), style=STYLES.get(value, "not dim"))
            self._console.print(text, soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
        """A table; `empty` says what to do when there is nothing to show."""
        rows = tuple(rows)
        if not rows:
            self.line(empty, "dim")
            return
        shown = [tuple(visible(cell) for cell in row) for row in rows]
        layout = self.layout(columns, [max(cell_len(row[number]) for row in (columns, *shown)) for number in range(len(columns))],
                             {number for number in range(len(columns)) if _are_numbers(row[number] for row in shown)})
        self.lines((layout.head, *(line for row in shown for line in layout.lines(row))))

    def lines(self, lines: Iterable[Text]) -> None:
        """Lines as they are."""
        for line in lines:
            self._console.print(line, soft_wrap=True)

    def layout(self, columns: Sequence[str], widths: Sequence[int], numbers: Collection[int] = ()) -> Layout:
        """Where the cells of a table stand here. `widths` in characters, `numbers` are set to the right."""
        return Layout(columns, widths, numbers, self._room)

    @property
    def _room(self) -> int:
        """Characters on a line of the terminal; 0 where there is none, and lines may have any width."""
        return room_of(self._console)


class Layout:
    """A table that fits into `room` characters (0: any width, as in a pipe). Nothing is ever cut.

    The last column is folded below itself. Columns for which there is no room stand on a line of their own below the others.
    """

    def __init__(self, columns: Sequence[str], widths: Sequence[int], numbers: Collection[int], room: int) -> None:
        self._widths, self._numbers, self._room = widths, numbers, room
        self._groups: list[list[int]] = [[]]
        used = 0
        for number, width in enumerate(widths):
            needed = min(width, LAST_LEAST) if number == len(widths) - 1 else width
            if room and used and used + needed > room:
                self._groups.append([])
                used = len(INDENT)
            self._groups[-1].append(number)
            used += width + len(GAP)
        self.head = Text("\n").join(self._drawn(columns, "bold"))

    def lines(self, row: Sequence[str]) -> list[Text]:
        """A row of visible cells as lines; each cell in the colour of its word."""
        return self._drawn(row, "")

    def _drawn(self, row: Sequence[str], style: str) -> list[Text]:
        drawn = []
        for place, group in enumerate(self._groups):
            if place and not any(row[number] for number in group):
                continue
            line, indent = Text(INDENT if place else ""), len(INDENT) if place else 0
            for number in group[:-1]:
                line.append(self._cell(row[number], number), style or STYLES.get(row[number], ""))
                line.append(GAP)
                indent += self._widths[number] + len(GAP)
            last, text = group[-1], row[group[-1]]
            folded = fold(text, self._room - indent) if self._room else [text]
            for number, part in enumerate(folded):
                if number:
                    drawn.append(line)
                    line = Text(" " * indent)
                line.append(self._cell(part, last), style or STYLES.get(text, ""))
            drawn.append(line)
        for line in drawn:
            line.rstrip()
        return drawn

    def _cell(self, text: str, number: int) -> str:
        space = " " * max(0, self._widths[number] - cell_len(text))
        return space + text if number in self._numbers else text + space


def room_of(console: Console) -> int:
    """Characters on a line of `console`; 0 for a pipe or a file."""
    return console.width if console.is_terminal else 0


def wrapped(line: str, room: int) -> str:
    """One line, which for a terminal of `room` characters (0: none) is folded between words, each part as far in as the first, or as what a label names."""
    if not room or cell_len(line) <= room:
        return line
    text = line.lstrip(" ")
    indent = min(len(line) - len(text), room // 2)
    label = text[: room // 2].rfind(GAP) + len(GAP) if GAP in text[: room // 2] else 0  # a label and what is said of it: the rest stands below the latter
    first, *rest = fold(text[label:], room - indent - label)
    return "\n".join((" " * indent + text[:label] + first, *(" " * (indent + label) + part for part in rest)))


def fold(text: str, room: int) -> list[str]:
    """`text` in pieces of at most `room` characters, between words where that is possible."""
    room = max(room, 1)
    pieces = []
    while cell_len(text) > room:
        fits = next(iter(chop_cells(text, room)), text[:1])
        cut = len(fits) if text[len(fits)] == " " else fits.rfind(" ") + 1
        if cut <= room // 2:  # one long word: of a path, whole names
            cut = max(fits.rfind("/") + 1, len(fits.rstrip(" ")) * (fits.rfind("/") < room // 2), 1)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip(" ")
    return [*pieces, text]


def _are_numbers(cells: Iterable[str]) -> bool:
    found = [cell for cell in cells if cell]
    return bool(found) and all(NUMBER.fullmatch(cell) for cell in found)


@contextlib.contextmanager
def progress(length: int, label: str, quiet: bool) -> Iterator[Callable[[], None]]:
    """How far something is, for a person who waits at a terminal; call what comes for each part that is done.

    No time is foretold: what is loaded for the first part would make hours of seconds. Nothing is shown where `quiet` or where nobody looks on.
    """
    hidden, step = quiet or not sys.stderr.isatty(), max(1, length // 100)
    bar: ProgressBar[int] = click.progressbar(length=length, label=label, file=sys.stderr, show_eta=False, hidden=hidden, update_min_steps=step)
    with bar:
        yield lambda: bar.update(1)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 file`, `1,200 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def from_home(path: str) -> str:
    """A path as people and shells write it, with `~` for the home folder."""
    home = str(Path.home())
    return "~" + path[len(home):] if path == home or path.startswith(f"{home}/") else path


def visible(text: str) -> str:
    """`text` on one line with control, bidi and invisible characters shown as symbols or code points."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def visible_lines(text: str) -> str:
    """Each line with its control characters made visible."""
    return "\n".join(map(visible, text.split("\n")))


def render_json(value: object) -> str:
    """JSON that a terminal may show too: what would be invisible or move the cursor is written as an escape, which means the same."""
    return UNSEEN.sub(_escaped, msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def _shown(char: str) -> str:
    code = ord(char)
    if char == "\n":
        return "⏎"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return f"⟨U+{code:04X}⟩"
    return char


def confirmed(question: str, yes: str) -> bool:
    """Ask a person on standard error; no answer (Ctrl-D) is a no. Raises UsageError where nobody can be asked; `yes` is the command that needs no question."""
    if not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here", next_step=f"Say that you mean it: {yes}")
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def fail(message: str, next_step: str, exit_code: int, as_json: bool = False) -> None:
    """Print an error and its next step on stderr, for programs as one JSON object, then end with `exit_code`."""
    if as_json:
        click.echo(render_json({"schema_version": SCHEMA_VERSION, "error": message, "next_step": next_step}), err=True)
        sys.exit(exit_code)
    console = Console(stderr=True, highlight=False)
    room = room_of(console)
    said = Text("\n".join(wrapped(line, room) for line in f"error: {visible_lines(message)}".split("\n")))
    said.stylize("bold red", 0, len("error:"))
    console.print(said, soft_wrap=True)
    for line in visible_lines(next_step).split("\n") if next_step else ():
        console.print(Text(wrapped(line, room), style="dim"), soft_wrap=True)
    sys.exit(exit_code)
