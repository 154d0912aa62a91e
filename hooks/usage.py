"""What models used, read from the histories that agents keep: Claude Code writes `usage` into each message of a model.

A history grows at its end, so it is read from where the last reading stopped. Lines that are not understood are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from hooks.transcripts import open_history

# How much is read at once; the rest follows with the next reading.
MAX_PIECE = 4 * 1024 * 1024
_NUMBERS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Used(NamedTuple):
    """Tokens of one message of a model. `day` is that of its time stamp (UTC, YYYY-MM-DD), "" when it has none."""

    message: str
    model: str
    day: str
    input: int
    output: int
    cache_write: int
    cache_read: int


def read_usage(path: Path, offset: int) -> tuple[tuple[Used, ...], int]:
    """What was used in whole lines behind byte `offset`, and where the next reading begins. Raises OSError.

    A message lies in several lines, each with what was used until then: the caller counts the largest of one id.
    """
    with open_history(path) as (file, size):
        start = offset if offset <= size else 0  # it was replaced by a shorter one
        file.seek(start)
        data = file.read(MAX_PIECE)
    end = data.rfind(b"\n") + 1
    if not end and len(data) == MAX_PIECE:
        return (), start + len(data)  # a line of this size is no message
    return tuple(used for line in data[:end].split(b"\n") if b'"usage"' in line and (used := _used(line)) is not None), start + end


def _used(line: bytes) -> Used | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    message = row.get("message") if isinstance(row, dict) and row.get("type") == "assistant" else None
    usage = message.get("usage") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(usage, dict) or not isinstance(message.get("id"), str):
        return None
    stamp, model = row.get("timestamp"), message.get("model")
    day = stamp[:10] if isinstance(stamp, str) and _is_day(stamp[:10]) else ""
    return Used(message["id"][:100], model[:100] if isinstance(model, str) else "", day, *(_number(usage.get(name)) for name in _NUMBERS))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdigit()
