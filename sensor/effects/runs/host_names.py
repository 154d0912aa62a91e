"""Lines that are added to the table of host names and lead names of development to this machine: `127.0.0.1 shop.test`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.runs.effect import Touched
    from sensor.effects.shell.command import Command

LOOPBACK_NAMES = "loopback-names"
_TABLES = ("/etc/hosts", "/private/etc/hosts")
# Endings that no name of the internet has, and what many tools answer for themselves.
_NAME = r"(?:[\w-]+\.)*(?:[\w-]+\.(?:test|local|localhost|localtest|localdev|example|invalid)|localhost|lvh\.me|localtest\.me)"
_LINE = re.compile(rf"\s*(?:(?:127(?:\.\d{{1,3}}){{3}}|::1)(?:[ \t]+{_NAME})+)?\s*(?:#[^\n]*)?")


def adds_loopback_names(command: Command, program: str, flags: set[str], touched: Touched) -> bool:
    """Whether a run adds nothing but such lines to the table, and writes nothing else."""
    if not touched.writes or any(ref.path not in _TABLES for ref in touched.writes):
        return False
    if program == "tee":
        text = command.channels.stdin.text if "append" in flags or "a" in flags else None
    elif program in ("echo", "printf") and all(ref in command.channels.appended for ref in touched.writes) and all(field.known for field in command.fields):
        text = " ".join(field.text for field in command.fields[1:] if field.text not in ("-e", "-n")).replace("\\n", "\n").replace("\\t", " ")
    else:
        text = None
    return text is not None and bool(text) and all(_LINE.fullmatch(line) for line in text.split("\n"))
