"""How every command prints: a table for people, one JSON object for programs, the same exit code for both.

Colours only on a terminal and never with NO_COLOR (rich decides). Text that came from an agent is shown with its
control characters made visible, so that it cannot move the cursor or write to the clipboard.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

SCHEMA_VERSION = 1
STYLES = {
    "block": "bold red", "deny": "bold red", "quarantine": "yellow", "ask": "yellow", "flag": "cyan", "clean": "green",
    "allow": "green", "critical": "bold red", "high": "yellow", "medium": "cyan", "enforce": "green", "observe": "yellow",
    "pending": "yellow", "approved": "green", "rejected": "red", "running": "green", "stopped": "red",
}


class Printer:
    """Prints the result of one command."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._console = Console(highlight=False, soft_wrap=False)

    def result(self, value: dict[str, object]) -> bool:
        """In JSON mode print `value` (with the schema version) and return True; else return False."""
        if not self.as_json:
            return False
        click.echo(msgspec.json.format(msgspec.json.encode({"schema_version": SCHEMA_VERSION, **value}), indent=2).decode())
        return True

    def line(self, text: str = "", style: str = "") -> None:
        """One line for a person."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Label and value, aligned."""
        pairs = tuple(pairs)
        width = max((len(label) for label, _ in pairs), default=0)
        for label, value in pairs:
            text = Text(f"  {label.ljust(width)}  ", style="dim")
            text.append(visible(value), style=STYLES.get(value, "not dim"))
            self._console.print(text, soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
        """A table; `empty` says what to do when there is nothing to show."""
        rows = tuple(rows)
        if not rows:
            self.line(empty, "dim")
            return
        table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
        for number, column in enumerate(columns):
            table.add_column(column, overflow="fold", no_wrap=number < len(columns) - 1)
        for row in rows:
            table.add_row(*(Text(visible(cell), style=STYLES.get(cell, "")) for cell in row))
        if not self._console.is_terminal:
            self._console.width = 1000  # a pipe has no width: never cut what a program reads
        self._console.print(table)


def visible(text: str) -> str:
    """`text` on one line with control, bidi and invisible characters shown as symbols or code points."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


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


def fail(message: str, next_step: str, exit_code: int) -> None:
    """Print an error and its next step on stderr, then end with `exit_code`."""
    console = Console(stderr=True, highlight=False)
    console.print(Text("error: ", style="bold red") + Text(message), soft_wrap=True)
    if next_step:
        console.print(Text(next_step, style="dim"), soft_wrap=True)
    sys.exit(exit_code)
