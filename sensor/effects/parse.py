"""Parse shell text: the tree parser where it is safe and sure, the lexer for the rest."""

from __future__ import annotations

from sensor.effects.heredocs import take_heredocs
from sensor.effects.lexer import read_script
from sensor.effects.script import Script, Source


def parse_script(text: str) -> tuple[Source, Script]:
    """Parse text in parser form (see `script.encode`)."""
    source = take_heredocs(text)
    return source, read_script(source)


def parse_region(source: Source, bounds: tuple[int, int]) -> Script:
    """Parse the inside of a substitution."""
    return read_script(source, *bounds)
