"""Durations and moments as people write them: 90s, 15m, 2h; 2026-03-02, 2026-03-02T09:00:00Z, or 2h ago as 2h."""

from __future__ import annotations

import datetime
import re
from typing import Any

import click

from sensor.model.errors import UsageError

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


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


def parse_moment(text: str, now: datetime.datetime) -> str:
    """The `ts` stamp of a date, an ISO time (UTC where it names no zone), or a span before `now`; "" for "". Raises UsageError."""
    return _moment(text, now).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if text else ""


def parse_micros(text: str, now: datetime.datetime) -> int:
    """The same in microseconds since 1970; 0 for "". Raises UsageError."""
    return (_moment(text, now) - EPOCH) // datetime.timedelta(microseconds=1) if text else 0


def _moment(text: str, now: datetime.datetime) -> datetime.datetime:
    try:
        if text[-1] in UNITS and text[:-1].isdigit():
            moment = now - datetime.timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])
        else:
            moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=datetime.timezone.utc)
        return moment.astimezone(datetime.timezone.utc)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is not a time", next_step="Write 2026-03-02, 2026-03-02T09:00:00Z, 90m, 24h or 7d.") from error
