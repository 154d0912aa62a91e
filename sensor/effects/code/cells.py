"""Cells of notebooks, and what is typed at IPython: lines for a shell beside Python."""

from __future__ import annotations

import re

_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script\b[^\n]*sh)\b")
_SHELL_LINE = re.compile(r"\s*(?:(?:!!?|%(?:system|sx)\s|%(?=(?:rm|rmdir|mv|cp)\s))\s*(.*)|%cd\s+(\S+)\s*$)")


def shell_lines(cell: str) -> str:
    """What a cell of a notebook hands to a shell; where a line changes the folder, from there."""
    if _SHELL_CELL.match(cell):
        return cell.partition("\n")[2]
    return "\n".join(found.group(1) or f"cd {found.group(2)}" for line in cell.split("\n") if (found := _SHELL_LINE.match(line)))
