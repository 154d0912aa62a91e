"""Durations as people write them: 90s, 15m, 2h."""

from __future__ import annotations

import re
from typing import Any

import click

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Seconds(click.ParamType):
    """A duration up to `longest` seconds, given back in whole seconds."""

    name = "duration"

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = re.fullmatch(r"(\d{1,9})\s*([smhd]?)", str(value).strip())
        if match is None:
            self.fail(f"{value!r} is not a duration such as 90s, 15m or 2h", param, ctx)
        seconds = int(match.group(1)) * UNITS[match.group(2)]
        if not 0 < seconds <= self.longest:
            self.fail(f"{value!r} is not within 1 s and {self.longest // 3600} h", param, ctx)
        return seconds
