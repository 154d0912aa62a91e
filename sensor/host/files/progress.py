"""Step by step output of the installer, in the form that install.sh begins with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from sensor.model.errors import HandrailError


class Step:
    """A step that is running; `note` becomes the dimmed text behind its title."""

    def __init__(self) -> None:
        self.note = ""


class Progress:
    """Prints steps to `out`; colours and the running line only on a terminal."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._colours = self._live and not os.environ.get("NO_COLOR")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step while its body runs. A HandrailError is shown as its failure and goes on up."""
        step = Step()
        if self._live:
            self._write(f"  ..  {title}")
        try:
            yield step
        except HandrailError:
            self._result("no", "31", title, "")
            raise
        self._result("ok", "32", title, step.note)

    def warn(self, text: str) -> None:
        """Something the user should know that does not stop the installation."""
        self._write(f"  {self._paint('!!', '33')}  {text}\n")

    def line(self, text: str = "") -> None:
        """A plain line."""
        self._write(f"{text}\n")

    def heading(self, text: str) -> None:
        """A line that stands out."""
        self._write(f"\n{self._paint(text, '1')}\n")

    def error(self, error: HandrailError) -> None:
        """An error with its next step."""
        self._write(f"\n{self._paint('error:', '31')} {error.message}\n")
        if error.next_step:
            self._write(f"{error.next_step}\n")

    def _result(self, word: str, colour: str, title: str, note: str) -> None:
        start = "\r" if self._live else ""
        detail = self._paint(f": {note}", "2") if note else ""
        self._write(f"{start}  {self._paint(word, colour)}  {title}{detail}\n")

    def _paint(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colours else text

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
